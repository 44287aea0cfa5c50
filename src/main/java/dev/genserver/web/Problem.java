package dev.genserver.web;

import dev.genserver.wire.Wire;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;

/**
 * Why a request was not done, as RFC 9457 has it.
 *
 * @param type a URN that ends in the code
 * @param title the status in words
 * @param status the HTTP status
 * @param code what went wrong, for programs
 * @param detail what went wrong and what would be right, for people
 * @param server the server that it is about, as kind/name
 * @param retryable whether the same request may go through later, for it surely had no effect
 * @param stateKept with {@code crashed}: the server goes on with the state it had before
 * @param started with {@code call-timeout}: the message was in hand and may still take effect
 * @param item in an atomic batch: the number of the message that was to blame, from 0
 */
public record Problem(
    String type,
    String title,
    int status,
    String code,
    String detail,
    @Nullable String server,
    boolean retryable,
    @Nullable Boolean stateKept,
    @Nullable Boolean started,
    @Nullable Integer item) {

  /** How long a client should wait before it comes again, in seconds. */
  private static final int RETRY_AFTER = 1;

  static Problem of(HttpStatus status, String code, String detail) {
    return new Problem(
        "urn:genserver:problem:" + code,
        status.getReasonPhrase(),
        status.value(),
        code,
        detail,
        null,
        status == HttpStatus.SERVICE_UNAVAILABLE,
        null,
        null,
        null);
  }

  /** A refusal of HTTP's own, before the request has come to a server. */
  static Problem ofHttp(HttpStatus status) {
    return switch (status) {
      case BAD_REQUEST ->
          of(status, "malformed", "request: is not HTTP as it should be, or its head is too long");
      case NOT_ACCEPTABLE -> of(status, "not-acceptable", "answers are application/json");
      case UNSUPPORTED_MEDIA_TYPE -> unsupported(MediaType.APPLICATION_JSON);
      default -> {
        String title = status.getReasonPhrase();
        yield of(status, title.toLowerCase(Locale.ROOT).replace(' ', '-'), title);
      }
    };
  }

  /** A refusal of a body that is not of this type. */
  static Problem unsupported(MediaType type) {
    return of(
        HttpStatus.UNSUPPORTED_MEDIA_TYPE,
        "unsupported-media-type",
        "the body must be JSON, sent with Content-Type: " + type);
  }

  Problem about(@Nullable String server) {
    return new Problem(
        type, title, status, code, detail, server, retryable, stateKept, started, item);
  }

  Problem withStateKept(boolean stateKept) {
    return new Problem(
        type, title, status, code, detail, server, retryable, stateKept, started, item);
  }

  Problem withStarted(boolean started) {
    return new Problem(
        type, title, status, code, detail, server, !started, stateKept, started, item);
  }

  Problem withItem(int item) {
    return new Problem(
        type, title, status, code, detail, server, retryable, stateKept, started, item);
  }

  Problem asRetryable() {
    return new Problem(type, title, status, code, detail, server, true, stateKept, started, item);
  }

  /** Answers with it where no controller does. */
  void write(HttpServletResponse response) throws IOException {
    response.setStatus(status);
    response.setContentType(MediaType.APPLICATION_PROBLEM_JSON_VALUE);
    response.getOutputStream().write(Wire.mapper().writeValueAsBytes(this));
  }

  ResponseEntity<Object> response() {
    return response(HttpHeaders.EMPTY);
  }

  ResponseEntity<Object> response(HttpHeaders headers) {
    return response(headers, RETRY_AFTER);
  }

  /** Answers with it; if that is 503, a client should come again after so many seconds. */
  ResponseEntity<Object> response(HttpHeaders headers, long retryAfter) {
    ResponseEntity.BodyBuilder response =
        ResponseEntity.status(status)
            .headers(headers)
            .contentType(MediaType.APPLICATION_PROBLEM_JSON);
    if (status == HttpStatus.SERVICE_UNAVAILABLE.value()) {
      response.header(HttpHeaders.RETRY_AFTER, String.valueOf(retryAfter));
    }
    return response.body(this);
  }
}
