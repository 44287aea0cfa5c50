package dev.genserver.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.genserver.behaviour.Json;
import dev.genserver.behaviour.Table;
import dev.genserver.kinds.Album;
import dev.genserver.kinds.Counter;
import dev.genserver.kinds.Diary;
import dev.genserver.kinds.Faulty;
import dev.genserver.kinds.Gate;
import dev.genserver.kinds.KeyValueStore;
import dev.genserver.kinds.Leaver;
import dev.genserver.store.Change;
import dev.genserver.store.EntryRow;
import dev.genserver.store.MemoryStore;
import dev.genserver.store.ServerRow;
import dev.genserver.store.StoreFailure;
import dev.genserver.wire.Kind;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is promised of durable servers, over a store that holds and fails on demand. */
class DurabilityTest {
  private static final Duration SECOND = Duration.ofSeconds(1);
  private final StoreFailure full = new StoreFailure("the disk is full", false, null);
  private final StoreFailure gone = new StoreFailure("gone", true, null);

  private MemoryStore store = new MemoryStore();
  private House house = new House(store);

  @AfterEach
  void close() {
    store.release();
    house.close();
  }

  /** As if the process had been killed and started again. */
  private void restart() {
    house.close();
    store = store.reopen();
    House next = new House(store);
    next.clock.now = house.clock.now;
    house = next;
  }

  private Outcome increment(String name) {
    return house.servers.call(house.counters, name, new Counter.Increment(1), House.LONG, true);
  }

  private Outcome value(String name) {
    return house.servers.call(house.counters, name, new Counter.Value(), House.LONG, false);
  }

  private static Outcome count(long value) {
    return new Outcome.Replied(new Counter.Count(value));
  }

  @Test
  void reply_waitsForItsCommit() throws InterruptedException {
    increment("a");
    store.hold();
    CompletableFuture<Outcome> reply = House.async(() -> increment("a"));
    store.awaitHeld();
    assertThat(reply).isNotDone();
    store.release();
    assertThat(reply.join()).isEqualTo(count(2));
  }

  @Test
  void query_waitsForTheCommitItSaw() throws InterruptedException {
    increment("a");
    store.hold();
    CompletableFuture<Outcome> reply = House.async(() -> increment("a"));
    store.awaitHeld();
    CompletableFuture<Outcome> query = House.async(() -> value("a"));
    House.await(() -> house.servers.status(house.counters, "a").handled() == 3);
    assertThat(query).isNotDone();
    store.release();
    assertThat(query.join()).isEqualTo(count(2));
    assertThat(reply.join()).isEqualTo(count(2));
  }

  @Test
  void commit_takesAllThatCameMeanwhile() throws InterruptedException {
    increment("a");
    long before = store.commits();
    store.hold();
    CompletableFuture<Outcome> first = House.async(() -> increment("a"));
    store.awaitHeld();
    List<CompletableFuture<Outcome>> others =
        IntStream.range(0, 50).mapToObj(i -> House.async(() -> increment("a"))).toList();
    House.await(() -> house.servers.status(house.counters, "a").handled() == 52);
    store.release();
    first.join();
    others.forEach(CompletableFuture::join);
    // The last of them may have been counted as handled and not been submitted yet.
    assertThat(store.commits() - before).isBetween(2L, 3L);
  }

  @Test
  void restart_keepsStateVersionAndArguments() {
    house.start("c", new Counter(40));
    increment("c");
    increment("c");
    Status before = house.servers.status(house.counters, "c");
    restart();
    Status stored = house.servers.status(house.counters, "c");
    assertThat(stored.status()).isEqualTo("hibernated");
    assertThat(stored.version()).isEqualTo(2);
    assertThat(stored.arguments()).isEqualTo(new Counter(40));
    assertThat(stored.startedAt()).isEqualTo(before.startedAt());
    assertThat(house.servers.list(List.of(house.counters), "", null, 10)).hasSize(1);
    assertThat(value("c")).isEqualTo(count(42));
    assertThat(house.servers.status(house.counters, "c").status()).isEqualTo("running");
    assertThat(house.start("c", new Counter(1))).isInstanceOf(Outcome.AlreadyStarted.class);
  }

  @Test
  void restart_keepsTheRowsOfATable() {
    put("k", "a", "1");
    put("k", "b", "2");
    put("k", "a", "3");
    house.servers.call(house.stores, "k", new KeyValueStore.Delete("b"), House.LONG, true);
    restart();
    put("k", "c", "4");
    restart();
    assertThat(
            house.servers.call(
                house.stores, "k", new KeyValueStore.Keys("", 10, null), House.LONG, false))
        .isEqualTo(new Outcome.Replied(new KeyValueStore.Page(List.of("a", "c"), null)));
    house.servers.call(house.stores, "k", new KeyValueStore.Clear(), House.LONG, true);
    put("k", "d", "5");
    restart();
    assertThat(
            house.servers.call(
                house.stores, "k", new KeyValueStore.Keys("", 10, null), House.LONG, false))
        .isEqualTo(new Outcome.Replied(new KeyValueStore.Page(List.of("d"), null)));
  }

  @Test
  void entries_keepTheirVersions_whenTheyLeaveMemory() {
    put("k", "a", "1");
    put("k", "b", "2");
    put("k", "a", "3");
    assertThat(versions("k", "a", "b")).containsExactly(3L, 2L);
    unload(house.stores, "k");
    assertThat(house.servers.find(house.stores, "k")).isNull();
    put("k", "c", "4");
    assertThat(versions("k", "a", "b", "c")).containsExactly(3L, 2L, 4L);
    restart();
    load("k");
    assertThat(versions("k", "a", "b", "c")).containsExactly(3L, 2L, 4L);
  }

  @Test
  void entries_afterAClear_areOfLaterVersions() {
    put("k", "a", "1");
    house.servers.call(house.stores, "k", new KeyValueStore.Clear(), House.LONG, true);
    put("k", "a", "1");
    assertThat(versions("k", "a")).containsExactly(3L);
    restart();
    load("k");
    assertThat(versions("k", "a")).containsExactly(3L);
  }

  @Test
  void entries_ofATableMadeInOneTurn_areOfItsVersion() {
    house.start("a", new Album());
    write("x", "sea");
    write("y", "sun");
    house.servers.call(house.albums, "a", new Album.Begin("x", "sea"), House.LONG, false);
    assertThat(texts().byPicture().version("x")).isEqualTo(3);
    restart();
    write("z", "snow");
    assertThat(texts().byPicture().version("x")).isEqualTo(3);
    assertThat(texts().byPicture().version("z")).isEqualTo(4);
  }

  /** Of the rows that are in memory. */
  private List<Long> versions(String name, String... keys) {
    Table<?> table = (Table<?>) house.servers.find(house.stores, name).state;
    return Stream.of(keys).map(table::version).toList();
  }

  private void load(String name) {
    house.servers.call(house.stores, name, new KeyValueStore.Keys("", 1, null), House.LONG, false);
  }

  private void put(String name, String key, String value) {
    house.servers.call(
        house.stores, name, new KeyValueStore.Put(key, new Json(value)), House.LONG, true);
  }

  @Test
  void commitFails_callerIsToldAndTheServerIsAsStored() {
    increment("a");
    store.failNext(full);
    assertThat(increment("a")).isEqualTo(new Outcome.StoreUnavailable("the disk is full"));
    assertThat(value("a")).isEqualTo(count(1));
    assertThat(increment("a")).isEqualTo(count(2));
  }

  @Test
  void commitFails_theServerIsNotLoadedOnItsCallersThread() {
    increment("a");
    store.failNext(full);
    increment("a");
    value("a");
    assertThat(store.readers()).doesNotContain(Thread.currentThread());
  }

  @Test
  void commitFails_whatWasBasedOnItFailsToo() throws InterruptedException {
    increment("a");
    store.hold();
    CompletableFuture<Outcome> first = House.async(() -> increment("a"));
    store.awaitHeld();
    CompletableFuture<Outcome> second = House.async(() -> increment("a"));
    CompletableFuture<Outcome> query = House.async(() -> value("a"));
    House.await(() -> house.servers.status(house.counters, "a").handled() == 4);
    store.failNext(full);
    store.release();
    assertThat(first.join()).isInstanceOf(Outcome.StoreUnavailable.class);
    assertThat(second.join()).isInstanceOf(Outcome.StoreUnavailable.class);
    assertThat(query.join()).isInstanceOf(Outcome.StoreUnavailable.class);
    assertThat(value("a")).isEqualTo(count(1));
  }

  @Test
  void commitFails_unknown_callerIsToldAndTheServerIsAsStored() {
    increment("a");
    store.makeNextButFail(gone);
    assertThat(increment("a")).isEqualTo(new Outcome.UnknownOutcome());
    assertThat(value("a")).isEqualTo(count(2));
  }

  @Test
  void commitFails_ofTheStart_nothingIsLeft() {
    store.failNext(full);
    assertThat(increment("a")).isInstanceOf(Outcome.StoreUnavailable.class);
    assertThat(value("a")).isEqualTo(new Outcome.NoServer());
    House.await(() -> house.servers.reserved() == 0);
    assertThat(increment("a")).isEqualTo(count(1));
  }

  @Test
  void commitFails_ofTheStart_theNextOneBeginsAtVersion0() {
    store.failNext(full);
    assertThat(increment("a")).isInstanceOf(Outcome.StoreUnavailable.class);
    assertThat(increment("a")).isEqualTo(count(1));
    assertThat(house.servers.status(house.counters, "a").version()).isEqualTo(1);
    assertThat(house.servers.status(house.counters, "a").handled()).isEqualTo(1);
  }

  @Test
  void storeDown_durableServersSaySo_othersGoOn() {
    increment("a");
    house.servers.start(
        house.counters, "m", new Counter(0), Wanted.of(Durability.MEMORY), House.LONG);
    store.down(full);
    assertThat(increment("a")).isInstanceOf(Outcome.StoreUnavailable.class);
    assertThat(increment("new")).isInstanceOf(Outcome.StoreUnavailable.class);
    assertThat(increment("m")).isEqualTo(count(1));
    store.down(null);
    assertThat(increment("a")).isEqualTo(count(2));
  }

  @Test
  void stop_isStored() {
    increment("a");
    assertThat(house.servers.stop(house.counters, "a")).isEqualTo(new Outcome.Ended());
    assertThat(house.servers.reserved()).isZero();
    restart();
    assertThat(value("a")).isEqualTo(new Outcome.NoServer());
    assertThat(house.servers.stop(house.counters, "a")).isEqualTo(new Outcome.NoServer());
  }

  @Test
  void stop_ofOneThatIsNotInMemory() {
    increment("a");
    restart();
    assertThat(house.servers.reserved()).isEqualTo(1);
    assertThat(house.servers.stop(house.counters, "a")).isEqualTo(new Outcome.Ended());
    assertThat(house.servers.reserved()).isZero();
  }

  @Test
  void stop_cantBeStored_theServerGoesOn() {
    house.start("l", new Leaver(""));
    increment("a");
    store.failNext(full);
    assertThat(house.servers.stop(house.counters, "a"))
        .isEqualTo(new Outcome.StoreUnavailable("the disk is full"));
    assertThat(value("a")).isEqualTo(count(1));
    assertThat(house.servers.stop(house.counters, "a")).isEqualTo(new Outcome.Ended());
  }

  @Test
  void stopStep_isStored() {
    house.start("a");
    assertThat(house.call("a", new Faulty.Stop())).isEqualTo(new Outcome.Replied("bye"));
    restart();
    assertThat(house.servers.status(house.faulty, "a")).isNull();
  }

  @Test
  void cast_isStoredWithItsStep() {
    assertThat(house.cast("a", new Faulty.Note("x"))).isEqualTo(new Outcome.Accepted());
    restart();
    assertThat(house.texts("a")).containsExactly("x");
  }

  @Test
  void cast_thatMustWait_isStoredItself_andHandledOnce() throws InterruptedException {
    try (Gate gate = new Gate("kept")) {
      house.start("a");
      CompletableFuture<Outcome> held = House.async(() -> house.cast("a", new Faulty.Wait("kept")));
      gate.awaitReached();
      assertThat(held.join()).isEqualTo(new Outcome.Accepted());
      assertThat(house.cast("a", new Faulty.Note("x"))).isEqualTo(new Outcome.Accepted());
      assertThat(house.cast("a", new Faulty.Note("y"))).isEqualTo(new Outcome.Accepted());
      store = store.reopen();
    }
    House old = house;
    house = new House(store);
    house.advance(SECOND);
    assertThat(house.texts("a")).containsExactly("kept", "x", "y");
    old.close();
    restart();
    assertThat(house.texts("a")).containsExactly("kept", "x", "y");
  }

  @Test
  void cast_whoseStepCantBeStored_isHandledAfterAll() throws InterruptedException {
    try (Gate gate = new Gate("again")) {
      house.start("a");
      CompletableFuture<Outcome> held =
          House.async(() -> house.call("a", new Faulty.Wait("again")));
      gate.awaitReached();
      assertThat(house.cast("a", new Faulty.Note("x"))).isEqualTo(new Outcome.Accepted());
      store.failNext(full);
      gate.open();
      assertThat(held.join()).isInstanceOf(Outcome.StoreUnavailable.class);
      assertThat(house.texts("a")).containsExactly("x");
    }
  }

  @Test
  void timer_survivesARestart() {
    house.call("a", new Faulty.Timer("t", SECOND.multipliedBy(3), "timer"));
    house.call("a", new Faulty.Timer("gone", SECOND.multipliedBy(3), "gone"));
    house.call("a", new Faulty.Cancel("gone"));
    restart();
    assertThat(house.texts("a")).isEmpty();
    house.advance(SECOND.multipliedBy(3));
    assertThat(house.texts("a")).containsExactly("timer");
    restart();
    house.advance(SECOND.multipliedBy(3));
    assertThat(house.texts("a")).containsExactly("timer");
  }

  @Test
  void timerOfACast_survivesARestart() {
    TimerRequest.Item set = set("x", SECOND.multipliedBy(3), null);
    TimerRequest.Item cancelled = set("y", SECOND.multipliedBy(4), null);
    house.servers.call(
        house.faulty, "a", new TimerRequest.Cancel(cancelled.id()), House.LONG, false);
    restart();
    assertThat(timers()).containsExactly(set);
    assertThat(house.texts("a")).isEmpty();
    house.advance(SECOND.multipliedBy(3));
    assertThat(house.texts("a")).containsExactly("x");
    restart();
    house.advance(SECOND.multipliedBy(3));
    assertThat(house.texts("a")).containsExactly("x");
    assertThat(timers()).isEmpty();
  }

  @Test
  void timerThatRepeats_skipsWhatItMissed() {
    TimerRequest.Item set = set("tick", SECOND.multipliedBy(10), SECOND.multipliedBy(10));
    house.advance(SECOND.multipliedBy(10));
    assertThat(house.texts("a")).containsExactly("tick");
    house.clock.now = house.clock.now.plus(SECOND.multipliedBy(35));
    restart();
    House.await(() -> {
      house.advance(Duration.ZERO);
      return house.texts("a").equals(List.of("tick", "tick"));
    });
    assertThat(house.heard.events).contains("skipped-ticks 2");
    assertThat(timers())
        .containsExactly(
            new TimerRequest.Item(
                set.id(), "note", house.clock.now.plusSeconds(5), set.every(), false));
    restart();
    assertThat(timers()).singleElement().matches(t -> t.due().equals(set.due().plusSeconds(40)));
    house.advance(SECOND.multipliedBy(5));
    assertThat(house.texts("a")).hasSize(3);
  }

  private TimerRequest.Item set(String text, Duration delay, @Nullable Duration every) {
    TimerRequest.Cast cast = new TimerRequest.Cast(new Faulty.Note(text), delay, every);
    house.servers.call(house.faulty, "a", cast, House.LONG, true);
    return timers().getLast();
  }

  private List<TimerRequest.Item> timers() {
    Outcome all = house.servers.call(house.faulty, "a", new TimerRequest.All(), House.LONG, false);
    return ((TimerRequest.Listing) ((Outcome.Replied) all).value()).timers();
  }

  @Test
  void answer_survivesUnloadingAndARestart() {
    Request once = new Request(new Counter.Increment(5), null, "k");
    Outcome.Replied first = (Outcome.Replied) keyed(once);
    Outcome stored =
        new Outcome.Replayed(new Outcome.Replied(new Json("{\"value\":5}"), first.tag()));
    assertThat(keyed(once)).isEqualTo(new Outcome.Replayed(first));
    unload(house.counters, "a");
    assertThat(keyed(once)).isEqualTo(stored);
    restart();
    assertThat(keyed(once)).isEqualTo(stored);
    assertThat(keyed(new Request(new Counter.Increment(6), null, "k")))
        .isEqualTo(new Outcome.KeyReused());
    assertThat(value("a")).isEqualTo(count(5));
  }

  @Test
  void answer_aRefusal_survivesARestart() {
    keyed(new Request(new Counter.Increment(Long.MAX_VALUE), null, "max"));
    Request tooMuch = new Request(new Counter.Increment(1), null, "k");
    Outcome refused = keyed(tooMuch);
    assertThat(refused).isInstanceOf(Outcome.Refused.class);
    house.servers.call(house.counters, "a", new Counter.Reset(), House.LONG, false);
    restart();
    assertThat(keyed(tooMuch)).isEqualTo(new Outcome.Replayed(refused));
    assertThat(value("a")).isEqualTo(count(0));
  }

  @Test
  void answer_thatCantBeStored_isNotGiven() {
    increment("a");
    store.failNext(full);
    Request once = new Request(new Counter.Increment(5), null, "k");
    assertThat(keyed(once)).isInstanceOf(Outcome.StoreUnavailable.class);
    assertThat(keyed(once)).isInstanceOf(Outcome.Replied.class);
    assertThat(value("a")).isEqualTo(count(6));
  }

  @Test
  void answer_ofAnUnknownOutcome_isFoundOut() {
    increment("a");
    store.makeNextButFail(gone);
    Request once = new Request(new Counter.Increment(5), null, "k");
    assertThat(keyed(once)).isEqualTo(new Outcome.UnknownOutcome());
    assertThat(keyed(once)).isInstanceOf(Outcome.Replayed.class);
    assertThat(value("a")).isEqualTo(count(6));
  }

  @Test
  void answers_asManyAsMayBe_areStored() {
    for (int i = 0; i <= House.DURABLE.answers(); i++) {
      keyed(new Request(new Counter.Increment(1), null, "k" + i));
    }
    restart();
    assertThat(keyed(new Request(new Counter.Increment(1), null, "k1")))
        .isInstanceOf(Outcome.Replayed.class);
    assertThat(keyed(new Request(new Counter.Increment(1), null, "k0")))
        .isInstanceOf(Outcome.Replied.class);
  }

  private Outcome keyed(Request request) {
    return house.servers.call(house.counters, "a", request, House.LONG, true);
  }

  @Test
  void cast_withAKeyThatMustWait_isHandledOnce() throws InterruptedException {
    Request note = new Request(new Faulty.Note("x"), null, "k");
    try (Gate gate = new Gate("kept-key")) {
      house.start("a");
      CompletableFuture<Outcome> held =
          House.async(() -> house.cast("a", new Faulty.Wait("kept-key")));
      gate.awaitReached();
      assertThat(held.join()).isEqualTo(new Outcome.Accepted());
      assertThat(house.servers.cast(house.faulty, "a", note, true))
          .isEqualTo(new Outcome.Accepted());
      store = store.reopen();
    }
    House old = house;
    house = new House(store);
    Outcome again = new Outcome.Replayed(new Outcome.Accepted());
    assertThat(house.servers.cast(house.faulty, "a", note, true)).isEqualTo(again);
    assertThat(house.texts("a")).containsExactly("kept-key", "x");
    old.close();
    restart();
    assertThat(house.servers.cast(house.faulty, "a", note, true)).isEqualTo(again);
    assertThat(house.texts("a")).containsExactly("kept-key", "x");
  }

  @Test
  void cast_withAKeyWhoseStepCantBeStored_isHandledOnce() throws InterruptedException {
    Request note = new Request(new Faulty.Note("x"), null, "k");
    try (Gate gate = new Gate("again-key")) {
      house.start("a");
      CompletableFuture<Outcome> held =
          House.async(() -> house.call("a", new Faulty.Wait("again-key")));
      gate.awaitReached();
      assertThat(house.servers.cast(house.faulty, "a", note, true))
          .isEqualTo(new Outcome.Accepted());
      store.failNext(full);
      gate.open();
      assertThat(held.join()).isInstanceOf(Outcome.StoreUnavailable.class);
      assertThat(house.servers.cast(house.faulty, "a", note, true))
          .isEqualTo(new Outcome.Replayed(new Outcome.Accepted()));
      assertThat(house.texts("a")).containsExactly("x");
    }
  }

  @Test
  void condition_onAnEntry_holdsAfterItWasLoaded() {
    put("k", "a", "1");
    put("k", "b", "1");
    Tag tag = tagOf("a");
    unload(house.stores, "k");
    assertThat(tagOf("a")).isEqualTo(tag);
    restart();
    put("k", "b", "2");
    Condition matches = new Condition.Matches(Set.of(tag.toString()));
    Request put = new Request(new KeyValueStore.Put("a", new Json("2")), matches, null);
    assertThat(house.servers.call(house.stores, "k", put, House.LONG, false))
        .isInstanceOf(Outcome.Replied.class);
    assertThat(house.servers.call(house.stores, "k", put, House.LONG, false))
        .isEqualTo(new Outcome.VersionMismatch());
  }

  private Tag tagOf(String key) {
    Request get = new Request(new KeyValueStore.Get(key), null, null);
    Outcome outcome = house.servers.call(house.stores, "k", get, House.LONG, false);
    return ((Outcome.Replied) outcome).tag();
  }

  @Test
  void timer_due_wakesAServerThatIsNotInMemory() {
    house.call("a", new Faulty.Timer("t", SECOND.multipliedBy(3), "timer"));
    restart();
    house.clock.now = house.clock.now.plus(SECOND.multipliedBy(3));
    House.await(() -> {
      house.advance(Duration.ofMillis(100));
      Status status = house.servers.status(house.faulty, "a");
      return status.status().equals("running") && status.handled() == 1;
    });
    assertThat(house.texts("a")).containsExactly("timer");
  }

  @Test
  void idle_leavesMemoryAndComesBack() {
    increment("a");
    increment("a");
    unload(house.counters, "a");
    assertThat(house.servers.find(house.counters, "a")).isNull();
    Status status = house.servers.status(house.counters, "a");
    assertThat(status.status()).isEqualTo("hibernated");
    assertThat(status.handled()).isEqualTo(2);
    assertThat(value("a")).isEqualTo(count(2));
    assertThat(house.servers.status(house.counters, "a").handled()).isEqualTo(3);
    assertThat(house.servers.count(house.counters)).isEqualTo(1);
  }

  private void unload(Kind kind, String name) {
    Server server = house.servers.find(kind, name);
    server.offer(Envelope.info(Drain.UNLOAD), 1);
    new Drain(house.servers, server).run();
  }

  @Test
  void stateOfAFormerForm_isUpgraded_andStoredAsTodaysIs() {
    house.start("d", new Diary());
    storeFormer("diaries", "d", "entries", Map.of("monday", new EntryRow("\"rain\"", 3)));
    assertThat(summary()).isEqualTo(new Outcome.Replied(new Diary.Said(1, "nobody")));
    restart();
    house.servers.call(house.diaries, "d", new Diary.Write("tuesday", "sun"), House.LONG, false);
    restart();
    assertThat(summary()).isEqualTo(new Outcome.Replied(new Diary.Said(2, "nobody")));
    assertThat(store.find("diaries", "d").form()).isEqualTo(2);
  }

  @Test
  void stateOfAFormerForm_whatItsUpgradePuts_isOfTheVersionItHad() {
    house.start("a", new Album());
    Map<String, EntryRow> entries =
        Map.of("x", new EntryRow("\"sea\"", 3), "y", new EntryRow("\"sun\"", 4));
    storeFormer("albums", "a", "byPicture", entries);
    write("y", "rain");
    assertThat(texts().byPicture().version("x")).isEqualTo(3);
    assertThat(texts().byPicture().version("y")).isEqualTo(6);
    assertThat(texts().byPicture().version("title")).isEqualTo(5);
    assertThat(texts().order().version("1")).isEqualTo(5);
    Album.Texts before = texts();
    restart();
    write("z", "snow");
    for (String key : List.of("x", "y", "title")) {
      assertThat(texts().byPicture().version(key)).isEqualTo(before.byPicture().version(key));
    }
    assertThat(texts().order().version("1")).isEqualTo(5);
  }

  private void write(String picture, String text) {
    house.servers.call(house.albums, "a", new Album.Write(picture, text), House.LONG, false);
  }

  private Album.Texts texts() {
    return (Album.Texts) house.servers.find(house.albums, "a").state;
  }

  /** Stores this server anew in the first form of its kind, at version 5, and opens that. */
  private void storeFormer(String kind, String name, String table, Map<String, EntryRow> entries) {
    house.close();
    store = store.reopen();
    ServerRow row = store.find(kind, name);
    store.commit(
        List.of(
            new Change.Put(
                new ServerRow(
                    kind, name, row.incarnation(), 5, 1, "{}", row.options(), 0, 1, 0, 0, 0),
                true,
                "{}",
                List.of(new Change.TableChange(table, true, entries)),
                Map.of(),
                Map.of())),
        true);
    house = new House(store);
  }

  private Outcome summary() {
    return house.servers.call(house.diaries, "d", new Diary.Summary(), House.LONG, false);
  }

  @Test
  void stateThatDoesNotFit_isSaidAndStays() {
    increment("a");
    house.close();
    store = store.reopen();
    store.commit(
        List.of(
            new Change.Put(
                store.find("counters", "a"),
                false,
                "{\"not\":\"a number\"}",
                List.of(),
                Map.of(),
                Map.of())),
        true);
    house = new House(store);
    assertThat(value("a"))
        .isInstanceOfSatisfying(
            Outcome.StoreUnavailable.class,
            said ->
                assertThat(said.detail()).startsWith("counters/a as it is stored does not fit"));
    assertThat(house.servers.status(house.counters, "a")).isNotNull();
  }

  @Test
  void manyServers_manyClients_allIsStored() {
    List<CompletableFuture<Outcome>> calls =
        IntStream.range(0, 500).mapToObj(i -> House.async(() -> increment("c" + i % 7))).toList();
    calls.forEach(call -> assertThat(call.join()).isInstanceOf(Outcome.Replied.class));
    restart();
    long sum = 0;
    for (int i = 0; i < 7; i++) {
      sum += ((Counter.Count) ((Outcome.Replied) value("c" + i)).value()).value();
    }
    assertThat(sum).isEqualTo(500);
  }
}
