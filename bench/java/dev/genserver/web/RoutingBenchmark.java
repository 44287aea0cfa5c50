package dev.genserver.web;

import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestMethod;

/** From a path to the controller's method, among those of the kinds and of the generic verbs. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class RoutingBenchmark {
  private static final List<Class<?>> CONTROLLERS =
      List.of(
          CounterController.class,
          StackController.class,
          KeyValueStoreController.class,
          SessionStoreController.class,
          CacheController.class,
          ServerController.class,
          SysController.class);

  private final Routes routes = new Routes();
  private final String increment = "/v1/counters/hits/increment";
  private final String entry = "/v1/kv-stores/prefs/entries/users/1";
  private final String call = "/v1/counters/hits/call/increment";

  /** Reads the controllers' mappings. */
  @Setup
  public void read() {
    for (Class<?> controller : CONTROLLERS) {
      String prefix = path(mappingOf(controller));
      for (Method method : controller.getDeclaredMethods()) {
        RequestMapping mapping = mappingOf(method);
        if (mapping != null) {
          for (RequestMethod verb : mapping.method()) {
            routes.add(new Route(verb.name(), prefix + path(mapping), controller, method));
          }
        }
      }
    }
    if (increment() == null || entry() == null || call() == null) {
      throw new IllegalStateException("a route is missing");
    }
  }

  private static @Nullable RequestMapping mappingOf(AnnotatedElement element) {
    return AnnotatedElementUtils.findMergedAnnotation(element, RequestMapping.class);
  }

  private static String path(@Nullable RequestMapping mapping) {
    return mapping == null || mapping.path().length == 0 ? "" : mapping.path()[0];
  }

  /** A typed operation. */
  @Benchmark
  public @Nullable Object increment() {
    return routes.find("POST", Routes.split(increment));
  }

  /** One that takes the rest of the path. */
  @Benchmark
  public @Nullable Object entry() {
    return routes.find("GET", Routes.split(entry));
  }

  /** The generic verb, which the kind's own paths come before. */
  @Benchmark
  public @Nullable Object call() {
    return routes.find("POST", Routes.split(call));
  }
}
