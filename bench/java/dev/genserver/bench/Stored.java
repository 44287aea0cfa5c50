package dev.genserver.bench;

import dev.genserver.behaviour.Json;
import dev.genserver.kinds.Counter;
import dev.genserver.kinds.KeyValueStore;
import dev.genserver.runtime.Outcome;
import dev.genserver.store.Change;
import dev.genserver.store.Change.TableChange;
import dev.genserver.store.EntryRow;
import dev.genserver.store.ServerRow;
import dev.genserver.store.StateStore;
import dev.genserver.store.StoreSettings;
import dev.genserver.store.Stores;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What an embedded database with much in it costs: opening it, the first message to a server that
 * is not in memory, loading a large one, and one put into it.
 */
public final class Stored {
  private static final int MILLION = 1_000_000;
  private static final int PUTS = 200;

  private Stored() {}

  /** Fills two databases, and measures each three times: the first also warms the machine up. */
  public static void main(String[] args) throws IOException {
    Path empty = Files.createTempDirectory("genserver");
    Path full = Files.createTempDirectory("genserver");
    try {
      fill(full);
      for (int round = 1; round <= 3; round++) {
        opening("nothing", empty);
        opening("1,000,000 counters and two stores", full);
        loading("of 1,000 entries", "small", full);
        loading("of 1,000,000 entries", "large", full);
      }
    } finally {
      delete(empty);
      delete(full);
    }
  }

  private static void opening(String what, Path data) {
    long began = System.nanoTime();
    try (StateStore store = Stores.open(StoreSettings.embedded(data));
        House house = new House(store)) {
      double opened = millis(began);
      long called = System.nanoTime();
      Outcome first =
          house.servers.call(
              house.counters, "c500000", new Counter.Increment(1), House.TIMEOUT, true);
      report("open a database with " + what, opened);
      report("  first message to a counter, committed: " + first, millis(called));
    }
  }

  private static void loading(String what, String name, Path data) throws IOException {
    try (StateStore store = Stores.open(StoreSettings.embedded(data));
        House house = new House(store)) {
      long began = System.nanoTime();
      house.servers.call(house.stores, name, new KeyValueStore.Get("k7"), House.TIMEOUT, false);
      report("first read of a store " + what, millis(began));
      long before = written();
      began = System.nanoTime();
      for (int i = 0; i < PUTS; i++) {
        KeyValueStore.Put put = new KeyValueStore.Put("k" + i * 5, new Json("\"" + i + "\""));
        house.servers.call(house.stores, name, put, House.TIMEOUT, false);
      }
      report("  a put into it, committed", millis(began) / PUTS);
      System.out.printf(
          Locale.ROOT, "  bytes that a put writes: %,d%n", (written() - before) / PUTS);
    }
  }

  /** What this process has written to files so far (Linux). */
  private static long written() throws IOException {
    return Files.readAllLines(Path.of("/proc/self/io")).stream()
        .filter(line -> line.startsWith("wchar: "))
        .mapToLong(line -> Long.parseLong(line.substring("wchar: ".length())))
        .findFirst()
        .orElseThrow();
  }

  private static void fill(Path data) {
    try (StateStore store = Stores.open(StoreSettings.embedded(data))) {
      List<Change> counters = new ArrayList<>();
      for (int i = 0; i < MILLION; i++) {
        counters.add(fresh("counters", "c" + i, "0", List.of()));
        if (counters.size() == 10_000) {
          store.commit(counters, false);
          counters.clear();
        }
      }
      store.commit(List.of(fresh("kv-stores", "small", "{}", table(1_000))), false);
      store.commit(List.of(fresh("kv-stores", "large", "{}", table(MILLION))), true);
    }
  }

  private static Change fresh(String kind, String name, String state, List<TableChange> tables) {
    ServerRow row =
        new ServerRow(kind, name, 1, 0, 1, "{}", "{\"durability\":\"fsync\"}", 0, 0, 0, 0, 0);
    return new Change.Put(row, true, state, tables, Map.of(), Map.of());
  }

  private static List<TableChange> table(int entries) {
    Map<String, EntryRow> rows = new HashMap<>();
    for (int i = 0; i < entries; i++) {
      rows.put("k" + i, new EntryRow("\"a value of some twenty\"", 1));
    }
    return List.of(new TableChange("", true, rows));
  }

  private static double millis(long since) {
    return (System.nanoTime() - since) / 1e6;
  }

  private static void report(String what, double millis) {
    System.out.printf(Locale.ROOT, "%s: %.2f ms%n", what, millis);
  }

  static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(folder);
  }
}
