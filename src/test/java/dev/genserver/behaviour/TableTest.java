package dev.genserver.behaviour;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TableTest {
  private record Row(long rank, String text) implements Ranked {}

  private static final List<String> KEYS =
      List.of("a", "ab", "abc", "b", "\ud7ff", "\ue000", "\uffff", "\ud83d\ude00", "\udbff\udfff");

  private static Table<Row> table(Object... keysAndRanks) {
    Table<Row> table = Table.empty();
    for (int i = 0; i < keysAndRanks.length; i += 2) {
      table = table.put((String) keysAndRanks[i], new Row((Integer) keysAndRanks[i + 1], ""));
    }
    return table;
  }

  private static <V> Map<String, V> rows(Table<V> table) {
    Map<String, V> rows = new LinkedHashMap<>();
    table.forEach(rows::put);
    return rows;
  }

  /** Random changes against a sorted map and a set, old versions kept aside. */
  @Test
  void changes_anyHistory_asATreeMap() {
    for (long seed = 1; seed <= 2_000; seed++) {
      Random random = new Random(seed);
      Table<Row> table = Table.<Row>empty().mark(0);
      Map<String, Row> model = new TreeMap<>(Key::compare);
      Map<String, Long> versions = new HashMap<>();
      long version = 0;
      Set<String> changed = new TreeSet<>(Key::compare);
      Map<Table<Row>, Map<String, Row>> old = new HashMap<>();
      for (int i = 0; i < 40; i++) {
        String key = KEYS.get(random.nextInt(KEYS.size()));
        Row row = new Row(random.nextInt(-3, 4), "" + i);
        switch (random.nextInt(8)) {
          case 0, 1, 2 -> {
            table = table.put(key, row);
            model.put(key, row);
            versions.put(key, version + 1);
            changed.add(key);
          }
          case 3, 4 -> {
            table = table.remove(key);
            versions.remove(key);
            if (model.remove(key) != null) {
              changed.add(key);
            }
          }
          case 5 -> {
            table = table.touch(key, row);
            model.put(key, row);
            versions.putIfAbsent(key, version + 1);
          }
          case 6 -> {
            if (!model.isEmpty()) {
              table = table.removeFirst();
              String first = firstOf(model);
              model.remove(first);
              versions.remove(first);
              changed.add(first);
            }
          }
          default -> {
            version++;
            table = table.mark(version);
            changed.clear();
          }
        }
        String where = "seed " + seed + ", change " + i;
        assertThat(table.size()).as(where).isEqualTo(model.size());
        assertThat(table.get(key)).as(where).isEqualTo(model.get(key));
        assertThat(table.version(key)).as(where).isEqualTo(versions.getOrDefault(key, 0L));
        assertThat(table.first())
            .as(where)
            .isEqualTo(model.isEmpty() ? null : model.get(firstOf(model)));
        assertThat(table.changed()).as(where).containsExactlyInAnyOrderElementsOf(changed);
        old.put(table, new LinkedHashMap<>(model));
      }
      String where = "seed " + seed;
      old.forEach((was, then) ->
          assertThat(rows(was).entrySet()).as(where).containsExactlyElementsOf(then.entrySet()));
    }
  }

  private static String firstOf(Map<String, Row> model) {
    return model.entrySet().stream()
        .min(
            Comparator.comparingLong((Map.Entry<String, Row> e) -> e.getValue().rank())
                .thenComparing(Map.Entry::getKey, Key::compare))
        .orElseThrow()
        .getKey();
  }

  @Test
  void changed_unmarked() {
    assertThat(table("a", 1).remove("a").changed()).isNull();
  }

  @Test
  void changed_marked_putAndRemovedButNotTouched() {
    var table = table("a", 1, "b", 2, "c", 3).mark(0);

    assertThat(table.changed()).isEmpty();
    assertThat(
            table
                .put("a", new Row(9, ""))
                .touch("b", new Row(8, ""))
                .remove("c")
                .remove("none")
                .changed())
        .containsExactly("a", "c");
    assertThat(table.changed()).isEmpty();
  }

  @Test
  void version_unmarked_isNotKnown() {
    assertThat(table("a", 1).version("a")).isZero();
    assertThat(table("a", 1).mark(4).version("b")).isZero();
  }

  @Test
  void mark_nothingWasRemembered_allRowsAreOfThatVersion() {
    var table = table("a", 1, "b", 2).mark(4);

    assertThat(table.version("a")).isEqualTo(4);
    assertThat(table.version("b")).isEqualTo(4);
    assertThat(rows(table)).containsOnlyKeys("a", "b");
    assertThat(table.first()).isEqualTo(new Row(1, ""));
  }

  @Test
  void mark_changesWereRemembered_rowsKeepTheirVersions() {
    var table = table("a", 1).mark(4).put("b", new Row(2, "")).mark(5).mark(6);

    assertThat(table.version("a")).isEqualTo(4);
    assertThat(table.version("b")).isEqualTo(5);
    assertThat(table.put("c", new Row(3, "")).version("c")).isEqualTo(7);
  }

  @Test
  void mark_again_sameTable() {
    var table = table("a", 1).mark(4);

    assertThat(table.mark(4)).isSameAs(table);
  }

  @Test
  void version_afterMark_isTheNextForWhatIsPutAndTheOldForWhatIsTouched() {
    var table = table("a", 1, "b", 2).mark(4).put("a", new Row(1, "")).touch("b", new Row(3, ""));

    assertThat(table.version("a")).isEqualTo(5);
    assertThat(table.version("b")).isEqualTo(4);
  }

  @Test
  void version_removedAndPutAgain_isTheNewer() {
    var removed = table("a", 1).mark(4).remove("a").mark(5);

    assertThat(removed.version("a")).isZero();
    assertThat(removed.put("a", new Row(1, "")).version("a")).isEqualTo(6);
  }

  @Test
  void build_asPuttingEach_withTheirVersions() {
    Table.Builder<Row> builder = Table.builder();
    builder.add("b", new Row(1, ""), 3);
    builder.add("a", new Row(2, ""), 2);
    Table<Row> table = builder.build(9);

    assertThat(table).isEqualTo(table("a", 2, "b", 1));
    assertThat(table.first()).isEqualTo(new Row(1, ""));
    assertThat(table.version("a")).isEqualTo(2);
    assertThat(table.version("b")).isEqualTo(3);
    assertThat(table.changed()).isEmpty();
    assertThat(table.mark(9)).isSameAs(table);
    assertThat(table.put("c", new Row(0, "")).version("c")).isEqualTo(10);
  }

  @Test
  void remove_missing_sameTable() {
    var table = table("a", 1);

    assertThat(table.remove("b")).isSameAs(table);
  }

  @Test
  void equals_sameRowsByOtherWays() {
    assertThat(table("a", 1, "b", 2).mark(7))
        .isEqualTo(table("b", 7, "c", 1, "a", 1, "b", 2).remove("c"))
        .hasSameHashCodeAs(table("b", 2, "a", 1))
        .isNotEqualTo(table("a", 1, "b", 3));
  }

  @Test
  void first_noRankedRows() {
    assertThat(Table.<String>empty().first()).isNull();
    assertThat(Table.<String>empty().put("a", "1").first()).isNull();
  }

  @Test
  void removeFirstWhile_stopsAtTheFirstThatStays() {
    var table = table("a", 5, "b", 1, "c", 2, "d", 7, "e", 3);

    assertThat(rows(table.removeFirstWhile(row -> row.rank() != 3, 10)))
        .containsOnlyKeys("a", "d", "e");
    assertThat(rows(table.removeFirstWhile(row -> true, 2))).containsOnlyKeys("a", "d", "e");
    assertThat(rows(table.removeFirstWhile(row -> true, 10))).isEmpty();
    assertThat(table.removeFirstWhile(row -> false, 10)).isSameAs(table);
    assertThat(table.removeFirstWhile(row -> true, 0)).isSameAs(table);
    assertThat(rows(table)).hasSize(5);
  }

  @Test
  void keys_anyPrefixAndPlace_asFilteringAll() {
    Table<String> table = Table.empty();
    for (String key : KEYS.reversed()) {
      table = table.put(key, "");
    }
    List<String> starts = new ArrayList<>(KEYS);
    starts.addAll(List.of("", "0", "abb", "\ud83d\ude01", "z"));
    for (String prefix : starts) {
      for (String after : starts) {
        for (int limit : IntStream.rangeClosed(0, 10).toArray()) {
          assertThat(table.keys(prefix, after, limit))
              .as("prefix %s after %s limit %s", prefix, after, limit)
              .isEqualTo(
                  KEYS.stream()
                      .filter(key -> key.startsWith(prefix) && Key.compare(key, after) > 0)
                      .limit(limit)
                      .toList());
        }
      }
      assertThat(table.keys(prefix, null, 100))
          .isEqualTo(KEYS.stream().filter(key -> key.startsWith(prefix)).toList());
    }
  }
}
