package dev.genserver.bench;

import dev.genserver.behaviour.Json;
import dev.genserver.behaviour.Table;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Keys at random in a table as it comes from a store, which each change leaves as it was. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class TableBenchmark {
  private static final Json ROW = new Json("\"a row\"");
  private final SplittableRandom random = new SplittableRandom(1);

  /** How many entries there are. */
  @Param({"100", "1000000"})
  public int entries;

  private String[] keys = new String[0];
  private Table<Json> table = Table.empty();

  /** Fills the table. */
  @Setup
  public void fill() {
    keys = IntStream.range(0, entries).mapToObj(i -> "key-" + i).toArray(String[]::new);
    Table.Builder<Json> builder = Table.builder();
    for (String key : keys) {
      builder.add(key, ROW, 1);
    }
    table = builder.build(1);
  }

  /** Looks one up. */
  @Benchmark
  public @Nullable Json get() {
    return table.get(key());
  }

  /** Puts one that is there. */
  @Benchmark
  public Table<Json> put() {
    return table.put(key(), ROW);
  }

  /** Removes one. */
  @Benchmark
  public Table<Json> remove() {
    return table.remove(key());
  }

  private String key() {
    return keys[random.nextInt(keys.length)];
  }
}
