package dev.genserver.observe;

import dev.genserver.kinds.Counter;
import dev.genserver.runtime.Listener.Result;
import dev.genserver.runtime.Origin;
import dev.genserver.wire.Kind;
import dev.genserver.wire.Kinds;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;

/** What it costs to count and time one message. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class RecordingBenchmark {
  private final Kinds kinds = new Kinds(List.of(Counter.class));
  private final Kind counters = kinds.of(Counter.class);
  private final Meters meters =
      new Meters(kinds, new PrometheusMeterRegistry(PrometheusConfig.DEFAULT));

  @Benchmark
  public void oneThread() {
    meters.handled(counters, Origin.CALL, Result.REPLIED, 12_345, 678);
  }

  @Benchmark
  @Threads(2)
  public void twoThreads() {
    meters.handled(counters, Origin.CALL, Result.REPLIED, 12_345, 678);
  }
}
