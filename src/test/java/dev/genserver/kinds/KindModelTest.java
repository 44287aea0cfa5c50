package dev.genserver.kinds;

import static org.assertj.core.api.Assertions.assertThat;

import dev.genserver.behaviour.Behaviour;
import dev.genserver.behaviour.Json;
import dev.genserver.behaviour.ManualSelf;
import dev.genserver.behaviour.ManualServer;
import dev.genserver.runtime.Shelf;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Random histories of each kind against a model made of the JDK's own collections; with a server
 * that stays in memory, and with one that is brought back from a store after every turn.
 */
@ParameterizedClass
@MethodSource("dev.genserver.runtime.Shelf#all")
class KindModelTest {
  private static final int HISTORIES = Boolean.getBoolean("genserver.test.long") ? 200_000 : 3_000;
  private static final int MESSAGES = 50;
  private static final List<String> KEYS =
      List.of("a", "ab", "b", "c", "\ue000", "\ud83d\ude00", "\uffff", "/");

  private final Shelf shelf;

  KindModelTest(Shelf shelf) {
    this.shelf = shelf;
  }

  /** What a server should answer: a reply's value, null for none, or a refusal's code. */
  private interface Model<O> {
    Object answer(O message, Instant now);

    default int size() {
      return 0;
    }
  }

  private <S, O> void compare(
      Supplier<Behaviour<S, O>> kind,
      Function<ManualServer<S, O>, Model<O>> modelOf,
      Function<Random, O> messages) {
    for (long seed = 1; seed <= shelf.share(HISTORIES); seed++) {
      Random random = new Random(seed);
      Behaviour<S, O> behaviour = kind.get();
      var server = new ManualServer<>(behaviour, shelf.keeper(behaviour));
      Model<O> model = modelOf.apply(server);
      for (int i = 0; i < MESSAGES; i++) {
        server.pass(
            Duration.ofNanos(random.nextInt(6) == 0 ? random.nextLong(20_000_000_000L) : 1));
        String where = "seed " + seed + ", message " + i;
        assertThat(!server.self.timers.isEmpty() || model.size() == 0)
            .as("%s: what can expire is looked after", where)
            .isTrue();
        if (!server.due().isEmpty() && random.nextBoolean()) {
          deliver(server, model);
        } else {
          O message = messages.apply(random);
          Object expected = model.answer(message, server.self.now);
          assertThat(server.ask(message)).as("%s, %s", where, message).isEqualTo(expected);
        }
      }
    }
  }

  @SuppressWarnings("unchecked")
  private static <S, O> void deliver(ManualServer<S, O> server, Model<O> model) {
    ManualSelf.Timer timer = server.due().getFirst();
    model.answer((O) timer.message(), server.self.now);
    server.deliver(timer);
  }

  private static <T> T pick(Random random, List<T> from) {
    return from.get(random.nextInt(from.size()));
  }

  private static Json json(Random random) {
    return random.nextInt(5) == 0 ? Json.NULL : new Json("" + random.nextInt(100));
  }

  @Test
  void counter_asALargeNumberWithBounds() {
    compare(
        () -> new Counter(3),
        server -> new CounterModel(),
        random ->
            switch (random.nextInt(8)) {
              case 0 -> new Counter.Reset();
              case 1, 2 -> new Counter.Value();
              case 3, 4 -> new Counter.Increment(random.nextLong());
              case 5 ->
                  new Counter.Increment(pick(random, List.of(Long.MIN_VALUE, Long.MAX_VALUE)));
              default -> new Counter.Increment(random.nextInt(-5, 5));
            });
  }

  private static final class CounterModel implements Model<Counter.Op> {
    private BigInteger count = BigInteger.valueOf(3);

    @Override
    public Object answer(Counter.Op message, Instant now) {
      switch (message) {
        case Counter.Value() -> {}
        case Counter.Reset() -> {
          count = BigInteger.ZERO;
          return null;
        }
        case Counter.Increment(long by) -> {
          BigInteger sum = count.add(BigInteger.valueOf(by));
          if (sum.bitLength() > 63) {
            return "out-of-range";
          }
          count = sum;
        }
      }
      return new Counter.Count(count.longValueExact());
    }
  }

  @Test
  void stack_asADeque() {
    List<Json> items = List.of(new Json("\"top\""), new Json("\"bottom\""));
    compare(
        () -> new Stack(items),
        server -> new StackModel(items),
        random ->
            switch (random.nextInt(7)) {
              case 0, 1, 2 -> new Stack.Push(json(random));
              case 3, 4, 5 -> new Stack.Pop();
              default -> random.nextBoolean() ? new Stack.Peek() : new Stack.Size();
            });
  }

  private record StackModel(Deque<Json> items) implements Model<Stack.Op> {
    StackModel(List<Json> items) {
      this(new ArrayDeque<>(items));
    }

    @Override
    public Object answer(Stack.Op message, Instant now) {
      return switch (message) {
        case Stack.Push(Json item) -> {
          items.push(item);
          yield null;
        }
        case Stack.Pop() -> items.isEmpty() ? "empty" : new Stack.Item(items.pop());
        case Stack.Peek() -> items.isEmpty() ? "empty" : new Stack.Item(items.peek());
        case Stack.Size() -> new Stack.Count(items.size());
      };
    }
  }

  @Test
  void keyValueStore_asAMap() {
    compare(
        KeyValueStore::new,
        server -> new KeyValueModel(new HashMap<>()),
        random ->
            switch (random.nextInt(20)) {
              case 0 -> new KeyValueStore.Clear();
              case 1, 2, 3 -> new KeyValueStore.Delete(pick(random, KEYS));
              case 4, 5, 6, 7 -> new KeyValueStore.Get(pick(random, KEYS));
              case 8, 9, 10, 11 ->
                  new KeyValueStore.Keys(
                      random.nextBoolean() ? "" : pick(random, KEYS),
                      random.nextInt(1, 5),
                      random.nextBoolean()
                          ? null
                          : KeyValueStore.Page.of(List.of(pick(random, KEYS)), true).cursor());
              default -> new KeyValueStore.Put(pick(random, KEYS), json(random));
            });
  }

  private record KeyValueModel(Map<String, Json> entries) implements Model<KeyValueStore.Op> {
    @Override
    public Object answer(KeyValueStore.Op message, Instant now) {
      return switch (message) {
        case KeyValueStore.Put(String key, Json value) -> {
          entries.put(key, value);
          yield null;
        }
        case KeyValueStore.Get(String key) -> found(entries.get(key));
        case KeyValueStore.Delete(String key) -> found(entries.remove(key));
        case KeyValueStore.Keys keys -> page(keys);
        case KeyValueStore.Clear() -> {
          entries.clear();
          yield null;
        }
      };
    }

    private static Object found(Json value) {
      return value == null ? "not-found" : new KeyValueStore.Value(value);
    }

    private KeyValueStore.Page page(KeyValueStore.Keys asked) {
      String after = KeyValueStore.Page.keyOf(asked.cursor());
      List<String> left =
          entries.keySet().stream()
              .filter(key -> key.startsWith(asked.prefix()))
              .sorted(KindModelTest::byCodePoint)
              .filter(key -> after == null || byCodePoint(key, after) > 0)
              .toList();
      return left.size() <= asked.limit()
          ? new KeyValueStore.Page(left, null)
          : KeyValueStore.Page.of(left.subList(0, asked.limit()), true);
    }
  }

  private static int byCodePoint(String a, String b) {
    return java.util.Arrays.compare(a.codePoints().toArray(), b.codePoints().toArray());
  }

  @Test
  void sessionStore_asAMap() {
    List<String> ids = new ArrayList<>();
    compare(
        () -> new SessionStore(Duration.ofSeconds(5)),
        server -> {
          ids.clear();
          ids.add("nobody's");
          return new SessionModel(ids);
        },
        random ->
            switch (random.nextInt(10)) {
              case 0, 1, 2 ->
                  new SessionStore.Create("u", random.nextBoolean() ? null : new Json("{}"));
              case 3, 4, 5 -> new SessionStore.Get(pick(random, ids));
              case 6, 7 -> new SessionStore.Refresh(pick(random, ids));
              case 8 -> new SessionStore.Delete(pick(random, ids));
              default -> new SessionStore.Stats();
            });
  }

  /** Knows the ids beforehand: the manual server's are always the same. */
  private static final class SessionModel implements Model<SessionStore.Op> {
    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private final Map<String, SessionStore.View> sessions = new HashMap<>();
    private final ManualSelf sameIds = new ManualSelf();
    private final List<String> ids;
    private long created;
    private long expired;

    SessionModel(List<String> ids) {
      this.ids = ids;
    }

    @Override
    public Object answer(SessionStore.Op message, Instant now) {
      return switch (message) {
        case SessionStore.Create(String userId, Json data) -> {
          String id = sameIds.newId();
          ids.add(id);
          created++;
          var view = new SessionStore.View(id, userId, data, now, now, now.plus(TIMEOUT));
          sessions.put(id, view);
          yield view;
        }
        case SessionStore.Get(String id) -> alive(id, now);
        case SessionStore.Refresh(String id) -> {
          if (!(alive(id, now) instanceof SessionStore.View old)) {
            yield alive(id, now);
          }
          sessions.put(
              id,
              new SessionStore.View(
                  id, old.userId(), old.data(), old.createdAt(), now, now.plus(TIMEOUT)));
          yield null;
        }
        case SessionStore.Delete(String id) -> sessions.remove(id) == null ? "not-found" : null;
        case SessionStore.Stats() ->
            new SessionStore.Counts(sessions.size(), TIMEOUT, created, expired);
        case SessionStore.Sweep() -> {
          int before = sessions.size();
          sessions.values().removeIf(session -> session.expiresAt().isBefore(now));
          expired += before - sessions.size();
          yield null;
        }
      };
    }

    private Object alive(String id, Instant now) {
      var session = sessions.get(id);
      return session == null
          ? "not-found"
          : session.expiresAt().isBefore(now) ? "expired" : session;
    }

    @Override
    public int size() {
      return sessions.size();
    }
  }

  @Test
  void cache_asALinkedMapInOrderOfAccess() {
    compare(
        () -> new Cache(3, Duration.ofSeconds(5)),
        server -> new CacheModel(),
        random ->
            switch (random.nextInt(10)) {
              case 0, 1, 2, 3 -> new Cache.Put(pick(random, KEYS), json(random));
              case 4, 5, 6, 7 -> new Cache.Get(pick(random, KEYS));
              case 8 -> new Cache.Delete(pick(random, KEYS));
              default -> new Cache.Stats();
            });
  }

  private static final class CacheModel implements Model<Cache.Op> {
    private static final Duration TTL = Duration.ofSeconds(5);

    private record Entry(Json value, Instant expiresAt) {}

    private final LinkedHashMap<String, Entry> entries = new LinkedHashMap<>(8, 0.75f, true);
    private long hits;
    private long misses;
    private long evictions;
    private long expirations;

    @Override
    public Object answer(Cache.Op message, Instant now) {
      return switch (message) {
        case Cache.Put(String key, Json value) -> {
          if (!entries.containsKey(key) && entries.size() == 3) {
            if (entries.pollFirstEntry().getValue().expiresAt().isBefore(now)) {
              expirations++;
            } else {
              evictions++;
            }
          }
          entries.put(key, new Entry(value, now.plus(TTL)));
          yield null;
        }
        case Cache.Get(String key) -> {
          Entry entry = entries.get(key);
          if (entry == null) {
            misses++;
            yield "not-found";
          } else if (entry.expiresAt().isBefore(now)) {
            entries.remove(key);
            misses++;
            expirations++;
            yield "expired";
          }
          hits++;
          entries.put(key, new Entry(entry.value(), now.plus(TTL)));
          yield new Cache.Value(entry.value());
        }
        case Cache.Delete(String key) -> {
          // containsKey and values() leave the order alone, which get would not.
          if (!entries.containsKey(key) || isOver(key, now)) {
            yield "not-found";
          }
          yield new Cache.Value(entries.remove(key).value());
        }
        case Cache.Stats() ->
            new Cache.Counts(entries.size(), 3, TTL, hits, misses, evictions, expirations);
        case Cache.Sweep() -> {
          int before = entries.size();
          entries.values().removeIf(entry -> entry.expiresAt().isBefore(now));
          expirations += before - entries.size();
          yield null;
        }
      };
    }

    private boolean isOver(String key, Instant now) {
      return entries.entrySet().stream()
          .anyMatch(e -> e.getKey().equals(key) && e.getValue().expiresAt().isBefore(now));
    }

    @Override
    public int size() {
      return entries.size();
    }
  }
}
