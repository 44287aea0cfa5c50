package dev.genserver.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.genserver.store.Change.Configure;
import dev.genserver.store.Change.Delete;
import dev.genserver.store.Change.Put;
import dev.genserver.store.Change.TableChange;
import dev.genserver.store.StateStore.Due;
import dev.genserver.store.StateStore.Place;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every store does. */
abstract class StateStoreContract {
  StateStore store;

  /** Opens the test's store; it is empty the first time, and keeps what it has after that. */
  abstract StateStore open();

  @BeforeEach
  void openStore() {
    store = open();
  }

  @AfterEach
  void closeStore() {
    store.close();
  }

  void reopen() {
    store.close();
    store = open();
  }

  /** All that a load says; an entry as {@code table/key=value@version}, without a version of 0. */
  record Loaded(Stored stored, List<String> entries) {}

  static Loaded load(StateStore store, String kind, String name) {
    List<String> entries = new ArrayList<>();
    Stored stored =
        store.load(
            kind,
            name,
            row ->
                (table, key, value, version) ->
                    entries.add(
                        table + "/" + key + "=" + value + (version == 0 ? "" : "@" + version)));
    return new Loaded(stored, entries);
  }

  Loaded load(String kind, String name) {
    return load(store, kind, name);
  }

  static ServerRow row(String kind, String name, long version) {
    return new ServerRow(kind, name, 7, version, 1, "{\"a\":1}", "{}", 1_000, 3, 4, 5, 6);
  }

  static TimerRow timer(String id, long due, long sequence) {
    return new TimerRow(id, due, null, false, sequence, "sweep", "{}");
  }

  static TableChange table(String table, boolean cleared, String... keysAndValues) {
    Map<String, EntryRow> entries = new HashMap<>();
    for (int i = 0; i < keysAndValues.length; i += 2) {
      String value = keysAndValues[i + 1];
      entries.put(keysAndValues[i], value == null ? null : new EntryRow(value, 0));
    }
    return new TableChange(table, cleared, entries);
  }

  /** A server without anything beside its state, which is its version. */
  static Put put(String kind, String name, long version, TableChange... tables) {
    return new Put(
        row(kind, name, version), false, "" + version, List.of(tables), Map.of(), Map.of());
  }

  static Put timers(String kind, String name, TimerRow... rows) {
    Map<String, TimerRow> timers = new HashMap<>();
    for (TimerRow row : rows) {
      timers.put(row.id(), row);
    }
    return new Put(row(kind, name, 1), false, "1", List.of(), timers, Map.of());
  }

  static Map<String, TimerRow> noTimer(String id) {
    Map<String, TimerRow> timers = new HashMap<>();
    timers.put(id, null);
    return timers;
  }

  void commit(Change... changes) {
    store.commit(List.of(changes), true);
  }

  @Test
  void configure_changesArgumentsAndOptionsAlone() throws Exception {
    commit(put("counters", "c", 1), new Configure("counters", "c", "{\"o\":1}", "{\"a\":2}"));
    ServerRow row = store.find("counters", "c");
    assertThat(row.options()).isEqualTo("{\"o\":1}");
    assertThat(row.arguments()).isEqualTo("{\"a\":2}");
    assertThat(row.version()).isEqualTo(1);
    commit(put("counters", "c", 2));
    assertThat(store.find("counters", "c").arguments()).isEqualTo("{\"a\":2}");
  }

  @Test
  void load_noServer_isNull() {
    assertThat(load("counters", "a")).isEqualTo(new Loaded(null, List.of()));
    assertThat(store.find("counters", "a")).isNull();
  }

  @Test
  void put_newServer_isAllThere() {
    TimerRow late = new TimerRow("late", 9, Long.MAX_VALUE, true, 1, "tick", "{\"n\":1}");
    AnswerRow answer = new AnswerRow("k", 5, "post 1", "{\"status\":200}");
    commit(
        new Put(
            row("counters", "a", 1),
            true,
            "{\"n\":1}",
            List.of(table("", false, "x", "1"), table("more", false, "y", "2")),
            Map.of("late", late, "soon", timer("soon", 8, 2), "first", timer("first", 8, 1)),
            Map.of("k", answer, "j", new AnswerRow("j", 4, "", "null"))));

    reopen();

    assertThat(store.find("counters", "a")).isEqualTo(row("counters", "a", 1));
    assertThat(load("counters", "a"))
        .isEqualTo(
            new Loaded(
                new Stored(
                    row("counters", "a", 1),
                    "{\"n\":1}",
                    List.of(timer("first", 8, 1), timer("soon", 8, 2), late),
                    List.of(new AnswerRow("j", 4, "", "null"), answer)),
                List.of("/x=1", "more/y=2")));
  }

  @Test
  void put_extremes_areKept() {
    ServerRow row =
        new ServerRow(
            "counters",
            "z".repeat(128),
            Long.MIN_VALUE,
            Long.MAX_VALUE,
            Integer.MAX_VALUE,
            "{}",
            "{}",
            Long.MIN_VALUE,
            Long.MAX_VALUE,
            Long.MAX_VALUE,
            Integer.MAX_VALUE,
            Integer.MAX_VALUE);
    commit(new Put(row, false, "null", List.of(), Map.of(), Map.of()));

    assertThat(load("counters", row.name()).stored().row()).isEqualTo(row);
  }

  @Test
  void put_anyText_comesBackAsItWent() {
    String text = "\"quote' \\u0000 \\\\ % _ ? $1 \n\t ä \ud83d\ude00 \uffff\"";
    String large = "\"" + "x".repeat(3_000_000) + "\"";
    commit(
        put("kv-stores", "a", 1, table("", false, "' or 1 --", text, "large", large)),
        put("kv-stores", "%", 1));

    assertThat(load("kv-stores", "a").entries())
        .containsExactly("/' or 1 --=" + text, "/large=" + large);
  }

  @Test
  void load_entries_byTableAndCodePoint() {
    commit(
        put(
            "kv-stores",
            "a",
            1,
            table("b", false, "\ud83d\ude00", "1", "\uffff", "2", "Z", "3", "a", "4", "é", "5"),
            table("a", false, "z", "6")));

    assertThat(load("kv-stores", "a").entries())
        .containsExactly("a/z=6", "b/Z=3", "b/a=4", "b/é=5", "b/\uffff=2", "b/\ud83d\ude00=1");
  }

  @Test
  void put_again_changesOnlyWhatItMentions() {
    commit(
        new Put(
            row("kv-stores", "a", 1),
            true,
            "1",
            List.of(table("t", false, "a", "1", "b", "2", "c", "3"), table("u", false, "a", "9")),
            Map.of("x", timer("x", 1, 1), "y", timer("y", 2, 2)),
            Map.of("k", new AnswerRow("k", 1, "r", "1"))));

    commit(
        new Put(
            row("kv-stores", "a", 2),
            false,
            "2",
            List.of(table("t", false, "b", null, "c", "4", "none", null)),
            noTimer("x"),
            Map.of("l", new AnswerRow("l", 2, "r", "2"))));

    assertThat(load("kv-stores", "a"))
        .isEqualTo(
            new Loaded(
                new Stored(
                    row("kv-stores", "a", 2),
                    "2",
                    List.of(timer("y", 2, 2)),
                    List.of(new AnswerRow("k", 1, "r", "1"), new AnswerRow("l", 2, "r", "2"))),
                List.of("t/a=1", "t/c=4", "u/a=9")));
  }

  @Test
  void put_fresh_forgetsWhatWas() {
    commit(
        put("kv-stores", "a", 1, table("", false, "x", "1")),
        put("kv-stores", "b", 1, table("", false, "x", "1")));
    commit(timers("kv-stores", "a", timer("x", 1, 1)));

    commit(
        new Put(
            row("kv-stores", "a", 0),
            true,
            "0",
            List.of(table("", false, "y", "2")),
            Map.of(),
            Map.of()));

    assertThat(load("kv-stores", "a"))
        .isEqualTo(
            new Loaded(
                new Stored(row("kv-stores", "a", 0), "0", List.of(), List.of()), List.of("/y=2")));
    assertThat(load("kv-stores", "b").entries()).containsExactly("/x=1");
    assertThat(store.counts()).isEqualTo(Map.of("kv-stores", 2L));
  }

  @Test
  void put_clearedTable_hasTheNewEntriesOnly() {
    commit(
        put(
            "kv-stores",
            "a",
            1,
            table("t", false, "a", "1", "b", "2"),
            table("u", false, "a", "1")));

    commit(put("kv-stores", "a", 2, table("t", true, "b", "3", "c", null)));

    assertThat(load("kv-stores", "a").entries()).containsExactly("t/b=3", "u/a=1");
  }

  @Test
  void put_entry_hasTheVersionItWasLastPutWith() {
    commit(put("kv-stores", "a", 1, entries("x", 1, "y", 1, "z", Long.MAX_VALUE)));
    commit(put("kv-stores", "a", 2, entries("x", 2)));

    reopen();

    assertThat(load("kv-stores", "a").entries())
        .containsExactly("t/x=null@2", "t/y=null@1", "t/z=null@" + Long.MAX_VALUE);
  }

  private static TableChange entries(Object... keysAndVersions) {
    Map<String, EntryRow> entries = new HashMap<>();
    for (int i = 0; i < keysAndVersions.length; i += 2) {
      long version = ((Number) keysAndVersions[i + 1]).longValue();
      entries.put((String) keysAndVersions[i], new EntryRow("null", version));
    }
    return new TableChange("t", false, entries);
  }

  @Test
  void delete_takesAllOfIt() {
    commit(
        new Put(
            row("kv-stores", "a", 1),
            true,
            "1",
            List.of(table("t", false, "a", "1")),
            Map.of("x", timer("x", 1, 1)),
            Map.of("k", new AnswerRow("k", 1, "r", "1"))),
        put("kv-stores", "b", 1, table("t", false, "a", "1")));

    commit(new Delete("kv-stores", "a"), new Delete("kv-stores", "none"));
    commit(put("kv-stores", "a", 5));

    assertThat(load("kv-stores", "a"))
        .isEqualTo(
            new Loaded(new Stored(row("kv-stores", "a", 5), "5", List.of(), List.of()), List.of()));
    assertThat(load("kv-stores", "b").entries()).containsExactly("t/a=1");
    assertThat(store.counts()).isEqualTo(Map.of("kv-stores", 2L));
    assertThat(store.due(Instant.ofEpochMilli(5), 5)).isEmpty();
  }

  @Test
  void commit_withoutSync_isReadAtOnceAndAfterReopening() {
    store.commit(List.of(put("counters", "a", 1)), false);
    store.commit(List.of(put("counters", "b", 1)), true);
    store.commit(List.of(put("counters", "a", 2)), false);

    assertThat(store.find("counters", "a")).isEqualTo(row("counters", "a", 2));
    reopen();
    assertThat(store.find("counters", "a")).isEqualTo(row("counters", "a", 2));
  }

  @Test
  void commit_nothing_isFine() {
    commit();

    assertThat(store.counts()).isEmpty();
  }

  @Test
  void commit_manyServersAtOnce_areAllThere() {
    store.commit(
        IntStream.range(0, 2_500)
            .<Change>mapToObj(i -> put("counters", "c" + i, i, table("", false, "k", "" + i)))
            .toList(),
        true);

    assertThat(store.counts()).isEqualTo(Map.of("counters", 2_500L));
    assertThat(load("counters", "c1999").entries()).containsExactly("/k=1999");
  }

  private List<String> names(String prefix, Place after, int limit, String... kinds) {
    return store.list(List.of(kinds), prefix, after, limit).stream()
        .map(row -> row.kind() + "/" + row.name())
        .toList();
  }

  @Test
  void list_byNameThenKind_pageByPage() {
    commit(
        put("caches", "b", 1),
        put("counters", "b", 1),
        put("counters", "a", 1),
        put("stacks", "b", 1),
        put("counters", "B", 1),
        put("counters", "b1", 1));

    assertThat(names("", null, 9, "counters", "stacks", "caches"))
        .containsExactly(
            "counters/B", "counters/a", "caches/b", "counters/b", "stacks/b", "counters/b1");
    assertThat(names("", new Place("b", "caches"), 2, "caches", "counters", "stacks"))
        .containsExactly("counters/b", "stacks/b");
    assertThat(names("", new Place("b", "stacks"), 2, "caches", "counters", "stacks"))
        .containsExactly("counters/b1");
    assertThat(names("", new Place("aa", "none"), 1, "counters")).containsExactly("counters/b");
    assertThat(names("", null, 9)).isEmpty();
    assertThat(store.list(List.of("counters"), "B", null, 1))
        .containsExactly(row("counters", "B", 1));
  }

  @Test
  void list_prefix_takesOnlyWhatStartsWithIt() {
    commit(
        put("counters", "a", 1),
        put("counters", "a:", 1),
        put("counters", "a:1", 1),
        put("counters", "a:2", 1),
        put("counters", "a;", 1),
        put("counters", "a%", 1));

    assertThat(names("a:", null, 9, "counters"))
        .containsExactly("counters/a:", "counters/a:1", "counters/a:2");
    assertThat(names("a:", new Place("a:1", "counters"), 9, "counters"))
        .containsExactly("counters/a:2");
    assertThat(names("a:", new Place("A", "counters"), 1, "counters"))
        .containsExactly("counters/a:");
    assertThat(names("a:", new Place("b", "counters"), 1, "counters")).isEmpty();
  }

  private static Due due(String kind, String name, long at) {
    return new Due(kind, name, Instant.ofEpochMilli(at));
  }

  @Test
  void due_eachServerOnce_theFirstDueFirst() {
    commit(
        timers("caches", "b", timer("1", 10, 1), timer("2", 5, 2), timer("3", 5, 3)),
        timers("caches", "a", timer("1", 7, 1), timer("2", 30, 2)),
        timers("counters", "a", timer("1", 20, 1)),
        timers("stacks", "a", timer("1", -4, 1)),
        put("stacks", "b", 1));

    assertThat(store.due(Instant.ofEpochMilli(20), 9))
        .containsExactly(
            due("stacks", "a", -4),
            due("caches", "b", 5),
            due("caches", "a", 7),
            due("counters", "a", 20));
    assertThat(store.due(Instant.ofEpochMilli(19), 2))
        .containsExactly(due("stacks", "a", -4), due("caches", "b", 5));
    assertThat(store.due(Instant.ofEpochMilli(-5), 9)).isEmpty();
  }

  @Test
  void due_aServerWithManyTimers_hidesNoOther() {
    TimerRow[] many =
        IntStream.range(0, 100).mapToObj(i -> timer("t" + i, i, i)).toArray(TimerRow[]::new);
    commit(timers("caches", "a", many), timers("caches", "b", timer("x", 50, 1)));

    assertThat(store.due(Instant.ofEpochMilli(1_000), 2))
        .containsExactly(due("caches", "a", 0), due("caches", "b", 50));
  }

  @Test
  void nextDue_isTheFirstAfterThat() {
    assertThat(store.nextDue(Instant.EPOCH)).isNull();
    commit(
        timers("caches", "a", timer("1", 10, 1), timer("2", 30, 2)),
        timers("caches", "b", timer("1", 20, 1)));

    assertThat(store.nextDue(Instant.ofEpochMilli(-1))).isEqualTo(Instant.ofEpochMilli(10));
    assertThat(store.nextDue(Instant.ofEpochMilli(10))).isEqualTo(Instant.ofEpochMilli(20));
    assertThat(store.nextDue(Instant.ofEpochMilli(30))).isNull();
    commit(
        new Put(row("caches", "a", 2), false, "2", List.of(), noTimer("1"), Map.of()),
        timers("caches", "b", timer("1", 40, 1)));
    assertThat(store.nextDue(Instant.EPOCH)).isEqualTo(Instant.ofEpochMilli(30));
  }

  @Test
  void epoch_growsWithEachOwner() {
    long first = store.epoch();
    assertThat(store.epoch()).isEqualTo(first);

    reopen();

    assertThat(store.epoch()).isGreaterThan(first);
  }

  @Test
  void size_isKnown() {
    commit(put("counters", "a", 1));

    assertThat(store.size()).isPositive();
  }

  @Test
  void compact_changesNothing() {
    commit(put("counters", "a", 1), put("counters", "b", 1));
    commit(new Delete("counters", "b"));

    store.compact();

    assertThat(names("", null, 9, "counters")).containsExactly("counters/a");
  }

  @Test
  void use_afterClose_fails() {
    store.close();

    assertThatThrownBy(() -> store.find("counters", "a")).isInstanceOf(StoreFailure.class);
    assertThatThrownBy(() -> commit(put("counters", "a", 1))).isInstanceOf(StoreFailure.class);
  }

  @Test
  void load_aReaderThatThrows_leavesTheStoreFit() {
    commit(put("kv-stores", "a", 1, table("", false, "x", "1")));

    for (int i = 0; i < 20; i++) {
      assertThatThrownBy(() ->
              store.load(
                  "kv-stores",
                  "a",
                  row ->
                      (table, key, value, version) -> {
                        throw new IllegalStateException("no");
                      }))
          .hasMessage("no");
    }

    assertThat(load("kv-stores", "a").entries()).containsExactly("/x=1");
  }

  @Test
  void load_duringCommits_isOneView() {
    commit(put("kv-stores", "a", 0, table("t", false, "x", "0"), table("u", false, "x", "0")));
    CompletableFuture<Void> writer =
        CompletableFuture.runAsync(() -> {
          for (int i = 1; i <= 300; i++) {
            String value = "" + i;
            store.commit(
                List.of(
                    put(
                        "kv-stores",
                        "a",
                        i,
                        table("t", false, "x", value),
                        table("u", true, "x", value))),
                false);
          }
        });

    String last = "0";
    while (!last.equals("300")) {
      assertThat(writer).isNotCompletedExceptionally();
      Loaded loaded = load("kv-stores", "a");
      last = loaded.stored().state();
      assertThat(loaded.entries()).containsExactly("t/x=" + last, "u/x=" + last);
    }
  }

  /** All that can be asked of a store in which only these names are used. */
  private static Map<String, Object> everything(StateStore store) {
    Map<String, Object> all = new TreeMap<>();
    for (String kind : KINDS) {
      for (String name : NAMES) {
        all.put("load " + kind + " " + name, load(store, kind, name).toString());
      }
    }
    Map<String, Long> counts = new TreeMap<>(store.counts());
    counts.values().removeIf(count -> count == 0);
    all.put("counts", counts);
    all.put("list", store.list(KINDS, "", null, 100));
    all.put("page", store.list(KINDS, "a", new Place("a", "counters"), 2));
    all.put("due", store.due(Instant.ofEpochMilli(50), 3));
    all.put("next", String.valueOf(store.nextDue(Instant.ofEpochMilli(50))));
    return all;
  }

  private static final List<String> KINDS = List.of("caches", "counters");
  private static final List<String> NAMES = List.of("a", "ab", "b", "B:1");
  private static final List<String> KEYS = List.of("k", "K", "\uffff", "\ud83d\ude00");

  private static <V> Map<String, V> some(
      Random random, java.util.function.Function<String, V> value) {
    Map<String, V> some = new HashMap<>();
    for (String key : KEYS) {
      switch (random.nextInt(4)) {
        case 0 -> some.put(key, value.apply(key));
        case 1 -> some.put(key, null);
        default -> {}
      }
    }
    return some;
  }

  private static Change change(Random random, String kind, String name) {
    if (random.nextInt(5) == 0) {
      return new Delete(kind, name);
    }
    List<TableChange> tables = new ArrayList<>();
    for (String table : List.of("", "t")) {
      if (random.nextBoolean()) {
        tables.add(
            new TableChange(
                table,
                random.nextInt(4) == 0,
                some(random, key -> new EntryRow("" + random.nextInt(), random.nextLong()))));
      }
    }
    return new Put(
        row(kind, name, random.nextLong()),
        random.nextInt(5) == 0,
        "" + random.nextInt(),
        tables,
        some(random, key -> timer(key, random.nextInt(100), random.nextLong())),
        some(random, key -> new AnswerRow(key, random.nextInt(3), "r", "" + random.nextInt())));
  }

  @Test
  void commits_anyHistory_asTheModel() {
    for (long seed = 1; seed <= histories(); seed++) {
      Random random = new Random(seed);
      MemoryStore model = new MemoryStore();
      clear();
      for (int i = 0; i < 30; i++) {
        List<Change> changes = new ArrayList<>();
        for (String kind : KINDS) {
          for (String name : NAMES) {
            if (random.nextInt(3) == 0) {
              changes.add(change(random, kind, name));
            }
          }
        }
        model.commit(changes, true);
        store.commit(changes, random.nextBoolean());
        if (random.nextInt(10) == 0) {
          reopen();
        }
        assertThat(everything(store))
            .as("seed %s, commit %s", seed, i)
            .isEqualTo(everything(model));
      }
    }
  }

  /** How many histories are tried; opening costs what it costs. */
  int histories() {
    return 10;
  }

  private void clear() {
    List<Change> deletes = new ArrayList<>();
    KINDS.forEach(kind -> NAMES.forEach(name -> deletes.add(new Delete(kind, name))));
    store.commit(deletes, true);
  }
}
