package dev.genserver.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.genserver.behaviour.Json;
import dev.genserver.kinds.Counter;
import dev.genserver.kinds.KeyValueStore;
import dev.genserver.store.MemoryStore;
import dev.genserver.store.StoreFailure;
import dev.genserver.wire.Kind;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WatchTest {
  private static final Duration MOMENT = Duration.ofMillis(1);
  private static final Counter.Value VALUE = new Counter.Value();

  private final AtomicInteger rendered = new AtomicInteger();
  private MemoryStore store = new MemoryStore();
  private House house = new House(store);

  @AfterEach
  void close() {
    store.release();
    house.close();
  }

  /** Watches on a thread of its own, and keeps what it is given. */
  private final class Watcher {
    final LinkedBlockingQueue<String> events = new LinkedBlockingQueue<>();
    final CompletableFuture<Outcome> first = new CompletableFuture<>();
    final CompletableFuture<Watch.End> over;

    Watcher(Kind kind, String name, Object query) {
      over =
          House.async(() -> {
            try (Watch watch =
                house.servers.watch(kind, name, query, House.LONG, WatchTest.this::render)) {
              first.complete(watch.first());
              while (isWatched(watch.first()) && watch.over() == null) {
                byte[] event = watch.next(House.LONG);
                if (event != null) {
                  events.add(new String(event, StandardCharsets.UTF_8));
                }
              }
              return watch.over();
            }
          });
      first.join();
    }

    private static boolean isWatched(Outcome first) {
      return first instanceof Outcome.Replied || first instanceof Outcome.Refused;
    }

    String next() throws InterruptedException {
      String event = events.poll(House.LONG.toSeconds(), TimeUnit.SECONDS);
      assertThat(event).as("an event").isNotNull();
      return event;
    }
  }

  private byte[] render(Outcome outcome) {
    rendered.incrementAndGet();
    String text =
        switch (outcome) {
          case Outcome.Replied(Counter.Count(long value), Tag tag) -> value + " " + version(tag);
          case Outcome.Replied(KeyValueStore.Value(Json value), Tag tag) ->
              value.text() + " " + version(tag);
          case Outcome.Refused(String code, String _) -> code;
          default -> outcome.toString();
        };
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String version(Tag tag) {
    return "of " + tag.version();
  }

  private Watcher counter(String name) {
    return new Watcher(house.counters, name, VALUE);
  }

  private Outcome increment(String name) {
    return house.servers.call(house.counters, name, new Counter.Increment(1), House.LONG, true);
  }

  private void put(String key, String value) {
    KeyValueStore.Put put = new KeyValueStore.Put(key, new Json(value));
    house.servers.call(house.stores, "s", put, House.LONG, true);
  }

  private void inMemory() {
    house.close();
    house = new House();
  }

  @Test
  void watch_replyNowThenEachChange() throws InterruptedException {
    increment("a");
    Watcher watcher = counter("a");
    assertThat(watcher.next()).isEqualTo("1 of 1");
    for (int i = 2; i < 20; i++) {
      increment("a");
      assertThat(watcher.next()).isEqualTo(i + " of " + i);
    }
  }

  @Test
  void watch_inMemory() throws InterruptedException {
    inMemory();
    increment("a");
    Watcher watcher = counter("a");
    assertThat(watcher.next()).isEqualTo("1 of 1");
    increment("a");
    assertThat(watcher.next()).isEqualTo("2 of 2");
  }

  @Test
  void watch_noServer_startsNone() {
    Watcher watcher = counter("nobody");
    assertThat(watcher.first.join()).isEqualTo(new Outcome.NoServer());
    assertThat(house.servers.count(house.counters)).isZero();
  }

  @Test
  void watch_manyChangesAtOnce_everRisingToTheLast() throws InterruptedException {
    increment("a");
    List<Watcher> watchers = IntStream.range(0, 60).mapToObj(i -> counter("a")).toList();
    for (int i = 1; i < 2_000; i++) {
      increment("a");
    }
    for (Watcher watcher : watchers) {
      int last = 0;
      while (last < 2_000) {
        int next = Integer.parseInt(watcher.next().replaceFirst(" of .*", ""));
        assertThat(next).isGreaterThan(last);
        last = next;
      }
      assertThat(watcher.events).isEmpty();
    }
  }

  @Test
  void watch_slow_newestOnly() {
    increment("a");
    try (Watch watch = house.servers.watch(house.counters, "a", VALUE, House.LONG, this::render)) {
      Watcher other = counter("a");
      for (int i = 0; i < 10; i++) {
        increment("a");
      }
      House.await(() -> other.events.contains("11 of 11"));
      assertThat(new String(watch.next(House.LONG), StandardCharsets.UTF_8)).isEqualTo("1 of 1");
      assertThat(new String(watch.next(House.LONG), StandardCharsets.UTF_8)).isEqualTo("11 of 11");
      assertThat(watch.next(MOMENT)).isNull();
      assertThat(watch.over()).isNull();
    }
  }

  @Test
  void watch_manyOfTheSame_renderedOnceForAll() throws InterruptedException {
    increment("a");
    int many = 50;
    List<Watcher> watchers = new ArrayList<>();
    for (int i = 0; i < many; i++) {
      watchers.add(counter("a"));
      watchers.getLast().next();
    }
    assertThat(rendered).hasValue(many); // each had its own first
    increment("a");
    for (Watcher watcher : watchers) {
      assertThat(watcher.next()).isEqualTo("2 of 2");
    }
    assertThat(rendered).hasValue(many + 1);
  }

  @Test
  void watch_notStored_nothingSeen() throws InterruptedException {
    increment("a");
    Watcher watcher = counter("a");
    assertThat(watcher.next()).isEqualTo("1 of 1");
    store.failNext(new StoreFailure("the disk is full", false, null));
    assertThat(increment("a")).isInstanceOf(Outcome.StoreUnavailable.class);
    store.hold();
    CompletableFuture<Outcome> held = House.async(() -> increment("a"));
    store.awaitHeld();
    assertThat(watcher.events).isEmpty();
    store.release();
    held.join();
    assertThat(watcher.next()).isEqualTo("2 of 2");
    assertThat(watcher.events).isEmpty();
  }

  @Test
  void watch_outcomeWasUnknown_seenWhenItIsLoaded() throws InterruptedException {
    increment("a");
    Watcher watcher = counter("a");
    watcher.next();
    store.makeNextButFail(new StoreFailure("gone", true, null));
    assertThat(increment("a")).isEqualTo(new Outcome.UnknownOutcome());
    house.servers.call(house.counters, "a", VALUE, House.LONG, false);
    assertThat(watcher.next()).isEqualTo("2 of 2");
  }

  @Test
  void watch_serverLeavesMemory_goesOn() throws InterruptedException {
    increment("a");
    Watcher watcher = counter("a");
    watcher.next();
    Server server = house.servers.find(house.counters, "a");
    server.offer(Envelope.info(Drain.UNLOAD), 1);
    new Drain(house.servers, server).run();
    assertThat(house.servers.find(house.counters, "a")).isNull();
    increment("a");
    assertThat(watcher.next()).isEqualTo("2 of 2");
    assertThat(house.servers.watchers(house.counters)).isOne();
  }

  @Test
  void watch_refusedUntilThereIsAnEntry() throws InterruptedException {
    put("other", "0");
    Watcher watcher = new Watcher(house.stores, "s", new KeyValueStore.Get("k"));
    assertThat(watcher.next()).isEqualTo("not-found");
    put("k", "1");
    assertThat(watcher.next()).isEqualTo("1 of 2");
    put("other", "1");
    put("k", "1"); // says the same
    put("k", "2");
    assertThat(watcher.next()).isEqualTo("2 of 5");
    house.servers.call(house.stores, "s", new KeyValueStore.Delete("k"), House.LONG, false);
    assertThat(watcher.next()).isEqualTo("not-found");
    assertThat(watcher.events).isEmpty();
  }

  @Test
  void watch_stopped_endsAfterTheLastChange() throws InterruptedException {
    increment("a");
    Watcher watcher = counter("a");
    watcher.next();
    increment("a");
    house.servers.stop(house.counters, "a");
    assertThat(watcher.next()).isEqualTo("2 of 2");
    assertThat(watcher.over.join()).isEqualTo(Watch.End.STOPPED);
    assertThat(house.servers.watchers(house.counters)).isZero();

    increment("a");
    assertThat(counter("a").next()).isEqualTo("1 of 1");
    assertThat(house.servers.watchers(house.counters)).isOne();
  }

  @Test
  void watch_stopNotStored_goesOn() throws InterruptedException {
    increment("a");
    Watcher watcher = counter("a");
    watcher.next();
    store.failNext(new StoreFailure("the disk is full", false, null));
    assertThat(house.servers.stop(house.counters, "a"))
        .isInstanceOf(Outcome.StoreUnavailable.class);
    increment("a");
    assertThat(watcher.next()).isEqualTo("2 of 2");
    assertThat(watcher.over).isNotDone();
  }

  @Test
  void watch_shutDown_ends() throws InterruptedException {
    increment("a");
    Watcher watcher = counter("a");
    watcher.next();
    house.servers.shutDown();
    assertThat(watcher.over.join()).isEqualTo(Watch.End.SHUTDOWN);
    Watcher late = counter("a");
    assertThat(late.first.join()).isEqualTo(new Outcome.ShuttingDown());
    assertThat(late.over.join()).isNull();
    assertThat(house.servers.watchers(house.counters)).isZero();
  }

  @Test
  void watch_pastTheLimit_refusedUntilOneLeaves() throws Exception {
    increment("a");
    List<Watch> all = new ArrayList<>();
    for (int i = 0; i < House.DURABLE.watchers(); i++) {
      all.add(house.servers.watch(house.counters, "a", VALUE, House.LONG, o -> new byte[0]));
    }
    assertThat(counter("a").first.join()).isInstanceOf(Outcome.LimitReached.class);
    assertThat(house.servers.watchers(house.counters)).isEqualTo(House.DURABLE.watchers());
    all.forEach(Watch::close);
    all.getFirst().close();
    assertThat(house.servers.watchers(house.counters)).isZero();
    assertThat(house.servers.find(house.counters, "a").watched).isNull();
    assertThat(counter("a").next()).isEqualTo("1 of 1");
  }

  /** Whoever comes while it changes misses nothing, and is given nothing twice. */
  @Test
  void watch_comesAmidChanges_seesTheLast() throws Exception {
    increment("a");
    CountDownLatch done = new CountDownLatch(1);
    CompletableFuture<Integer> changes =
        House.async(() -> {
          int count = 1;
          while (done.getCount() > 0) {
            increment("a");
            count++;
          }
          return count;
        });
    List<Watcher> watchers = IntStream.range(0, 50).mapToObj(i -> counter("a")).toList();
    done.countDown();
    String last = changes.join() + " of " + changes.join();
    for (Watcher watcher : watchers) {
      House.await(() -> watcher.events.contains(last));
      assertThat(watcher.events).doesNotHaveDuplicates();
    }
  }
}
