package dev.genserver.bench;

import com.sun.management.OperatingSystemMXBean;
import dev.genserver.behaviour.Behaviour;
import dev.genserver.behaviour.Name;
import dev.genserver.behaviour.Self;
import dev.genserver.behaviour.Signal;
import dev.genserver.behaviour.Step;
import dev.genserver.kinds.Counter;
import dev.genserver.runtime.Wanted;
import dev.genserver.wire.Kind;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;

/**
 * What the callers of one counter notice while 1,000 other servers crash by themselves, again and
 * again, and what the process still does when these are held down. Quiet and stormy rounds take
 * turns; callers come at a fixed rate, and waiting counts from when a call was due.
 */
public final class Storm {
  private static final int SERVERS = 1_000;
  private static final int ROUNDS = 5;
  private static final long ROUND = Duration.ofSeconds(5).toNanos();
  private static final long EVERY = 200_000; // ns: 5,000 calls/s

  /** Crashes when it has begun. */
  @Name("crashers")
  public record Crasher() implements Behaviour<Boolean, Crasher.Op> {
    /** Nothing can be asked of it. */
    public sealed interface Op {}

    record Tick() implements Op, Signal {}

    @Override
    public Step<Boolean> init(Self self) {
      self.timer("tick", Duration.ZERO, new Tick());
      return Step.done(true);
    }

    @Override
    public Step<Boolean> handle(Op message, Boolean state, Self self) {
      throw new IllegalStateException("a storm");
    }
  }

  private Storm() {}

  /** Measures. */
  public static void main(String[] args) {
    try (House house = new House(null, Crasher.class)) {
      Kind crashers = house.kind(Crasher.class);
      Wanted anew = new Wanted(null, null, null, null, "init");
      for (int round = 0; round <= ROUNDS; round++) { // the first warms up
        report(round, "quiet", round(house));
        for (int i = 0; i < SERVERS; i++) {
          house.servers.start(crashers, round + "-" + i, new Crasher(), anew, House.TIMEOUT);
        }
        report(round, "storm", round(house));
        for (int i = 0; i < SERVERS; i++) {
          house.servers.stop(crashers, round + "-" + i);
        }
      }
      idle(house, crashers, anew);
    }
  }

  private static void idle(House house, Kind crashers, Wanted anew) {
    for (int i = 0; i < SERVERS; i++) {
      house.servers.start(crashers, "last-" + i, new Crasher(), anew, House.TIMEOUT);
    }
    for (int seconds = 0; seconds < 60; seconds += 10) {
      double before = cpu();
      long until = System.nanoTime() + Duration.ofSeconds(10).toNanos();
      while (System.nanoTime() < until) {
        LockSupport.parkNanos(until - System.nanoTime());
      }
      System.out.printf(
          Locale.ROOT,
          "%d to %d s after they began to crash: %.1f %% of a core%n",
          seconds,
          seconds + 10,
          (cpu() - before) / 10e9 * 100);
    }
  }

  private static double cpu() {
    var system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    return system.getProcessCpuTime();
  }

  private static long[] round(House house) {
    long[] took = new long[(int) (ROUND / EVERY)];
    long began = System.nanoTime();
    for (int i = 0; i < took.length; i++) {
      long due = began + i * EVERY;
      while (System.nanoTime() < due) {
        LockSupport.parkNanos(due - System.nanoTime());
      }
      house.servers.call(house.counters, "one", new Counter.Increment(1), House.TIMEOUT, true);
      took[i] = System.nanoTime() - due;
    }
    Arrays.sort(took);
    return took;
  }

  private static void report(int round, String weather, long[] took) {
    if (round > 0) {
      System.out.printf(
          Locale.ROOT,
          "%s: %5d µs (median), %6d (99 %%), %6d (99.9 %%)%n",
          weather,
          took[took.length / 2] / 1000,
          took[took.length * 99 / 100] / 1000,
          took[took.length * 999 / 1000] / 1000);
    }
  }
}
