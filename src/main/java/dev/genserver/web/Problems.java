package dev.genserver.web;

import static org.springframework.http.HttpStatus.BAD_REQUEST;
import static org.springframework.http.HttpStatus.CONFLICT;
import static org.springframework.http.HttpStatus.GATEWAY_TIMEOUT;
import static org.springframework.http.HttpStatus.GONE;
import static org.springframework.http.HttpStatus.INSUFFICIENT_STORAGE;
import static org.springframework.http.HttpStatus.INTERNAL_SERVER_ERROR;
import static org.springframework.http.HttpStatus.METHOD_NOT_ALLOWED;
import static org.springframework.http.HttpStatus.NOT_FOUND;
import static org.springframework.http.HttpStatus.PRECONDITION_FAILED;
import static org.springframework.http.HttpStatus.REQUEST_TIMEOUT;
import static org.springframework.http.HttpStatus.SERVICE_UNAVAILABLE;
import static org.springframework.http.HttpStatus.UNPROCESSABLE_CONTENT;

import dev.genserver.behaviour.Invalid;
import dev.genserver.runtime.Outcome;
import dev.genserver.runtime.Unavailable;
import dev.genserver.wire.InvalidArguments;
import dev.genserver.wire.InvalidState;
import dev.genserver.wire.Kinds;
import dev.genserver.wire.Malformed;
import dev.genserver.wire.Wire;
import jakarta.servlet.http.HttpServletResponse;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.http.HttpException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.web.ErrorResponse;
import org.springframework.web.HttpMediaTypeNotSupportedException;
import org.springframework.web.HttpRequestMethodNotSupportedException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.method.annotation.MethodArgumentTypeMismatchException;
import tools.jackson.core.JacksonException;

/** The one place where what was not done becomes a status and a problem. */
@RestControllerAdvice
class Problems {
  private static final Logger LOG = LoggerFactory.getLogger(Problems.class);

  private final Kinds kinds;

  Problems(Kinds kinds) {
    this.kinds = kinds;
  }

  @ExceptionHandler
  ResponseEntity<Object> notDone(NotDone e) {
    return of(e.outcome).about(e.server).response(HttpHeaders.EMPTY, retryAfter(e.outcome));
  }

  /** In how many seconds it is worth coming again. */
  private static long retryAfter(Outcome outcome) {
    return outcome instanceof Outcome.Restarting(long left) ? (left + 999) / 1000 : 1;
  }

  @ExceptionHandler
  ResponseEntity<Object> notSent(Batches.NotSent e) {
    return e.problem.response();
  }

  @ExceptionHandler
  ResponseEntity<Object> notModified(Exchange.NotModified e) {
    return ResponseEntity.status(HttpStatus.NOT_MODIFIED).build();
  }

  /** Asking for the response says that it is answered. */
  @ExceptionHandler
  void streamed(Exchange.Streamed e, HttpServletResponse response) {}

  @ExceptionHandler
  ResponseEntity<Object> unavailable(Unavailable e, Head head) {
    return of(e.outcome()).about(Address.serverIn(head.path())).response();
  }

  /** The table of the contract: one line for each outcome. */
  static Problem of(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Refused(String code, String detail) -> Problem.of(statusOf(code), code, detail);
      case Outcome.NoServer() ->
          Problem.of(NOT_FOUND, "no-server", "no server of this name runs; PUT starts one");
      case Outcome.AlreadyStarted() ->
          Problem.of(CONFLICT, "already-started", "it runs with other arguments or options");
      case Outcome.StartFailed(String detail) ->
          Problem.of(UNPROCESSABLE_CONTENT, "start-failed", detail);
      case Outcome.Stopped() ->
          Problem.of(GONE, "stopped", "the server was stopped before it had answered");
      case Outcome.Crashed(boolean stateKept) ->
          Problem.of(
                  INTERNAL_SERVER_ERROR,
                  "crashed",
                  "the server crashed on this message; the log has the reason")
              .withStateKept(stateKept);
      case Outcome.TimedOut(boolean started) ->
          Problem.of(
                  GATEWAY_TIMEOUT,
                  "call-timeout",
                  started
                      ? "no reply within the timeout; the message is in hand and may still take effect"
                      : "the message waited for all of the timeout and was dropped unrun")
              .withStarted(started);
      case Outcome.MailboxFull() ->
          Problem.of(SERVICE_UNAVAILABLE, "mailbox-full", "too many messages wait for this server");
      case Outcome.ShuttingDown() ->
          Problem.of(SERVICE_UNAVAILABLE, "shutting-down", "the service is shutting down");
      case Outcome.InvalidState(String detail) ->
          Problem.of(UNPROCESSABLE_CONTENT, "invalid-state", detail);
      case Outcome.Restarting(long left) ->
          Problem.of(
              SERVICE_UNAVAILABLE,
              "restarting",
              "the server was restarted too often and is held down for "
                  + ((left + 999) / 1000)
                  + " s");
      case Outcome.StoreUnavailable(String detail) ->
          Problem.of(SERVICE_UNAVAILABLE, "store-unavailable", detail);
      case Outcome.UnknownOutcome() ->
          Problem.of(
              GATEWAY_TIMEOUT,
              "unknown-outcome",
              "the store went away while it was storing this; it may be done or not");
      case Outcome.LimitReached(String detail) ->
          Problem.of(INSUFFICIENT_STORAGE, "limit-reached", detail);
      case Outcome.InProgress() ->
          Problem.of(CONFLICT, "in-progress", "a request with this idempotency key is under way")
              .asRetryable();
      case Outcome.KeyReused() ->
          Problem.of(
              UNPROCESSABLE_CONTENT,
              "key-reused",
              "this idempotency key came before with another operation or other fields");
      case Outcome.VersionMismatch() ->
          Problem.of(
              PRECONDITION_FAILED,
              "version-mismatch",
              "it is not at the version, or not there, as the request wants it");
      case Outcome.Undone(int item, Outcome why) -> of(why).withItem(item);
      case Outcome.Replayed(Outcome first) -> of(first);
      case Outcome.Replies r -> throw new IllegalArgumentException("no problem: " + r);
      case Outcome.Replied r -> throw new IllegalArgumentException("no problem: " + r);
      case Outcome.Accepted a -> throw new IllegalArgumentException("no problem: " + a);
      case Outcome.Started s -> throw new IllegalArgumentException("no problem: " + s);
      case Outcome.Ended e -> throw new IllegalArgumentException("no problem: " + e);
    };
  }

  /**
   * The status of a kind's refusal: a conflict with its state, unless the code says something else
   * to everybody.
   */
  private static HttpStatus statusOf(String code) {
    return switch (code) {
      case "not-found" -> NOT_FOUND;
      case "expired" -> GONE;
      default -> CONFLICT;
    };
  }

  @ExceptionHandler
  ResponseEntity<Object> malformed(Malformed e, Head head) {
    return malformed(e.detail(), head);
  }

  @ExceptionHandler
  ResponseEntity<Object> invalid(Invalid e, Head head) {
    return malformed(String.valueOf(e.getMessage()), head);
  }

  @ExceptionHandler
  ResponseEntity<Object> invalidArguments(InvalidArguments e, Head head) {
    return Problem.of(UNPROCESSABLE_CONTENT, "invalid-arguments", e.detail())
        .about(Address.serverIn(head.path()))
        .response();
  }

  @ExceptionHandler
  ResponseEntity<Object> invalidState(InvalidState e, Head head) {
    return of(new Outcome.InvalidState(e.detail())).about(Address.serverIn(head.path())).response();
  }

  @ExceptionHandler
  ResponseEntity<Object> unknown(Unknown e, Head head) {
    return e.problem.about(Address.serverIn(head.path())).response();
  }

  @ExceptionHandler
  ResponseEntity<Object> unreadable(HttpMessageNotReadableException e, Head head) {
    for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
      if (cause instanceof Edge.BodyTooLarge tooLarge) {
        return tooLarge.problem().about(Address.serverIn(head.path())).response();
      }
      if (cause instanceof TimeoutException) { // of it there came no more
        return Problem.ofHttp(REQUEST_TIMEOUT).about(Address.serverIn(head.path())).response();
      }
    }
    return malformed(
        e.getCause() instanceof JacksonException json
            ? Wire.malformed(json).detail()
            : "body: is required, as JSON",
        head);
  }

  @ExceptionHandler
  ResponseEntity<Object> wrongType(MethodArgumentTypeMismatchException e, Head head) {
    String wanted = e.getRequiredType() == boolean.class ? "true or false" : "a whole number";
    return malformed(e.getName() + ": must be " + wanted, head);
  }

  @ExceptionHandler({
    HttpException.RuntimeException.class,
    HttpException.IllegalStateException.class,
    HttpException.IllegalArgumentException.class
  })
  ResponseEntity<Object> badQuery(Head head) {
    return malformed("query: must be percent-encoded UTF-8", head);
  }

  @ExceptionHandler
  ResponseEntity<Object> wrongMethod(HttpRequestMethodNotSupportedException e, Head head) {
    return Problem.of(
            METHOD_NOT_ALLOWED,
            "method-not-allowed",
            "this path takes " + e.getSupportedHttpMethods() + ", not " + e.getMethod())
        .about(Address.serverIn(head.path()))
        .response(e.getHeaders());
  }

  @ExceptionHandler
  ResponseEntity<Object> wrongBody(HttpMediaTypeNotSupportedException e, Head head) {
    MediaType right =
        e.getSupportedMediaTypes().stream().findFirst().orElse(MediaType.APPLICATION_JSON);
    return Problem.unsupported(right)
        .about(Address.serverIn(head.path()))
        .response(HttpHeaders.copyOf(e.getHeaders()));
  }

  /** Whatever Spring itself refuses. */
  @ExceptionHandler
  ResponseEntity<Object> other(Exception e, Head head) {
    if (!(e instanceof ErrorResponse refusal)) {
      LOG.error("{} {} failed", head.method(), head.path(), e);
      return Problem.of(INTERNAL_SERVER_ERROR, "internal", "an error of the service; see its log")
          .response();
    }
    HttpStatus status = HttpStatus.valueOf(refusal.getStatusCode().value());
    return switch (status) {
      case NOT_FOUND -> notFound(head).about(Address.serverIn(head.path())).response();
      case BAD_REQUEST -> malformed(String.valueOf(refusal.getBody().getDetail()), head);
      default ->
          Problem.ofHttp(status)
              .about(Address.serverIn(head.path()))
              .response(HttpHeaders.copyOf(refusal.getHeaders()));
    };
  }

  /** What kind of nothing there is at this path. */
  private Problem notFound(Head head) {
    String[] path = head.path().split("/", 5);
    if (path.length < 3 || !path[1].equals("v1")) {
      return Problem.of(NOT_FOUND, "not-found", "there is nothing at this path");
    }
    return kinds.find(path[2]) == null
        ? Unknown.kind(path[2], kinds).problem
        : Problem.of(
            NOT_FOUND,
            "unknown-operation",
            "no such path; GET /v1/kinds/" + path[2] + " lists the operations");
  }

  private static ResponseEntity<Object> malformed(@Nullable String detail, Head head) {
    return Problem.of(BAD_REQUEST, "malformed", String.valueOf(detail))
        .about(Address.serverIn(head.path()))
        .response();
  }
}
