package dev.genserver.web;

import dev.genserver.wire.Wire;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.core.ResolvableType;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.ValueConstants;

/**
 * A controller's method, called with what a plain request holds; {@link #takes} tells whether that
 * is all it takes.
 */
final class Route {
  private final String httpMethod;
  private final String pattern;
  private final Method method;
  private final MethodHandle handle;
  private final HttpStatus status;
  private final @Nullable List<Argument> arguments;
  private final boolean takesBody;

  /** Where an argument comes from. */
  private interface Argument {
    @Nullable Object of(PlainRequest request, Supplier<? extends Exchange> exchange);
  }

  Route(String httpMethod, String pattern, Object controller, Method method) {
    this.httpMethod = httpMethod;
    this.pattern = pattern;
    this.method = method;
    this.handle = handle(controller, method);
    ResponseStatus annotated =
        AnnotatedElementUtils.findMergedAnnotation(method, ResponseStatus.class);
    status = annotated == null ? HttpStatus.OK : annotated.code();
    List<Parameter> parameters = List.of(method.getParameters());
    takesBody = parameters.stream().anyMatch(p -> p.isAnnotationPresent(RequestBody.class));
    arguments = isForOneServer() && repliesPlainly() ? arguments(parameters) : null;
  }

  String httpMethod() {
    return httpMethod;
  }

  String pattern() {
    return pattern;
  }

  /** What its answer says if the method does not say otherwise. */
  HttpStatus status() {
    return status;
  }

  /** Whether the request holds nothing that it would not look at. */
  boolean takes(PlainRequest request) {
    return arguments != null && (takesBody || !request.hasBody());
  }

  /** Calls the method; an exception of its own comes out as it is. */
  @Nullable Object call(PlainRequest request, Supplier<? extends Exchange> exchange)
      throws Throwable {
    List<Argument> from = Objects.requireNonNull(arguments);
    Object[] values = new Object[from.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = from.get(i).of(request, exchange);
    }
    return handle.invokeExact(values);
  }

  private static MethodHandle handle(Object controller, Method method) {
    try {
      method.setAccessible(true);
      MethodHandle bound = MethodHandles.lookup().unreflect(method).bindTo(controller);
      return bound
          .asSpreader(Object[].class, method.getParameterCount())
          .asType(MethodType.methodType(Object.class, Object[].class));
    } catch (IllegalAccessException e) {
      throw new IllegalArgumentException(e);
    }
  }

  /** Whether it sends a message to the server in the path. */
  private boolean isForOneServer() {
    return pattern.contains("{name}")
        && Arrays.asList(method.getParameterTypes()).contains(Exchange.class);
  }

  /** A record, nothing, or one of them with a status and headers; no stream, no later answer. */
  private boolean repliesPlainly() {
    ResolvableType type = ResolvableType.forMethodReturnType(method);
    Class<?> body =
        type.toClass() == ResponseEntity.class ? type.getGeneric(0).toClass() : type.toClass();
    return body.isRecord() || body == void.class || type.toClass() == Object.class;
  }

  private @Nullable List<Argument> arguments(List<Parameter> parameters) {
    List<Argument> found = new ArrayList<>();
    for (Parameter parameter : parameters) {
      Argument argument = argument(parameter);
      if (argument == null) {
        return null;
      }
      found.add(argument);
    }
    return found;
  }

  private @Nullable Argument argument(Parameter parameter) {
    Class<?> type = parameter.getType();
    if (parameter.isAnnotationPresent(PathVariable.class) && type == String.class) {
      int segment = Arrays.asList(Routes.split(pattern)).indexOf("{" + parameter.getName() + "}");
      return segment < 0 ? null : (request, _) -> request.segments()[segment];
    }
    RequestBody body = parameter.getAnnotation(RequestBody.class);
    if (body != null && (type.isRecord() || type == byte[].class)) {
      return (request, _) -> body(request, type, body.required());
    }
    RequestParam query = parameter.getAnnotation(RequestParam.class);
    if (query != null
        && !query.required()
        && query.defaultValue().equals(ValueConstants.DEFAULT_NONE)) {
      return (_, _) -> null; // a plain request has no query but its timeout
    }
    return type == Exchange.class ? (_, exchange) -> exchange.get() : null;
  }

  private static @Nullable Object body(PlainRequest request, Class<?> type, boolean required) {
    if (!request.hasBody() && !required) {
      return null;
    }
    byte[] body = request.body();
    return type == byte[].class ? body : Wire.decode(body, type);
  }
}
