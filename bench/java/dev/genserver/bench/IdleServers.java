package dev.genserver.bench;

import com.sun.management.OperatingSystemMXBean;
import dev.genserver.kinds.Counter;
import dev.genserver.runtime.Outcome;
import dev.genserver.runtime.Wanted;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * Starts a million counters with names of 12 characters, and tells how long that took and how many
 * bytes of the heap each of them takes while it is idle, all told: the entry in the registry, the
 * name, the server and its state.
 */
public final class IdleServers {
  private static final int SERVERS = 1_000_000;
  private static final OperatingSystemMXBean MACHINE =
      ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
  private static final int CLIENTS = 8;

  private IdleServers() {}

  /** Runs it three times: the first also warms the machine up. */
  public static void main(String[] args) throws InterruptedException {
    for (int round = 1; round <= 3; round++) {
      try (House house = new House()) {
        long empty = used();
        long cpuBefore = MACHINE.getProcessCpuTime();
        long began = System.nanoTime();
        forAll(name -> start(house, name));
        double seconds = (System.nanoTime() - began) / 1e9;
        double cpu = (MACHINE.getProcessCpuTime() - cpuBefore) / 1e9;
        forAll(name -> count(house, name));
        double bytes = (double) (used() - empty) / SERVERS;
        System.out.printf(
            Locale.ROOT,
            "%,d counters: started in %.2f s (%.2f s of CPU) by %d clients, %.1f bytes each%n",
            house.servers.count(house.counters),
            seconds,
            cpu,
            CLIENTS,
            bytes);
      }
    }
  }

  private static void forAll(Consumer<String> action) throws InterruptedException {
    List<Thread> clients = new ArrayList<>();
    for (int client = 0; client < CLIENTS; client++) {
      int first = client;
      clients.add(
          Thread.startVirtualThread(() -> {
            for (int i = first; i < SERVERS; i += CLIENTS) {
              action.accept(Long.toString(100_000_000_000L + i));
            }
          }));
    }
    for (Thread client : clients) {
      client.join();
    }
  }

  private static void start(House house, String name) {
    Counter defaults = (Counter) Objects.requireNonNull(house.counters.defaults());
    expect(
        Outcome.Started.class,
        house.servers.start(house.counters, name, defaults, Wanted.NOTHING, House.TIMEOUT));
  }

  /** Counts past the small numbers that the JDK keeps ready, so that each has its own state. */
  private static void count(House house, String name) {
    expect(
        Outcome.Replied.class,
        house.servers.call(
            house.counters, name, new Counter.Increment(1_000), House.TIMEOUT, false));
  }

  private static void expect(Class<? extends Outcome> expected, Outcome outcome) {
    if (!expected.isInstance(outcome)) {
      throw new IllegalStateException(outcome.toString());
    }
  }

  private static long used() {
    for (int i = 0; i < 3; i++) {
      System.gc();
    }
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }
}
