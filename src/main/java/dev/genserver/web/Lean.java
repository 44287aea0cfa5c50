package dev.genserver.web;

import dev.genserver.wire.Wire;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.http.Outcome;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.Serial;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Component;
import org.springframework.util.ReflectionUtils;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.method.annotation.ExceptionHandlerMethodResolver;
import org.springframework.web.servlet.mvc.method.RequestMappingInfo;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

/**
 * The short way to the controllers: a plain request, which most are, is answered by the very method
 * that Spring MVC would call, at half the cost. Everything else goes on to Spring MVC untouched,
 * and whatever is answered here is answered there alike.
 *
 * <p>The routes are read from the controllers' mappings when all of them are there. What a method
 * throws becomes a problem in {@link Problems}. Each answer is recorded in the meter in which
 * Spring records its own, under the same tags.
 */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE)
class Lean extends HttpFilter implements SmartInitializingSingleton {
  @Serial private static final long serialVersionUID = 1;

  private final transient ObjectProvider<RequestMappingHandlerMapping> mappings;
  private final transient Problems problems;
  private final transient Edge edge;
  private final transient MeterRegistry meters;
  private final transient Routes routes = new Routes();
  private final transient Map<Answered, Timer> timers = new ConcurrentHashMap<>();
  private final transient ExceptionHandlerMethodResolver handlers =
      new ExceptionHandlerMethodResolver(Problems.class);

  /** What answers are told apart by. */
  private record Answered(Route route, int status) {}

  Lean(
      @Qualifier("requestMappingHandlerMapping")
          ObjectProvider<RequestMappingHandlerMapping> mappings,
      Problems problems,
      Edge edge,
      MeterRegistry meters) {
    this.mappings = mappings;
    this.problems = problems;
    this.edge = edge;
    this.meters = meters;
  }

  @Override
  public void afterSingletonsInstantiated() {
    mappings.getObject().getHandlerMethods().forEach(this::addRoutes);
  }

  private void addRoutes(RequestMappingInfo mapping, HandlerMethod handler) {
    HandlerMethod resolved = handler.createWithResolvedBean();
    for (String pattern : mapping.getPatternValues()) {
      for (RequestMethod method : mapping.getMethodsCondition().getMethods()) {
        Route route = new Route(method.name(), pattern, resolved.getBean(), handler.getMethod());
        routes.add(route);
      }
    }
  }

  @Override
  protected void doFilter(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    PlainRequest plain = PlainRequest.of(request, response, edge.maxBody());
    Route route =
        plain == null || Mappings.isToMany(request.getMethod(), plain.path())
            ? null
            : routes.find(request.getMethod(), plain.path());
    if (plain != null && route != null && route.takes(plain)) {
      answer(plain, route, response);
    } else {
      chain.doFilter(request, response);
    }
  }

  private void answer(PlainRequest request, Route route, HttpServletResponse response)
      throws IOException {
    long began = System.nanoTime();
    try {
      write(route.call(request), route.status(), response);
    } catch (IOException e) { // the client is gone; there is nobody to tell
      throw e;
    } catch (Exception e) {
      write(problem(e, request.request()), HttpStatus.INTERNAL_SERVER_ERROR, response);
    }
    timers
        .computeIfAbsent(new Answered(route, response.getStatus()), this::timer)
        .record(System.nanoTime() - began, TimeUnit.NANOSECONDS);
  }

  private @Nullable Object problem(Exception e, HttpServletRequest request) {
    Method handler = Objects.requireNonNull(handlers.resolveMethod(e));
    Object[] arguments =
        Arrays.stream(handler.getParameterTypes())
            .map(type -> type == HttpServletRequest.class ? request : e)
            .toArray();
    ReflectionUtils.makeAccessible(handler);
    return ReflectionUtils.invokeMethod(handler, problems, arguments);
  }

  private static void write(@Nullable Object reply, HttpStatus usual, HttpServletResponse response)
      throws IOException {
    ResponseEntity<?> entity = reply instanceof ResponseEntity<?> e ? e : null;
    Object body = entity == null ? reply : entity.getBody();
    byte[] json = body == null ? null : Wire.mapper().writeValueAsBytes(body);
    response.addHeader(HttpHeaders.VARY, HttpHeaders.ORIGIN);
    response.setStatus(entity == null ? usual.value() : entity.getStatusCode().value());
    if (json != null) {
      response.setContentType(MediaType.APPLICATION_JSON_VALUE);
      response.setContentLength(json.length);
    }
    if (entity != null) {
      entity.getHeaders().forEach((name, values) -> response.setHeader(name, values.getFirst()));
    }
    if (json != null) {
      response.getOutputStream().write(json);
    }
  }

  private Timer timer(Answered answered) {
    return Timer.builder("http.server.requests")
        .tag("error", "none")
        .tag("exception", "none")
        .tag("method", answered.route().httpMethod())
        .tag("outcome", Outcome.forStatus(answered.status()).name())
        .tag("status", String.valueOf(answered.status()))
        .tag("uri", answered.route().pattern())
        .register(meters);
  }
}
