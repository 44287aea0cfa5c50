package dev.genserver.web;

import dev.genserver.behaviour.Json;
import dev.genserver.kinds.Counter;
import dev.genserver.runtime.Branch;
import dev.genserver.runtime.Outcome;
import dev.genserver.runtime.Status;
import dev.genserver.runtime.TimerRequest;
import dev.genserver.web.ServerController.KindList;
import dev.genserver.web.ServerController.KindView;
import dev.genserver.web.ServerController.Listing;
import dev.genserver.wire.Kind;
import dev.genserver.wire.Kinds;
import dev.genserver.wire.Wire;
import io.swagger.v3.oas.models.examples.Example;
import io.swagger.v3.oas.models.headers.Header;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.MediaType;
import io.swagger.v3.oas.models.parameters.RequestBody;
import io.swagger.v3.oas.models.responses.ApiResponse;
import io.swagger.v3.oas.models.responses.ApiResponses;
import java.lang.reflect.Parameter;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.bind.annotation.ResponseStatus;

/** Describes what is sent to an endpoint, and all that it may answer. */
final class Bodies {
  /** The page shows the first example, which is to fit the parameters' own. */
  private static final Comparator<String> FITTING_FIRST =
      Comparator.comparing((String name) ->
              !name.equals(Parameters.KIND)
                  && !name.equals(Parameters.KIND + "/" + Parameters.OPERATION))
          .thenComparing(Comparator.naturalOrder());

  private final Kinds kinds;
  private final Schemas schemas;
  private final Failures failures;

  /** What operations reply, as far as a controller of their kind says it. */
  private final Map<Class<?>, Class<?>> replies = new HashMap<>();

  /** Replies that are about a server of some kind. */
  private final Map<Class<?>, Object> samples;

  Bodies(Kinds kinds, List<Endpoint> endpoints, Schemas schemas) {
    this.kinds = kinds;
    this.schemas = schemas;
    this.failures = new Failures(kinds);
    for (Endpoint endpoint : endpoints) {
      if (endpoint.operation() != null) {
        replies.put(endpoint.operation().type(), replyOf(endpoint));
      }
    }
    this.samples = samples(kinds.of(Counter.class));
  }

  private static Map<Class<?>, Object> samples(Kind kind) {
    Instant now = Instant.parse("2026-11-24T04:13:18.010Z");
    Status status =
        new Status(
            kind.name(),
            Parameters.NAME,
            "running",
            new Counter(0),
            "fsync",
            0,
            8,
            0,
            0,
            5,
            now,
            null);
    var item = new Listing.Item(status.kind(), status.name(), status.status());
    Counter.Count reply = new Counter.Count(13);
    Json fields = new Json("{\"by\":1}");
    Problem problem = Problems.of(new Outcome.NoServer()).about(kind.name() + "/nobody");
    return Map.ofEntries(
        Map.entry(Status.class, status),
        Map.entry(Listing.class, new Listing(List.of(item), "aGl0cy9jb3VudGVycw")),
        Map.entry(KindView.class, KindView.of(kind)),
        Map.entry(KindList.class, new KindList(List.of(KindView.of(kind)))),
        Map.entry(Batches.Item.class, new Batches.Item(Parameters.OPERATION, fields, null)),
        Map.entry(
            Batches.Replies.class,
            new Batches.Replies(List.of(new Batches.Reply(HttpStatus.OK.value(), reply, null)))),
        Map.entry(
            Fleet.Message.class,
            new Fleet.Message(List.of(Parameters.NAME, "nobody"), null, fields)),
        Map.entry(
            Fleet.Replies.class,
            new Fleet.Replies(Map.of(Parameters.NAME, reply), Map.of("nobody", problem))),
        Map.entry(
            TimerRequest.Listing.class,
            new TimerRequest.Listing(
                List.of(
                    new TimerRequest.Item(
                        Examples.SESSION,
                        Parameters.OPERATION,
                        now,
                        Duration.ofSeconds(10),
                        false)))),
        Map.entry(
            BulkLines.MessageLine.class,
            new BulkLines.MessageLine(
                kind.name(), Parameters.NAME, Parameters.OPERATION, fields, false, null, null)),
        Map.entry(
            BulkReplies.ReplyLine.class,
            new BulkReplies.ReplyLine(new Json("1"), HttpStatus.OK.value(), reply, null)),
        Map.entry(Json.class, new Json("13")),
        Map.entry(Branch.class, tree(kind)),
        Map.entry(Timers.Cancelled.class, new Timers.Cancelled("3.2s")));
  }

  private static Branch tree(Kind kind) {
    Branch worker =
        new Branch(
            "worker",
            kind.name(),
            Parameters.NAME,
            "running",
            0,
            "transient",
            null,
            null,
            null,
            null,
            null);
    Branch.Counts counts = new Branch.Counts(1, 1, 0, 1);
    Branch shop =
        new Branch(
            "supervisor",
            null,
            "shop",
            "running",
            0,
            null,
            "one-for-one",
            3,
            5L,
            counts,
            List.of(worker));
    return new Branch(
        "supervisor",
        null,
        "root",
        "running",
        0,
        null,
        "one-for-one",
        null,
        null,
        new Branch.Counts(1, 1, 1, 0),
        List.of(shop));
  }

  /** Nothing where an empty object is all that may be sent: clients need not send that either. */
  @Nullable RequestBody sent(Endpoint endpoint) {
    Parameter body = endpoint.body();
    if (endpoint.isBulk()) {
      return new RequestBody()
          .required(true)
          .content(content(endpoint, json(BulkLines.MessageLine.class)));
    }
    if (body == null || body.getType() == NoFields.class) {
      return null;
    }
    MediaType json =
        body.getType() == byte[].class
            ? new MediaType()
                .schema(schemas.of(Object.class))
                .examples(endpoint.starts() ? arguments() : messages())
            : new MediaType()
                .schema(schemas.of(body.getParameterizedType()))
                .example(sample(body.getParameterizedType()));
    return new RequestBody().required(Endpoint.isRequired(body)).content(content(endpoint, json));
  }

  private static Content content(Endpoint endpoint, MediaType json) {
    return new Content().addMediaType(endpoint.mediaType(), json);
  }

  private Object sample(Type sent) {
    if (sent instanceof ParameterizedType list) {
      return List.of(sample(list.getActualTypeArguments()[0]));
    }
    Object sample = samples.get(sent);
    return sample == null ? Examples.sent((Class<?>) sent) : Examples.of(sample);
  }

  private Map<String, Example> arguments() {
    Map<String, Example> examples = new TreeMap<>(FITTING_FIRST);
    for (Kind kind : kinds.all()) {
      examples.put(kind.name(), new Example().value(Examples.sent(kind.type())));
    }
    return examples;
  }

  private Map<String, Example> messages() {
    Map<String, Example> examples = new TreeMap<>(FITTING_FIRST);
    for (Kind kind : kinds.all()) {
      for (var operation : kind.operations()) {
        examples.put(
            kind.name() + "/" + operation.name(),
            new Example().value(Examples.sent(operation.type())));
      }
    }
    return examples;
  }

  ApiResponses answered(Endpoint endpoint) {
    ApiResponses responses = new ApiResponses();
    for (HttpStatus status : successes(endpoint)) {
      responses.addApiResponse(String.valueOf(status.value()), success(endpoint, status));
    }
    SortedMap<Integer, MediaType> problems = new TreeMap<>();
    for (Problem problem : failures.of(endpoint)) {
      problems
          .computeIfAbsent(
              problem.status(), status -> new MediaType().schema(schemas.of(Problem.class)))
          .addExamples(nameOf(problem), new Example().value(Examples.of(problem)));
    }
    problems.forEach(
        (status, json) -> responses.addApiResponse(String.valueOf(status), failure(status, json)));
    return responses;
  }

  private static List<HttpStatus> successes(Endpoint endpoint) {
    ResponseStatus said = endpoint.handler().getAnnotation(ResponseStatus.class);
    boolean saysItself = endpoint.handler().getReturnType() == ResponseEntity.class;
    if (said != null) {
      return saysItself && endpoint.takesCondition()
          ? List.of(HttpStatus.OK, said.value())
          : List.of(said.value());
    } else if (endpoint.isQuery()) {
      return List.of(HttpStatus.OK, HttpStatus.NOT_MODIFIED);
    } else if (!saysItself) {
      return List.of(HttpStatus.OK);
    }
    return switch (endpoint.verb()) {
      case GET -> List.of(HttpStatus.OK, HttpStatus.NO_CONTENT);
      case PUT ->
          endpoint.starts()
              ? List.of(HttpStatus.OK, HttpStatus.CREATED)
              : List.of(HttpStatus.NO_CONTENT, HttpStatus.ACCEPTED);
      default -> List.of(HttpStatus.CREATED);
    };
  }

  private ApiResponse success(Endpoint endpoint, HttpStatus status) {
    ApiResponse response = new ApiResponse().description(meaning(endpoint, status));
    Class<?> reply = replyOf(endpoint);
    if (endpoint.streams()) {
      response.content(content(endpoint, events(endpoint)));
    } else if (hasBody(status, reply)) {
      response.content(content(endpoint, json(reply)));
    }
    if (status == HttpStatus.CREATED || reply == TimerRequest.Set.class) {
      header(response, HttpHeaders.LOCATION, "the path of what was made");
    }
    if (endpoint.takesCondition()) {
      header(
          response,
          HttpHeaders.ETAG,
          endpoint.isQuery()
              ? "the version of what was looked up"
              : "the version that this has left, if the request came with a condition");
    }
    if (endpoint.takesKey()) {
      header(response, Exchange.REPLAYED, "`true` if this is the answer to an earlier request");
    }
    return response;
  }

  private static boolean hasBody(HttpStatus status, Class<?> reply) {
    return reply != void.class
        && reply != Void.class
        && status != HttpStatus.NO_CONTENT
        && status != HttpStatus.NOT_MODIFIED
        && (status != HttpStatus.ACCEPTED || reply != NoFields.class);
  }

  private void header(ApiResponse response, String name, String meaning) {
    response.addHeaderObject(
        name, new Header().description(meaning).schema(schemas.of(String.class)));
  }

  private static String meaning(Endpoint endpoint, HttpStatus status) {
    return switch (status) {
      case OK ->
          endpoint.streams()
              ? "events as they happen, until the client hangs up"
              : endpoint.starts() ? "it runs already" : "the reply";
      case NO_CONTENT ->
          endpoint.verb() == RequestMethod.GET ? "nothing happened in this time" : "done";
      case CREATED -> "made; `Location` says where it is";
      case NOT_MODIFIED -> "it still is a version that `If-None-Match` names";
      case ACCEPTED ->
          endpoint.replacesState()
              ? "done after the message in hand"
              : "in the mailbox: whatever is sent from now on is handled later";
      default -> "done";
    };
  }

  private MediaType events(Endpoint endpoint) {
    boolean isTrace = endpoint.path().endsWith("/trace");
    byte[] data =
        Wire.mapper()
            .writeValueAsBytes(
                Examples.answered(
                    isTrace ? SysController.Traced.class : SysController.Happened.class));
    byte[] event =
        isTrace
            ? EventStream.event("message", null, data)
            : EventStream.event("restarted", "1795493598010001", data);
    return new MediaType()
        .schema(schemas.of(String.class))
        .example(new String(event, StandardCharsets.UTF_8));
  }

  private MediaType json(Class<?> reply) {
    MediaType json = new MediaType().schema(schemas.of(reply));
    if (reply == Object.class) {
      return json.examples(genericReplies());
    }
    Object sample = samples.get(reply);
    return json.example(sample == null ? Examples.answered(reply) : Examples.of(sample));
  }

  private Map<String, Example> genericReplies() {
    Map<String, Example> examples = new TreeMap<>(FITTING_FIRST);
    for (Kind kind : kinds.all()) {
      for (var operation : kind.operations()) {
        Class<?> reply = replies.getOrDefault(operation.type(), void.class);
        examples.put(
            kind.name() + "/" + operation.name(),
            new Example().value(reply == void.class ? Map.of() : Examples.answered(reply)));
      }
    }
    return examples;
  }

  private ApiResponse failure(int status, MediaType json) {
    ApiResponse response =
        new ApiResponse()
            .description(HttpStatus.valueOf(status).getReasonPhrase())
            .content(new Content().addMediaType("application/problem+json", json));
    if (status == HttpStatus.SERVICE_UNAVAILABLE.value()) {
      response.addHeaderObject(
          HttpHeaders.RETRY_AFTER,
          new Header()
              .description("in how many seconds to come again")
              .schema(schemas.of(int.class)));
    }
    return response;
  }

  private static String nameOf(Problem problem) {
    return Boolean.TRUE.equals(problem.started()) ? problem.code() + "-begun" : problem.code();
  }

  /** The class of what a handler answers, {@code void} where that is nothing. */
  private static Class<?> replyOf(Endpoint endpoint) {
    if (endpoint.isBulk()) {
      return BulkReplies.ReplyLine.class;
    }
    Type type = endpoint.handler().getGenericReturnType();
    return type instanceof ParameterizedType entity
        ? (Class<?>) entity.getActualTypeArguments()[0]
        : (Class<?>) type;
  }
}
