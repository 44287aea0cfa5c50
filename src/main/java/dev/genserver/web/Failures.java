package dev.genserver.web;

import dev.genserver.behaviour.Refuses;
import dev.genserver.runtime.Outcome;
import dev.genserver.wire.Kind;
import dev.genserver.wire.Kinds;
import dev.genserver.wire.Operation;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.RequestMethod;

/** What can go wrong at an endpoint: the problems that it would answer, as examples. */
final class Failures {
  private static final long SOME_BODY = 1 << 20;

  private final Kinds kinds;

  Failures(Kinds kinds) {
    this.kinds = kinds;
  }

  List<Problem> of(Endpoint endpoint) {
    List<Problem> problems = new ArrayList<>();
    ofRequest(endpoint, problems);
    if (endpoint.takes("name") && !endpoint.starts()) {
      problems.add(Problems.of(new Outcome.NoServer()));
    }
    if (endpoint.starts()) {
      ofStart(endpoint, problems);
    } else if (endpoint.sendsToOne()) {
      ofMessage(endpoint, problems);
    } else if (endpoint.replacesState()) {
      problems.add(
          Problem.of(
              HttpStatus.UNPROCESSABLE_CONTENT, "invalid-state", "body: must be a whole number"));
      problems.add(Problems.of(new Outcome.LimitReached("this server may hold 10 entries")));
    }
    if (endpoint.path().endsWith("/down")) {
      problems.add(Problems.of(new Outcome.ShuttingDown()));
    }
    if (!endpoint.path().startsWith("/v1/kinds")) {
      ofStore(endpoint, problems);
    }
    String kind = endpoint.kind() == null ? Parameters.KIND : endpoint.kind().name();
    String server = endpoint.takes("name") ? kind + "/" + Parameters.NAME : null;
    return Stream.concat(
            Stream.of(CorsProblems.PROBLEM), problems.stream().map(p -> p.about(server)))
        .toList();
  }

  private void ofRequest(Endpoint endpoint, List<Problem> problems) {
    if (endpoint.handler().getParameterCount() > 0) {
      problems.add(malformed(endpoint));
    }
    if (endpoint.takes("kind")) {
      problems.add(Unknown.kind("nothing", kinds).problem);
    }
    if (endpoint.takesAnyOperation()) {
      problems.add(Unknown.operation("fly", kinds.all().iterator().next()).problem);
    }
    problems.add(Problem.ofHttp(HttpStatus.NOT_ACCEPTABLE));
    if (endpoint.isBulk()) {
      problems.add(Problem.unsupported(MediaType.APPLICATION_NDJSON));
    }
    if (endpoint.body() != null) {
      problems.add(new Edge.BodyTooLarge(SOME_BODY).problem());
      problems.add(Problem.ofHttp(HttpStatus.UNSUPPORTED_MEDIA_TYPE));
    }
  }

  private static Problem malformed(Endpoint endpoint) {
    String detail =
        endpoint.waits()
            ? "timeout: must be from 1ms to 10m"
            : endpoint.takes("name")
                ? "name: must be 1 to 128 characters of A-Z a-z 0-9 . _ ~ : @ -"
                : "query: must be percent-encoded UTF-8";
    return Problem.of(HttpStatus.BAD_REQUEST, "malformed", detail);
  }

  private static void ofStore(Endpoint endpoint, List<Problem> problems) {
    problems.add(Problems.of(new Outcome.StoreUnavailable("the disk is full")));
    if (endpoint.verb() != RequestMethod.GET) {
      problems.add(Problems.of(new Outcome.UnknownOutcome()));
    }
  }

  private static void ofStart(Endpoint endpoint, List<Problem> problems) {
    if (endpoint.verb() == RequestMethod.PUT) {
      problems.add(Problems.of(new Outcome.AlreadyStarted()));
    }
    problems.add(
        Problem.of(
            HttpStatus.UNPROCESSABLE_CONTENT, "invalid-arguments", "maxSize: must be 1 or more"));
    problems.add(Problems.of(new Outcome.StartFailed("its init refused")));
    problems.add(Problems.of(new Outcome.Stopped()));
    problems.add(Problems.of(new Outcome.ShuttingDown()));
    problems.add(Problems.of(new Outcome.TimedOut(true)));
    problems.add(Problems.of(new Outcome.LimitReached("there are as many servers as may be")));
  }

  private void ofMessage(Endpoint endpoint, List<Problem> problems) {
    if (endpoint.waits()) {
      refusals(endpoint)
          .distinct()
          .sorted()
          .map(code -> Problems.of(new Outcome.Refused(code, code.replace('-', ' '))))
          .forEach(problems::add);
      problems.add(Problems.of(new Outcome.Crashed(true)));
    }
    if (endpoint.takesAnyOperation()) {
      problems.add(Problems.of(new Outcome.StartFailed("its init refused")));
    }
    problems.add(Problems.of(new Outcome.Stopped()));
    problems.add(Problems.of(new Outcome.TimedOut(false)));
    problems.add(Problems.of(new Outcome.TimedOut(true)));
    if (endpoint.takesCondition()) {
      problems.add(Problems.of(new Outcome.VersionMismatch()));
    }
    if (endpoint.takesKey() || endpoint.takesAnyOperation()) {
      problems.add(Problems.of(new Outcome.InProgress()));
      problems.add(Problems.of(new Outcome.KeyReused()));
    }
    problems.add(Problems.of(new Outcome.MailboxFull()));
    problems.add(Problems.of(new Outcome.Restarting(1500)));
    problems.add(Problems.of(new Outcome.ShuttingDown()));
    if (endpoint.verb() != RequestMethod.GET && endpoint.verb() != RequestMethod.DELETE) {
      problems.add(Problems.of(new Outcome.LimitReached("there are as many servers as may be")));
    }
  }

  private Stream<String> refusals(Endpoint endpoint) {
    Refuses said = endpoint.handler().getAnnotation(Refuses.class);
    Operation one = endpoint.operation();
    if (said != null) {
      return Stream.of(said.value());
    } else if (one != null) {
      return one.refusals().stream();
    }
    return endpoint.takesAnyOperation()
        ? kinds.all().stream()
            .map(Kind::operations)
            .flatMap(Collection::stream)
            .flatMap(operation -> operation.refusals().stream())
        : Stream.empty();
  }
}
