package dev.genserver.kinds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.genserver.behaviour.Invalid;
import dev.genserver.behaviour.Json;
import dev.genserver.behaviour.ManualServer;
import dev.genserver.behaviour.Table;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyValueStoreTest {
  /** By code point; by {@link String#compareTo} the last two would come before U+E000. */
  private static final List<String> SORTED =
      List.of(
          "A",
          "a",
          "aa",
          "a\u00e9",
          "b",
          "\ud7ff",
          "\ue000",
          "\uffff",
          "\ud83d\ude00",
          "\udbff\udfff");

  private static ManualServer<Table<Json>, KeyValueStore.Op> store(List<String> keys) {
    var store = new ManualServer<>(new KeyValueStore());
    keys.forEach(key -> store.ask(new KeyValueStore.Put(key, new Json("1"))));
    return store;
  }

  private static KeyValueStore.Page page(
      ManualServer<Table<Json>, KeyValueStore.Op> store, String prefix, int limit, String cursor) {
    return (KeyValueStore.Page) store.ask(new KeyValueStore.Keys(prefix, limit, cursor));
  }

  private static List<String> pages(
      ManualServer<Table<Json>, KeyValueStore.Op> store, String prefix, int limit) {
    List<String> keys = new ArrayList<>();
    String cursor = null;
    do {
      var page = page(store, prefix, limit, cursor);
      assertThat(page.keys()).hasSizeLessThanOrEqualTo(limit);
      keys.addAll(page.keys());
      assertThat(keys).doesNotHaveDuplicates();
      cursor = page.cursor();
    } while (cursor != null);
    return keys;
  }

  @Test
  void get_nullValue() {
    var store = store(List.of());
    store.ask(new KeyValueStore.Put("a", Json.NULL));

    assertThat(store.ask(new KeyValueStore.Get("a"))).isEqualTo(new KeyValueStore.Value(Json.NULL));
  }

  @Test
  void get_missing() {
    assertThat(store(List.of("a")).ask(new KeyValueStore.Get("b"))).isEqualTo("not-found");
  }

  @Test
  void delete_repliesTheValueOnce() {
    var store = store(List.of("a"));

    assertThat(store.ask(new KeyValueStore.Delete("a")))
        .isEqualTo(new KeyValueStore.Value(new Json("1")));
    assertThat(store.ask(new KeyValueStore.Delete("a"))).isEqualTo("not-found");
  }

  @Test
  void clear_filled() {
    var store = store(SORTED);

    assertThat(store.ask(new KeyValueStore.Clear())).isNull();
    assertThat(page(store, "", 10, null)).isEqualTo(new KeyValueStore.Page(List.of(), null));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 9, 10, 11, 10_000})
  void keys_pageByPage_byCodePoint(int limit) {
    assertThat(pages(store(SORTED.reversed()), "", limit)).isEqualTo(SORTED);
  }

  @Test
  void keys_fullLastPage_noCursor() {
    assertThat(page(store(SORTED), "", SORTED.size(), null).cursor()).isNull();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 10})
  void keys_withPrefix(int limit) {
    assertThat(pages(store(SORTED), "a", limit)).containsExactly("a", "aa", "a\u00e9");
    assertThat(pages(store(SORTED), "\ud83d\ude00", limit)).containsExactly("\ud83d\ude00");
    assertThat(pages(store(SORTED), "c", limit)).isEmpty();
  }

  @Test
  void keys_cursorBeforePrefix_startsAtThePrefix() {
    var store = store(SORTED);
    String cursor = page(store, "", 1, null).cursor();

    assertThat(page(store, "b", 10, cursor).keys()).containsExactly("b");
  }

  @Test
  void keys_cursorPastPrefix_none() {
    var store = store(SORTED);
    String cursor = page(store, "", 6, null).cursor();

    assertThat(page(store, "a", 10, cursor).keys()).isEmpty();
  }

  @Test
  void keys_cursorKeyRemoved_goesOnBehindIt() {
    var store = store(List.of("a", "b", "c"));
    String cursor = page(store, "", 2, null).cursor();
    store.ask(new KeyValueStore.Delete("b"));

    assertThat(page(store, "", 2, cursor).keys()).containsExactly("c");
  }

  @ParameterizedTest
  @ValueSource(strings = {"!", "a", "_w", "YQ=="})
  void keys_cursorOfNoPage(String cursor) {
    assertThatThrownBy(() -> new KeyValueStore.Keys("", 1, cursor))
        .isInstanceOf(Invalid.class)
        .hasMessageStartingWith("cursor: ");
  }

  @ParameterizedTest
  @ValueSource(ints = {Integer.MIN_VALUE, -1, 0, 10_001, Integer.MAX_VALUE})
  void keys_limitOutOfRange(int limit) {
    assertThatThrownBy(() -> new KeyValueStore.Keys("", limit, null))
        .isInstanceOf(Invalid.class)
        .hasMessageStartingWith("limit: ");
  }
}
