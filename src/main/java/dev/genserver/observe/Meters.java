package dev.genserver.observe;

import dev.genserver.runtime.Listener;
import dev.genserver.runtime.Origin;
import dev.genserver.wire.Kind;
import dev.genserver.wire.Kinds;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.LongStream;

/**
 * Counts and times what happens in the runtime. Every meter is there from the start, at zero, and
 * its tags are the kinds and words of the code: never a server's name or a user's key.
 */
public final class Meters implements Listener {
  /** From the 10 µs of a busy mailbox to the 10 s of a stuck one, two for each power of ten. */
  private static final Duration[] BUCKETS =
      LongStream.iterate(10_000, nanos -> nanos <= 10_000_000_000L, nanos -> nanos * 10)
          .flatMap(nanos -> LongStream.of(nanos, nanos * 3))
          .filter(nanos -> nanos <= 10_000_000_000L)
          .mapToObj(Duration::ofNanos)
          .toArray(Duration[]::new);

  private final Map<Kind, OfKind> meters = new HashMap<>();
  private final Timer commits;
  private final Counter changes;
  private final Counter waited;
  private final Counter syncs;
  private final Counter failures;

  /** Registers the meters of each kind. */
  public Meters(Kinds kinds, MeterRegistry registry) {
    kinds.all().forEach(kind -> meters.put(kind, new OfKind(kind, registry)));
    commits =
        Timer.builder("genserver.store.commit")
            .description("Time that a transaction of the store took")
            .serviceLevelObjectives(BUCKETS)
            .register(registry);
    changes = counter(registry, "store.changes", "Servers that transactions of the store changed");
    waited = counter(registry, "store.turns", "Turns that waited for a transaction of the store");
    syncs = counter(registry, "store.syncs", "Transactions of the store that waited for the disk");
    failures = counter(registry, "store.failures", "Transactions of the store that failed");
  }

  @Override
  public void handled(Kind kind, Origin origin, Result result, long waited, long handled) {
    OfKind of = of(kind);
    get(get(of.messages, origin), result).increment();
    of.waiting.record(waited, TimeUnit.NANOSECONDS);
    if (result != Result.DROPPED) {
      of.handling.record(handled, TimeUnit.NANOSECONDS);
    }
    if (result == Result.CRASHED) {
      of.crashes.increment();
    }
  }

  @Override
  public void rejected(Kind kind, Rejection why) {
    get(of(kind).rejections, why).increment();
  }

  @Override
  public void restarted(Kind kind) {
    of(kind).restarts.increment();
  }

  @Override
  public void timedOut(Kind kind, boolean started) {
    get(of(kind).timeouts, started).increment();
  }

  @Override
  public void committed(int servers, int turns, boolean synced, boolean done, long nanos) {
    commits.record(nanos, TimeUnit.NANOSECONDS);
    changes.increment(servers);
    waited.increment(turns);
    if (synced) {
      syncs.increment();
    }
    if (!done) {
      failures.increment();
    }
  }

  @Override
  public void counted(Kind kind, String event, long times) {
    of(kind).event(event).increment((double) times);
  }

  private static Counter counter(MeterRegistry registry, String name, String description) {
    return Counter.builder("genserver." + name).description(description).register(registry);
  }

  private OfKind of(Kind kind) {
    return get(meters, kind);
  }

  private static <K, V> V get(Map<K, V> map, K key) {
    return Objects.requireNonNull(map.get(key));
  }

  /** The meters of one kind, found once so that counting is no look-up. */
  private static final class OfKind {
    private final Kind kind;
    private final MeterRegistry registry;
    final Map<Origin, Map<Result, Counter>> messages;
    final Map<Rejection, Counter> rejections;
    final Map<Boolean, Counter> timeouts;
    final Counter crashes;
    final Counter restarts;
    final Timer waiting;
    final Timer handling;
    private final Map<String, Counter> events = new ConcurrentHashMap<>();

    OfKind(Kind kind, MeterRegistry registry) {
      this.kind = kind;
      this.registry = registry;
      messages =
          each(
              Origin.class,
              origin ->
                  each(
                      Result.class,
                      result ->
                          counter("messages", "Messages taken from mailboxes")
                              .tag("origin", word(origin))
                              .tag("outcome", word(result))
                              .register(registry)));
      rejections =
          each(
              Rejection.class,
              why ->
                  counter("rejections", "Messages and starts turned away")
                      .tag("reason", word(why))
                      .register(registry));
      timeouts = Map.of(true, timeouts(true), false, timeouts(false));
      crashes = counter("crashes", "Messages whose handler threw").register(registry);
      restarts = counter("restarts", "Servers that were restarted").register(registry);
      waiting = timer("message.waiting", "Time from the sending of a message to its handling");
      handling = timer("message.handling", "Time that the handler of a message took");
      event("evictions");
      event("expirations");
    }

    Counter event(String event) {
      return events.computeIfAbsent(
          event,
          e ->
              counter(e, "How many " + e + " the servers of the kind have had").register(registry));
    }

    private Counter timeouts(boolean started) {
      return counter("timeouts", "Calls whose caller gave up")
          .tag("started", String.valueOf(started))
          .register(registry);
    }

    private static <E extends Enum<E>, M> Map<E, M> each(Class<E> type, Function<E, M> meter) {
      Map<E, M> meters = new EnumMap<>(type);
      for (E value : type.getEnumConstants()) {
        meters.put(value, meter.apply(value));
      }
      return meters;
    }

    private Counter.Builder counter(String name, String description) {
      return Counter.builder("genserver." + name).description(description).tag("kind", kind.name());
    }

    private Timer timer(String name, String description) {
      return Timer.builder("genserver." + name)
          .description(description)
          .tag("kind", kind.name())
          .serviceLevelObjectives(BUCKETS)
          .register(registry);
    }

    private static String word(Enum<?> value) {
      return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }
}
