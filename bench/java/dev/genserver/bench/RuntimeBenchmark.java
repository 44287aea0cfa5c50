package dev.genserver.bench;

import dev.genserver.kinds.Counter;
import dev.genserver.runtime.Outcome;
import dev.genserver.runtime.Wanted;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Calls and casts of a counter by clients on virtual threads, in operations a microsecond of all
 * clients together. A client whose cast finds the mailbox full tries again.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class RuntimeBenchmark {
  private static final int OPERATIONS = 40_000;
  private static final Counter.Increment MESSAGE = new Counter.Increment(1);

  /** Over how many servers the clients spread their messages. */
  @Param({"1", "1000"})
  public int servers;

  /** How many clients there are. */
  @Param({"1", "2", "4", "8"})
  public int clients;

  private House house = new House();
  private String[] names = new String[0];

  /** Starts the servers. */
  @Setup
  public void start() {
    names = IntStream.range(0, servers).mapToObj(i -> "counter-" + i).toArray(String[]::new);
    for (String name : names) {
      house.servers.start(house.counters, name, new Counter(0), Wanted.NOTHING, House.TIMEOUT);
    }
  }

  /** Gives the threads back. */
  @TearDown
  public void stop() {
    house.close();
  }

  /** Sends and waits for the reply. */
  @Benchmark
  @OperationsPerInvocation(OPERATIONS)
  public void call() throws InterruptedException {
    all(name -> {
      Outcome outcome = house.servers.call(house.counters, name, MESSAGE, House.TIMEOUT, true);
      if (!(outcome instanceof Outcome.Replied)) {
        throw new IllegalStateException(outcome.toString());
      }
    });
  }

  /** Sends and goes on. */
  @Benchmark
  @OperationsPerInvocation(OPERATIONS)
  @SuppressWarnings("ThreadPriorityCheck")
  public void cast() throws InterruptedException {
    all(name -> {
      while (!(house.servers.cast(house.counters, name, MESSAGE, true)
          instanceof Outcome.Accepted)) {
        Thread.yield();
      }
    });
  }

  private void all(Operation operation) throws InterruptedException {
    List<Thread> threads = new ArrayList<>();
    for (int client = 0; client < clients; client++) {
      SplittableRandom random = new SplittableRandom(client);
      threads.add(
          Thread.startVirtualThread(() -> {
            for (int i = 0; i < OPERATIONS / clients; i++) {
              operation.on(names[random.nextInt(names.length)]);
            }
          }));
    }
    for (Thread thread : threads) {
      thread.join();
    }
  }

  private interface Operation {
    void on(String name);
  }
}
