package dev.genserver.web;

import dev.genserver.wire.Wire;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.http.Outcome;
import java.lang.reflect.Method;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.PreEncodedHttpField;
import org.eclipse.jetty.io.CyclicTimeouts;
import org.eclipse.jetty.io.IdleTimeout;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.VirtualThreads;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.annotation.Qualifier;
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
 * The short way to the controllers: a plain request to one server, which most are, is answered by
 * the very method that Spring MVC would call, on the thread that has read it from its connection,
 * without a servlet. Everything else goes on to Spring MVC on a virtual thread of its own, and
 * whatever is answered here is answered there alike.
 *
 * <p>Nothing may wait here, see {@link Unwaiting}. The routes are read from the controllers'
 * mappings when all of them are there. What a method throws becomes a problem in {@link Problems}.
 * Each answer is recorded in the meter in which Spring records its own, under the same tags.
 */
@Component
public class Lean extends Handler.Wrapper implements SmartInitializingSingleton {
  /** Longer bodies take a while to be read, so it is done elsewhere. */
  private static final int LONGEST_BODY = 64 * 1024;

  private static final byte[] NOTHING = {};
  private static final HttpField JSON =
      new PreEncodedHttpField(HttpHeader.CONTENT_TYPE, MediaType.APPLICATION_JSON_VALUE);
  private static final HttpField VARY =
      new PreEncodedHttpField(HttpHeader.VARY, HttpHeaders.ORIGIN);

  private final ObjectProvider<RequestMappingHandlerMapping> mappings;
  private final Problems problems;
  private final int maxBody;
  private final MeterRegistry meters;
  private final Routes routes = new Routes();
  private final Map<Answered, Timer> timers = new ConcurrentHashMap<>();
  private final LateAnswers late = new LateAnswers();
  private final Set<Unwaiting> open = ConcurrentHashMap.newKeySet();
  private final ExceptionHandlerMethodResolver handlers =
      new ExceptionHandlerMethodResolver(Problems.class);
  private @Nullable CyclicTimeouts<Unwaiting> timeouts;

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
    this.maxBody = (int) Math.min(edge.maxBody(), LONGEST_BODY);
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
  protected void doStart() throws Exception {
    timeouts =
        new CyclicTimeouts<>(getServer().getScheduler()) {
          @Override
          protected Iterator<Unwaiting> iterator() {
            return open.iterator();
          }

          @Override
          protected boolean onExpired(Unwaiting exchange) {
            VirtualThreads.getExecutor(getServer().getThreadPool()).execute(exchange::expire);
            return false;
          }
        };
    super.doStart();
  }

  @Override
  protected void doStop() throws Exception {
    super.doStop();
    Objects.requireNonNull(timeouts).destroy();
  }

  @Override
  public InvocationType getInvocationType() {
    return InvocationType.NON_BLOCKING;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    PlainRequest plain = PlainRequest.of(request, response, maxBody);
    Route route = plain == null ? null : route(plain);
    if (plain == null || route == null || !route.takes(plain)) {
      elsewhere(request, () -> handleElsewhere(request, response, callback));
      return true;
    }
    Answer answer = new Answer(plain, route, request, response, callback);
    if (plain.hasBody()) {
      plain.read(answer::begin);
    } else {
      answer.begin(null);
    }
    return true;
  }

  private @Nullable Route route(PlainRequest plain) {
    return Mappings.isToMany(plain.method(), plain.segments())
        ? null
        : routes.find(plain.method(), plain.segments());
  }

  /** Has this done where one may wait. */
  private static void elsewhere(Request request, Runnable task) {
    takesItsTime(request);
    request.getComponents().getExecutor().execute(task);
  }

  /** It is not idle: its answer takes its time. */
  private static void takesItsTime(Request request) {
    request.addIdleTimeoutListener(e -> false);
  }

  private void handleElsewhere(Request request, Response response, Callback callback) {
    Response timely =
        new Response.Wrapper(request, response) {
          @Override
          public void write(boolean last, ByteBuffer content, Callback written) {
            notIdle(request);
            super.write(last, content, written);
          }
        };
    try {
      if (!super.handle(request, timely, callback)) {
        Response.writeError(request, response, callback, HttpStatus.NOT_FOUND.value());
      }
    } catch (Throwable e) { // nobody else would tell the client
      Response.writeError(request, response, callback, e);
    }
  }

  /**
   * Or an idle check that comes while the answer is written would end it: a wait is no activity.
   */
  private static void notIdle(Request request) {
    if (request.getConnectionMetaData().getConnection().getEndPoint() instanceof IdleTimeout idle) {
      idle.notIdle();
    }
  }

  /** An answer on its way. */
  private final class Answer {
    private final PlainRequest plain;
    private final Route route;
    private final Request request;
    private final Response response;
    private final Callback callback;
    private final long began = System.nanoTime();
    private @Nullable Unwaiting unwaiting;

    Answer(PlainRequest plain, Route route, Request request, Response response, Callback callback) {
      this.plain = plain;
      this.route = route;
      this.request = request;
      this.response = response;
      this.callback = callback;
    }

    void begin(@Nullable Throwable failure) {
      if (failure == null) {
        answer(this::unwaiting);
      } else { // the client is gone, or too slow
        Response.writeError(request, response, callback, failure);
      }
    }

    /** The exchange, made when the method's other arguments are. */
    private Unwaiting unwaiting() {
      if (unwaiting == null) {
        unwaiting = new Unwaiting(plain, plain.timeout());
      }
      return unwaiting;
    }

    private void answer(Supplier<? extends Exchange> exchange) {
      try {
        write(route.call(plain, exchange), route.status());
      } catch (Unwaiting.Later e) {
        waitFor(unwaiting());
      } catch (Unwaiting.Elsewhere e) {
        elsewhere(request, () -> answer(() -> new Exchange(plain, plain.timeout(), null)));
      } catch (Throwable e) {
        refuse(e);
      }
    }

    private void refuse(Throwable why) {
      try {
        write(problem(why), HttpStatus.INTERNAL_SERVER_ERROR);
      } catch (Throwable e) { // nothing can be said any more
        callback.failed(e);
      }
    }

    private void waitFor(Unwaiting exchange) {
      takesItsTime(request);
      open.add(exchange);
      Objects.requireNonNull(timeouts).schedule(exchange);
      exchange.then(() ->
          late.write(
              request,
              () -> {
                open.remove(exchange);
                answer(() -> exchange);
              }));
    }

    private @Nullable Object problem(Throwable thrown) {
      Exception e =
          thrown instanceof Exception exception
              ? exception
              : new IllegalStateException("a controller failed", thrown);
      Method handler = Objects.requireNonNull(handlers.resolveMethod(e));
      Object[] arguments =
          Arrays.stream(handler.getParameterTypes())
              .map(type -> type == Head.class ? plain : e)
              .toArray();
      ReflectionUtils.makeAccessible(handler);
      return ReflectionUtils.invokeMethod(handler, problems, arguments);
    }

    private void write(@Nullable Object reply, HttpStatus usual) {
      ResponseEntity<?> entity = reply instanceof ResponseEntity<?> e ? e : null;
      Object body = entity == null ? reply : entity.getBody();
      byte[] json = body == null ? NOTHING : Wire.mapper().writeValueAsBytes(body);
      int status = entity == null ? usual.value() : entity.getStatusCode().value();
      HttpFields.Mutable headers = response.getHeaders();
      headers.put(VARY);
      if (body != null) {
        headers.put(JSON);
      }
      if (entity != null) {
        entity.getHeaders().forEach((name, values) -> headers.put(name, values.getFirst()));
      }
      timers
          .computeIfAbsent(new Answered(route, status), this::timer)
          .record(System.nanoTime() - began, TimeUnit.NANOSECONDS);
      notIdle(request);
      response.setStatus(status);
      response.write(true, ByteBuffer.wrap(json), callback);
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
}
