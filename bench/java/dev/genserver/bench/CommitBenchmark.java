package dev.genserver.bench;

import dev.genserver.store.Change;
import dev.genserver.store.ServerRow;
import dev.genserver.store.StateStore;
import dev.genserver.store.StoreSettings;
import dev.genserver.store.Stores;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
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
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Groups of changed counters committed to an embedded database that holds 10,000. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class CommitBenchmark {
  private static final int COUNTERS = 10_000;

  /** How many servers have changed. */
  @Param({"1", "16", "64"})
  public int changed;

  /** Whether the disk is synced. */
  @Param({"true", "false"})
  public boolean sync;

  private @Nullable Path folder;
  private @Nullable StateStore store;
  private int next;

  /** Makes the database. */
  @Setup
  public void fill() throws IOException {
    folder = Files.createTempDirectory("genserver");
    store = Stores.open(StoreSettings.embedded(folder));
    store.commit(IntStream.range(0, COUNTERS).mapToObj(i -> put(i, true)).toList(), true);
  }

  /** Removes it. */
  @TearDown
  public void delete() throws IOException {
    store.close();
    Stored.delete(folder);
  }

  /** Commits a group. */
  @Benchmark
  public void commit() {
    int first = next;
    next += changed;
    store.commit(IntStream.range(first, next).mapToObj(i -> put(i, false)).toList(), sync);
  }

  private static Change put(int number, boolean fresh) {
    String name = "counter-" + Math.floorMod(number, COUNTERS);
    String options = "{\"durability\":\"fsync\"}";
    ServerRow row =
        new ServerRow("counters", name, 1, number, 1, "{}", options, 0, 0, number, 0, 0);
    return new Change.Put(row, fresh, String.valueOf(number), List.of(), Map.of(), Map.of());
  }
}
