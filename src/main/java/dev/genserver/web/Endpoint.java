package dev.genserver.web;

import dev.genserver.behaviour.Keyed;
import dev.genserver.wire.Kind;
import dev.genserver.wire.Kinds;
import dev.genserver.wire.Operation;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.servlet.mvc.method.RequestMappingInfo;

/**
 * A verb and a path that a controller answers.
 *
 * @param path with {@code {key}} where the mapping says {@code {*key}}
 * @param kind the kind in the path, null where that is the client's to say
 * @param operation that of the kind which the handler is called after, if it is after one
 */
record Endpoint(
    RequestMethod verb,
    String path,
    Method handler,
    @Nullable Kind kind,
    @Nullable Operation operation) {
  /** Servers of any kind first, then kind by kind. */
  static final Comparator<Endpoint> ORDER =
      Comparator.comparing((Endpoint e) -> e.kind == null ? "" : e.kind.name())
          .thenComparing(Endpoint::path)
          .thenComparing(Endpoint::verb);

  static Stream<Endpoint> of(RequestMappingInfo mapping, Method handler, Kinds kinds) {
    return mapping.getPatternValues().stream()
        .filter(pattern -> pattern.startsWith("/v1/"))
        .flatMap(pattern ->
            mapping.getMethodsCondition().getMethods().stream()
                .map(verb -> of(verb, pattern.replace("{*", "{"), handler, kinds)));
  }

  private static Endpoint of(RequestMethod verb, String path, Method handler, Kinds kinds) {
    Kind kind = kinds.find(path.split("/", 4)[2]);
    Operation operation = kind == null ? null : kind.operation(Operation.kebab(handler.getName()));
    return new Endpoint(verb, path, handler, kind, operation);
  }

  /** Whether any operation of any kind may be sent to it. */
  boolean takesAnyOperation() {
    return operation == null && (takes("operation") || takes(List.class));
  }

  /** Whether it puts a message, or a batch, into the mailbox of one server. */
  boolean sendsToOne() {
    return takes("name") && takes(Exchange.class);
  }

  /** Whether it waits for what comes of a message. */
  boolean waits() {
    return !path.contains("cast/") && (takes(Timeout.class) || takes(Exchange.class));
  }

  /** Whether an idempotency key may be tied to its message. */
  boolean takesKey() {
    return sendsToOne() && (operation != null || takes("operation"));
  }

  /** Whether a condition may be tied to its message. */
  boolean takesCondition() {
    return takesKey() && waits();
  }

  /** Whether that may be that there is no such entry yet. */
  boolean takesAbsence() {
    return takesCondition()
        && !isQuery()
        && (operation == null || Keyed.class.isAssignableFrom(operation.type()));
  }

  /** Whether it answers what a client may have already. */
  boolean isQuery() {
    return takesKey() && verb == RequestMethod.GET;
  }

  /** Whether many lines are sent to it, and answered. */
  boolean isBulk() {
    return path.equals(Bulk.PATH);
  }

  /** Whether its answer is a stream of events, whatever the client would like. */
  boolean streams() {
    RequestMapping said = AnnotatedElementUtils.findMergedAnnotation(handler, RequestMapping.class);
    return said != null
        && Arrays.asList(said.produces()).contains(MediaType.TEXT_EVENT_STREAM_VALUE);
  }

  /** Whether it puts a state in place of a server's. */
  boolean replacesState() {
    return verb == RequestMethod.PUT && path.endsWith("/sys/state");
  }

  /** The type of what is sent and answered. */
  String mediaType() {
    if (streams()) {
      return MediaType.TEXT_EVENT_STREAM_VALUE;
    }
    return isBulk() ? MediaType.APPLICATION_NDJSON_VALUE : MediaType.APPLICATION_JSON_VALUE;
  }

  boolean takes(Class<?> parameter) {
    return Arrays.asList(handler.getParameterTypes()).contains(parameter);
  }

  boolean starts() {
    return (verb == RequestMethod.PUT && path.equals("/v1/{kind}/{name}"))
        || (verb == RequestMethod.POST && path.equals("/v1/{kind}"));
  }

  boolean takes(String variable) {
    return path.contains("{" + variable + "}");
  }

  @Nullable Parameter body() {
    return Arrays.stream(handler.getParameters())
        .filter(parameter -> parameter.isAnnotationPresent(RequestBody.class))
        .findFirst()
        .orElse(null);
  }

  static boolean isRequired(Parameter body) {
    RequestBody said = body.getAnnotation(RequestBody.class);
    return said != null && said.required();
  }
}
