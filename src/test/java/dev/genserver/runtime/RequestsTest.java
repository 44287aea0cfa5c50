package dev.genserver.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.genserver.behaviour.Json;
import dev.genserver.kinds.Counter;
import dev.genserver.kinds.Faulty;
import dev.genserver.kinds.Gate;
import dev.genserver.kinds.KeyValueStore;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Messages with what is tied to them, many in one turn, and timers. */
class RequestsTest {
  private static final Counter.Increment ONE = new Counter.Increment(1);

  private final House house = new House();

  @AfterEach
  void close() {
    house.close();
  }

  private Outcome faulty(Object message) {
    return house.servers.call(house.faulty, "a", message, House.LONG, true);
  }

  private Outcome counter(Object message) {
    return house.servers.call(house.counters, "a", message, House.LONG, true);
  }

  private Outcome store(Object message) {
    return house.servers.call(house.stores, "a", message, House.LONG, true);
  }

  private static Outcome count(long value) {
    return new Outcome.Replied(new Counter.Count(value));
  }

  private static Outcome plain(Outcome outcome) {
    return outcome instanceof Outcome.Replied(Object value, var _)
        ? new Outcome.Replied(value)
        : outcome;
  }

  private static String tag(Outcome outcome) {
    return String.valueOf(((Outcome.Replied) outcome).tag());
  }

  private static Request when(Condition condition, Object message) {
    return new Request(message, condition, null);
  }

  private static Request once(String key, Object message) {
    return new Request(message, null, key);
  }

  private static Batch batch(Object... messages) {
    return new Batch(List.of(messages), false);
  }

  private static Batch atomic(Object... messages) {
    return new Batch(List.of(messages), true);
  }

  // Batches.

  @Test
  void batch_eachForItself() {
    assertThat(
            faulty(
                batch(
                    new Faulty.Note("a"),
                    new Faulty.Crash(),
                    new Faulty.Refuse("r"),
                    new Faulty.Then("t", ""),
                    new Faulty.Texts())))
        .isEqualTo(
            new Outcome.Replies(
                List.of(
                    new Outcome.Replied(1),
                    new Outcome.Crashed(true),
                    new Outcome.Refused("no", "r"),
                    new Outcome.Replied("t"),
                    new Outcome.Replied(List.of("a", "r", "t", "t")))));
    house.advance(Duration.ofSeconds(1));
    assertThat(house.texts("a")).containsExactly("a", "r", "t", "t");
    assertThat(house.heard.events)
        .containsSubsequence("CALL REPLIED", "CALL CRASHED", "CALL REFUSED", "CALL REPLIED")
        .doesNotContain("expirations 1");
    Status status = house.servers.status(house.faulty, "a");
    assertThat(status.crashes()).isEqualTo(1);
    assertThat(status.handled()).isEqualTo(7);
  }

  @Test
  void batch_nothingComesBetween() throws InterruptedException {
    Gate gate = new Gate("gate");
    CompletableFuture<Outcome> batch =
        House.async(() -> faulty(batch(new Faulty.Wait("gate"), new Faulty.Note("second"))));
    gate.awaitReached();
    CompletableFuture<Outcome> other = house.calling("a", new Faulty.Note("other"));
    gate.open();
    batch.join();
    other.join();
    assertThat(house.texts("a")).containsExactly("gate", "second", "other");
  }

  @Test
  void batch_nobodyIsLeftWaiting() {
    assertThat(faulty(batch(new Faulty.Ask(), new Faulty.Answer("x"))))
        .isEqualTo(
            new Outcome.Replies(List.of(Outcome.Accepted.INSTANCE, new Outcome.Replied(null))));
  }

  @Test
  void batch_stops() {
    assertThat(faulty(batch(new Faulty.Stop(), new Faulty.Note("late"))))
        .isEqualTo(
            new Outcome.Replies(List.of(new Outcome.Replied("bye"), Outcome.Stopped.INSTANCE)));
    assertThat(house.servers.status(house.faulty, "a")).isNull();
  }

  @Test
  void atomic_firstRefusalUndoesAll() {
    faulty(new Faulty.Note("before"));
    assertThat(
            faulty(
                atomic(
                    new Faulty.Note("a"),
                    new Faulty.Timer("t", Duration.ZERO, "timer"),
                    new Faulty.Refuse("r"))))
        .isEqualTo(new Outcome.Undone(2, new Outcome.Refused("no", "r")));
    assertThat(faulty(atomic(new Faulty.Note("a"), new Faulty.Crash())))
        .isEqualTo(new Outcome.Undone(1, new Outcome.Crashed(true)));
    assertThat(faulty(atomic(new Faulty.Stop(), new Faulty.Note("late"))))
        .isEqualTo(new Outcome.Undone(1, Outcome.Stopped.INSTANCE));
    assertThat(faulty(atomic(once("k", new Faulty.Note("a")), new Faulty.Refuse("r"))))
        .isEqualTo(new Outcome.Undone(1, new Outcome.Refused("no", "r")));
    house.advance(Duration.ofSeconds(1));
    assertThat(house.texts("a")).containsExactly("before");
    assertThat(faulty(once("k", new Faulty.Note("a")))).isEqualTo(replied(2));
    assertThat(faulty(atomic(new Faulty.Note("b"), new Faulty.Texts())))
        .isEqualTo(
            new Outcome.Replies(
                List.of(new Outcome.Replied(3), new Outcome.Replied(List.of("before", "a", "b")))));
  }

  private Outcome replied(Object value) {
    Server server = house.servers.find(house.faulty, "a");
    return new Outcome.Replied(value, new Tag(server.incarnation, server.version));
  }

  @Test
  void batch_holdsTheLimits() {
    Object[] puts =
        IntStream.range(0, 11).mapToObj(i -> new KeyValueStore.Put("k" + i, Json.NULL)).toArray();
    Outcome.Replies replies = (Outcome.Replies) store(batch(puts));
    assertThat(replies.outcomes().subList(0, 10)).containsOnly(new Outcome.Replied(null));
    assertThat(replies.outcomes().get(10)).isInstanceOf(Outcome.LimitReached.class);
  }

  // Conditions.

  @Test
  void match_ofTheServer() {
    String first = tag(counter(new Request(ONE, null, null)));
    assertThat(plain(counter(when(new Condition.Matches(Set.of("x", first)), ONE))))
        .isEqualTo(count(2));
    assertThat(counter(when(new Condition.Matches(Set.of(first)), ONE)))
        .isEqualTo(Outcome.VersionMismatch.INSTANCE);
    assertThat(plain(counter(new Counter.Value()))).isEqualTo(count(2));
  }

  @Test
  void match_ofAnEntry() {
    KeyValueStore.Put put = new KeyValueStore.Put("k", Json.NULL);
    assertThat(store(when(new Condition.Exists(), put)))
        .isEqualTo(Outcome.VersionMismatch.INSTANCE);
    String first = tag(store(when(new Condition.Absent(), put)));
    assertThat(store(when(new Condition.Absent(), put)))
        .isEqualTo(Outcome.VersionMismatch.INSTANCE);
    store(new KeyValueStore.Put("other", Json.NULL));
    assertThat(tag(store(new Request(new KeyValueStore.Get("k"), null, null)))).isEqualTo(first);
    String second = tag(store(when(new Condition.Matches(Set.of(first)), put)));
    assertThat(second).isNotEqualTo(first);
    store(new KeyValueStore.Delete("k"));
    assertThat(store(when(new Condition.Matches(Set.of(second)), put)))
        .isEqualTo(Outcome.VersionMismatch.INSTANCE);
    assertThat(tag(store(when(new Condition.Absent(), put)))).isNotIn(first, second);
    store(new KeyValueStore.Clear());
    assertThat(tag(store(when(new Condition.Absent(), put)))).isNotIn(first, second);
  }

  @Test
  void tag_ofAServerThatCameAgain() {
    String before = tag(counter(new Request(ONE, null, null)));
    house.servers.stop(house.counters, "a");
    assertThat(tag(counter(new Request(ONE, null, null)))).isNotEqualTo(before);
  }

  // Idempotency keys.

  @Test
  void key_repeated() {
    assertThat(plain(counter(once("k", ONE)))).isEqualTo(count(1));
    assertThat(plain(counter(once("other", ONE)))).isEqualTo(count(2));
    assertThat(counter(once("k", ONE)))
        .isInstanceOfSatisfying(
            Outcome.Replayed.class, again -> assertThat(plain(again.first())).isEqualTo(count(1)));
    assertThat(counter(once("k", new Counter.Increment(2)))).isEqualTo(Outcome.KeyReused.INSTANCE);
    assertThat(counter(once("k", new Counter.Reset()))).isEqualTo(Outcome.KeyReused.INSTANCE);
    assertThat(house.servers.cast(house.counters, "a", once("k", ONE), true))
        .isEqualTo(new Outcome.Replayed(Outcome.Accepted.INSTANCE));
    assertThat(counter(new Counter.Value())).isEqualTo(count(2));
  }

  @Test
  void key_ofACast() {
    Outcome first = house.servers.cast(house.counters, "a", once("k", ONE), true);
    assertThat(first).isEqualTo(Outcome.Accepted.INSTANCE);
    assertThat(counter(once("k", ONE))).isInstanceOf(Outcome.Replayed.class);
    assertThat(counter(new Counter.Value())).isEqualTo(count(1));
  }

  @Test
  void key_inABatch() {
    counter(once("k", ONE));
    assertThat(counter(batch(once("k", ONE), once("l", ONE), once("l", ONE))))
        .isInstanceOfSatisfying(
            Outcome.Replies.class,
            replies ->
                assertThat(replies.outcomes())
                    .satisfiesExactly(
                        again -> assertThat(again).isInstanceOf(Outcome.Replayed.class),
                        fresh -> assertThat(plain(fresh)).isEqualTo(count(2)),
                        again -> assertThat(again).isInstanceOf(Outcome.Replayed.class)));
  }

  @Test
  void key_underWay() throws InterruptedException {
    Gate way = new Gate("way");
    house.start("a");
    CompletableFuture<Outcome> first = House.async(() -> faulty(once("k", new Faulty.Wait("way"))));
    way.awaitReached();
    assertThat(faulty(once("k", new Faulty.Wait("way")))).isEqualTo(Outcome.InProgress.INSTANCE);
    assertThat(faulty(once("k", new Faulty.Note("x")))).isEqualTo(Outcome.KeyReused.INSTANCE);
    way.open();
    first.join();
    assertThat(faulty(once("k", new Faulty.Wait("way")))).isInstanceOf(Outcome.Replayed.class);
  }

  @Test
  void key_ofADeferredAnswer() {
    house.start("a");
    CompletableFuture<Outcome> asked = House.async(() -> faulty(once("k", new Faulty.Ask())));
    House.await(() -> {
      Extras extras = house.servers.find(house.faulty, "a").extrasIfAny();
      return extras != null && !extras.deferred.isEmpty();
    });
    assertThat(faulty(batch(once("k", new Faulty.Ask()))))
        .isEqualTo(new Outcome.Replies(List.of(Outcome.InProgress.INSTANCE)));
    faulty(new Faulty.Answer("late"));
    assertThat(asked.join()).isEqualTo(new Outcome.Replied("late"));
    assertThat(faulty(once("k", new Faulty.Ask())))
        .isEqualTo(new Outcome.Replayed(new Outcome.Replied("late")));
  }

  @Test
  void key_ofADeferredAnswer_callerGone() {
    house.start("a");
    Request ask = once("k", new Faulty.Ask());
    CompletableFuture<Outcome> told = new CompletableFuture<>();
    Posted posted = house.servers.post(house.faulty, "a", ask, House.LONG, true, told::complete);
    House.await(() -> {
      Extras extras = house.servers.find(house.faulty, "a").extrasIfAny();
      return extras != null && !extras.deferred.isEmpty();
    });
    posted.expire(System.nanoTime() + House.LONG.toNanos());
    assertThat(told.join()).isEqualTo(Outcome.TimedOut.STARTED);
    assertThat(faulty(ask)).isEqualTo(Outcome.InProgress.INSTANCE);
    faulty(new Faulty.Answer("late"));
    assertThat(faulty(ask)).isEqualTo(new Outcome.Replayed(new Outcome.Replied("late")));
  }

  @Test
  void key_ofWhatWasDroppedAndNobodyGaveUp() throws InterruptedException {
    Gate gate = new Gate("dropped");
    CompletableFuture<Outcome> busy = House.async(() -> faulty(new Faulty.Wait("dropped")));
    gate.awaitReached();
    CompletableFuture<Outcome> told = new CompletableFuture<>();
    house.servers.post(
        house.faulty,
        "a",
        once("k", new Faulty.Note("x")),
        Duration.ofNanos(1),
        true,
        told::complete);
    gate.open();
    busy.join();
    assertThat(told.join()).isEqualTo(Outcome.TimedOut.NOT_STARTED);
    assertThat(plain(faulty(once("k", new Faulty.Note("x"))))).isEqualTo(new Outcome.Replied(2));
  }

  @Test
  void key_ofWhatWasNotDone() {
    assertThat(faulty(once("k", new Faulty.Crash()))).isEqualTo(new Outcome.Crashed(true));
    assertThat(faulty(once("k", new Faulty.Crash()))).isEqualTo(new Outcome.Crashed(true));
    Request refused = new Request(new Faulty.Note("x"), new Condition.Absent(), "l");
    assertThat(faulty(refused)).isEqualTo(Outcome.VersionMismatch.INSTANCE);
    assertThat(faulty(once("l", new Faulty.Note("x")))).isEqualTo(replied(1));
    assertThat(faulty(once("m", new Faulty.Refuse("r")))).isEqualTo(new Outcome.Refused("no", "r"));
    assertThat(faulty(once("m", new Faulty.Refuse("r"))))
        .isEqualTo(new Outcome.Replayed(new Outcome.Refused("no", "r")));
  }

  @Test
  void key_forgotten() {
    counter(once("k", ONE));
    house.advance(Duration.ofDays(1).plusMillis(1));
    assertThat(plain(counter(once("k", ONE)))).isEqualTo(count(2));
    IntStream.range(0, house.servers.limits().answers()).forEach(i -> counter(once("n" + i, ONE)));
    assertThat(plain(counter(once("k", ONE)))).isInstanceOf(Outcome.Replied.class);
  }

  // Timers.

  private TimerRequest.Listing timers() {
    return (TimerRequest.Listing) ((Outcome.Replied) faulty(new TimerRequest.All())).value();
  }

  private String set(Object message, Duration delay, @Nullable Duration every) {
    Outcome.Replied set = (Outcome.Replied) faulty(new TimerRequest.Cast(message, delay, every));
    return ((TimerRequest.Set) set.value()).timer();
  }

  @Test
  void timer_comesOnce() {
    String id = set(new Faulty.Note("due"), Duration.ofSeconds(10), null);
    assertThat(timers().timers())
        .containsExactly(
            new TimerRequest.Item(id, "note", house.clock.now.plusSeconds(10), null, false));
    house.advance(Duration.ofSeconds(9));
    assertThat(house.texts("a")).isEmpty();
    house.advance(Duration.ofSeconds(1));
    assertThat(house.texts("a")).containsExactly("due");
    assertThat(timers().timers()).isEmpty();
  }

  @Test
  void timer_repeats() {
    set(new Faulty.Note("tick"), Duration.ofSeconds(1), Duration.ofSeconds(10));
    house.advance(Duration.ofSeconds(1));
    assertThat(house.texts("a")).hasSize(1);
    house.advance(Duration.ofSeconds(10));
    assertThat(house.texts("a")).hasSize(2);
    house.advance(Duration.ofSeconds(9));
    assertThat(house.texts("a")).hasSize(2);
  }

  @Test
  void timer_neverPilesUp() throws InterruptedException {
    Gate pile = new Gate("pile");
    set(new Faulty.Note("tick"), Duration.ofSeconds(10), Duration.ofSeconds(10));
    CompletableFuture<Outcome> busy = House.async(() -> faulty(new Faulty.Wait("pile")));
    pile.awaitReached();
    house.advance(Duration.ofSeconds(35));
    pile.open();
    busy.join();
    assertThat(house.texts("a")).containsExactly("pile", "tick");
    assertThat(house.heard.events).contains("skipped-ticks 2");
    house.advance(Duration.ofSeconds(5));
    assertThat(house.texts("a")).containsExactly("pile", "tick", "tick");
  }

  @Test
  void timer_cancelled() {
    String id = set(new Faulty.Note("due"), Duration.ofSeconds(10), null);
    house.advance(Duration.ofSeconds(4));
    assertThat(faulty(new TimerRequest.Cancel(id)))
        .isEqualTo(new Outcome.Replied(new TimerRequest.Cancelled(Duration.ofSeconds(6))));
    assertThat(faulty(new TimerRequest.Cancel(id)))
        .isEqualTo(new Outcome.Refused("not-found", "no timer of this id waits"));
    house.advance(Duration.ofSeconds(10));
    assertThat(house.texts("a")).isEmpty();
    faulty(new Faulty.Timer("mine", Duration.ofSeconds(1), "x"));
    assertThat(faulty(new TimerRequest.Cancel("mine")))
        .isEqualTo(new Outcome.Refused("own-timer", "the server itself has set this timer"));
    assertThat(timers().timers()).singleElement().matches(TimerRequest.Item::own);
  }

  @Test
  void timer_setOnce() {
    TimerRequest.Cast cast =
        new TimerRequest.Cast(new Faulty.Note("x"), Duration.ofSeconds(1), null);
    faulty(once("k", cast));
    assertThat(faulty(once("k", cast))).isInstanceOf(Outcome.Replayed.class);
    assertThat(timers().timers()).hasSize(1);
  }

  @Test
  void timers_lookingOnIsNoActivity() {
    faulty(new Faulty.Idle(Duration.ofSeconds(1), "idle"));
    timers();
    house.advance(Duration.ofSeconds(1));
    assertThat(house.texts("a")).containsExactly("idle");
  }

  // Many servers.

  @Test
  void callAll_startsNone() {
    counter(ONE);
    assertThat(house.servers.callAll(house.counters, List.of("a", "b"), ONE, House.LONG))
        .isEqualTo(Map.of("a", count(2), "b", Outcome.NoServer.INSTANCE));
    assertThat(house.servers.castAll(house.counters, List.of("b", "a"), ONE))
        .isEqualTo(Map.of("a", Outcome.Accepted.INSTANCE, "b", Outcome.NoServer.INSTANCE));
    assertThat(counter(new Counter.Value())).isEqualTo(count(3));
    assertThat(house.servers.status(house.counters, "b")).isNull();
  }
}
