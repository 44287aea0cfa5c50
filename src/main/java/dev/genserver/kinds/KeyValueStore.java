package dev.genserver.kinds;

import dev.genserver.behaviour.Behaviour;
import dev.genserver.behaviour.Default;
import dev.genserver.behaviour.Invalid;
import dev.genserver.behaviour.Json;
import dev.genserver.behaviour.Key;
import dev.genserver.behaviour.Keyed;
import dev.genserver.behaviour.Name;
import dev.genserver.behaviour.Prompt;
import dev.genserver.behaviour.Query;
import dev.genserver.behaviour.Refuses;
import dev.genserver.behaviour.Self;
import dev.genserver.behaviour.Step;
import dev.genserver.behaviour.Table;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Values under keys. */
@Prompt
@Name("kv-stores")
public record KeyValueStore() implements Behaviour<Table<Json>, KeyValueStore.Op> {

  /** The most keys on one page. */
  public static final int MAX_PAGE = 10_000;

  /** What a store can be asked. */
  public sealed interface Op {}

  /** Puts a value under a key, in place of the one that was there. */
  public record Put(String key, Json value) implements Op, Keyed {
    /** Checks the key. */
    public Put {
      Key.check("key", key);
    }

    @Override
    public Get lookUp() {
      return new Get(key);
    }
  }

  /** The value under a key. */
  @Refuses("not-found")
  public record Get(String key) implements Op, Query, Keyed {
    /** Checks the key. */
    public Get {
      Key.check("key", key);
    }

    @Override
    public Get lookUp() {
      return this;
    }
  }

  /** Removes a key and replies its value. */
  @Refuses("not-found")
  public record Delete(String key) implements Op, Keyed {
    /** Checks the key. */
    public Delete {
      Key.check("key", key);
    }

    @Override
    public Get lookUp() {
      return new Get(key);
    }
  }

  /**
   * The keys by code point, page by page.
   *
   * @param prefix what they start with
   * @param limit how many on a page, 1 to 10,000
   * @param cursor the {@link Page#cursor} of the page before
   */
  public record Keys(
      @Default("\"\"") String prefix, @Default("1000") int limit, @Nullable String cursor)
      implements Op, Query {
    /** Checks the limit and the cursor. */
    public Keys {
      if (limit < 1 || limit > MAX_PAGE) {
        throw new Invalid("limit", "must be from 1 to " + MAX_PAGE);
      }
      Page.keyOf(cursor);
    }
  }

  /** Removes all keys. */
  public record Clear() implements Op {}

  /** A value as a reply. */
  public record Value(Json value) {}

  /**
   * A page of keys as a reply.
   *
   * @param cursor what to ask the next page with; none on the last one
   */
  public record Page(List<String> keys, @Nullable String cursor) {
    static Page of(List<String> keys, boolean more) {
      return new Page(keys, more ? cursorOf(keys.getLast()) : null);
    }

    static @Nullable String keyOf(@Nullable String cursor) {
      if (cursor == null) {
        return null;
      }
      String key = decoded(cursor);
      if (key == null || !cursorOf(key).equals(cursor)) {
        throw new Invalid("cursor", "must be one that a page before gave");
      }
      return key;
    }

    private static String cursorOf(String key) {
      return Base64.getUrlEncoder()
          .withoutPadding()
          .encodeToString(key.getBytes(StandardCharsets.UTF_8));
    }

    private static @Nullable String decoded(String cursor) {
      try {
        return new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.UTF_8);
      } catch (IllegalArgumentException e) {
        return null;
      }
    }
  }

  @Override
  public Step<Table<Json>> init(Self self) {
    return Step.done(Table.empty());
  }

  @Override
  public Step<Table<Json>> handle(Op message, Table<Json> entries, Self self) {
    return switch (message) {
      case Put(String key, Json value) -> Step.done(entries.put(key, value));
      case Get(String key) -> found(entries.get(key), entries);
      case Delete(String key) -> found(entries.get(key), entries.remove(key));
      case Keys keys -> Step.reply(page(keys, entries), entries);
      case Clear() -> Step.done(Table.empty());
    };
  }

  private static Step<Table<Json>> found(@Nullable Json value, Table<Json> next) {
    return value == null
        ? Step.refuse("not-found", "no entry of this key")
        : Step.reply(new Value(value), next);
  }

  private static Page page(Keys asked, Table<Json> entries) {
    List<String> keys = entries.keys(asked.prefix(), Page.keyOf(asked.cursor()), asked.limit() + 1);
    return keys.size() > asked.limit()
        ? Page.of(keys.subList(0, asked.limit()), true)
        : Page.of(keys, false);
  }
}
