package dev.genserver.bench;

import dev.genserver.behaviour.Json;
import dev.genserver.kinds.Counter;
import dev.genserver.kinds.KeyValueStore;
import dev.genserver.wire.Kinds;
import dev.genserver.wire.Operation;
import dev.genserver.wire.Wire;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Messages read from requests' bodies, and replies written. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class WireBenchmark {
  private static final String VALUE = "\"" + "x".repeat(100) + "\"";

  private final Kinds kinds = new Kinds(List.of(Counter.class, KeyValueStore.class));
  private final Operation increment =
      Objects.requireNonNull(kinds.of(Counter.class).operation("increment"));
  private final Operation put =
      Objects.requireNonNull(kinds.of(KeyValueStore.class).operation("put"));
  private final byte[] nothing = {};
  private final byte[] by = "{\"by\":41}".getBytes(StandardCharsets.UTF_8);
  private final byte[] entry =
      ("{\"key\":\"k\",\"value\":" + VALUE + "}").getBytes(StandardCharsets.UTF_8);
  private final Counter.Count count = new Counter.Count(42);
  private final KeyValueStore.Value value = new KeyValueStore.Value(new Json(VALUE));

  /** An increment without a body. */
  @Benchmark
  public Object decodeNothing() {
    return increment.decode(nothing);
  }

  /** An increment that says by how much. */
  @Benchmark
  public Object decodeIncrement() {
    return increment.decode(by);
  }

  /** A put of 100 bytes. */
  @Benchmark
  public Object decodePut() {
    return put.decode(entry);
  }

  /** A counter's reply. */
  @Benchmark
  public byte[] encodeCount() {
    return Wire.mapper().writeValueAsBytes(count);
  }

  /** A value of 100 bytes. */
  @Benchmark
  public byte[] encodeValue() {
    return Wire.mapper().writeValueAsBytes(value);
  }
}
