package dev.genserver.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.genserver.behaviour.Json;
import dev.genserver.kinds.Faulty;
import dev.genserver.kinds.Gate;
import dev.genserver.kinds.KeyValueStore;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MessagesTest {
  private House house = new House();

  @AfterEach
  void close() {
    house.close();
  }

  @Test
  void messages_handledInOrder() {
    List<String> sent = IntStream.range(0, 90).mapToObj(String::valueOf).toList();
    try (Gate gate = new Gate("order")) {
      house.cast("a", new Faulty.Wait("order"));
      sent.forEach(text -> house.cast("a", new Faulty.Note(text)));
      gate.open();
      assertThat(house.texts("a")).startsWith("order").endsWith(sent.toArray(String[]::new));
    }
  }

  @Test
  void server_handlesOneMessageAtATime() throws InterruptedException {
    try (Gate first = new Gate("first");
        Gate second = new Gate("second")) {
      house.cast("a", new Faulty.Wait("first"));
      first.awaitReached();
      house.cast("a", new Faulty.Wait("second"));
      house.cast("b", new Faulty.Note("another server goes on"));
      assertThat(house.texts("b")).hasSize(1);
      assertThat(house.waiting("a")).isEqualTo(1);
      first.open();
      second.awaitReached();
      assertThat(house.waiting("a")).isZero();
    }
  }

  @Test
  void call_callerGaveUpBeforeItBegan_neverRuns() throws InterruptedException {
    try (Gate gate = new Gate("busy")) {
      house.cast("a", new Faulty.Wait("busy"));
      gate.awaitReached();
      assertThat(house.servers.call(house.faulty, "a", new Faulty.Note("x"), House.SOON, true))
          .isEqualTo(new Outcome.TimedOut(false));
      gate.open();
      assertThat(house.texts("a")).isEqualTo(List.of("busy"));
      assertThat(house.heard.events).contains("timed out false", "CALL DROPPED");
    }
  }

  @Test
  void call_handlerHangs_timesOutAllTheSame() throws InterruptedException {
    try (Gate gate = new Gate("hang")) {
      house.start("a");
      assertThat(house.servers.call(house.faulty, "a", new Faulty.Wait("hang"), House.SOON, true))
          .isEqualTo(new Outcome.TimedOut(true));
      gate.open();
      assertThat(house.texts("a")).isEqualTo(List.of("hang"));
    }
  }

  @Test
  void caller_interrupted_waitsOnAndKeepsTheInterrupt() throws InterruptedException {
    try (Gate gate = new Gate("interrupt")) {
      house.start("a");
      CompletableFuture<Thread> caller = new CompletableFuture<>();
      CompletableFuture<List<Object>> called =
          House.async(() -> {
            caller.complete(Thread.currentThread());
            Outcome outcome = house.call("a", new Faulty.Wait("interrupt"));
            return List.of(outcome, Thread.currentThread().isInterrupted());
          });
      gate.awaitReached();
      caller.join().interrupt();
      gate.open();
      assertThat(called.join()).isEqualTo(List.of(new Outcome.Replied(null), true));
    }
  }

  @Test
  void mailbox_full_refusesAndTakesInAgain() throws InterruptedException {
    use(new House(new Limits(10, 10, 2, Duration.ofSeconds(10), true), House.LONG, House.LONG));
    try (Gate gate = new Gate("full")) {
      house.cast("a", new Faulty.Wait("full"));
      gate.awaitReached();
      assertThat(house.cast("a", new Faulty.Note("1"))).isEqualTo(new Outcome.Accepted());
      assertThat(house.cast("a", new Faulty.Note("2"))).isEqualTo(new Outcome.Accepted());
      assertThat(house.cast("a", new Faulty.Note("3"))).isEqualTo(new Outcome.MailboxFull());
      assertThat(house.call("a", new Faulty.Note("4"))).isEqualTo(new Outcome.MailboxFull());
      assertThat(house.servers.queued(house.faulty)).isEqualTo(2);
      assertThat(house.servers.longestMailbox(house.faulty)).isEqualTo(2);
      assertThat(house.servers.queued(house.counters)).isZero();
      gate.open();
      House.await(() -> house.waiting("a") == 0);
      assertThat(house.texts("a")).isEqualTo(List.of("full", "1", "2"));
      assertThat(house.heard.events).contains("rejected MAILBOX_FULL");
    }
  }

  @Test
  void mailbox_infoNeverCounts() throws InterruptedException {
    use(new House(new Limits(10, 10, 1, Duration.ofSeconds(10), true), House.LONG, House.LONG));
    try (Gate gate = new Gate("info")) {
      house.call("a", new Faulty.Timer("t", Duration.ofSeconds(1), "timer"));
      house.call("a", new Faulty.Timer("u", Duration.ofSeconds(1), "timer"));
      house.cast("a", new Faulty.Wait("info"));
      gate.awaitReached();
      house.cast("a", new Faulty.Note("1"));
      house.advance(Duration.ofSeconds(1));
      assertThat(house.waiting("a")).isEqualTo(1);
      assertThat(house.cast("a", new Faulty.Note("2"))).isEqualTo(new Outcome.MailboxFull());
      gate.open();
      House.await(() -> house.waiting("a") == 0);
      assertThat(house.texts("a")).isEqualTo(List.of("info", "1", "timer", "timer"));
    }
  }

  @Test
  void crash_undoesTheTurn() {
    CompletableFuture<Outcome> asked = asked("a");
    house.call("a", new Faulty.Note("before"));
    assertThat(house.call("a", new Faulty.Crash())).isEqualTo(new Outcome.Crashed(true));
    assertThat(house.clockwork.waiting()).isZero();
    assertThat(house.texts("a")).isEqualTo(List.of("before"));
    assertThat(asked).isNotDone();
    assertThat(house.heard.events).contains("CALL CRASHED").doesNotContain("expirations 1");
    Status status = house.servers.status(house.faulty, "a");
    assertThat(status.crashes()).isEqualTo(1);
    assertThat(status.handled()).isEqualTo(4);
    assertThat(status.version()).isEqualTo(2);
  }

  @Test
  void handler_returnsNoStep_crashes() {
    assertThat(house.call("a", new Faulty.Nothing())).isEqualTo(new Outcome.Crashed(true));
    assertThat(house.call("a", new Faulty.Note("x"))).isEqualTo(new Outcome.Replied(1));
  }

  @Test
  void refusal_keepsItsStateButNotItsWishes() {
    assertThat(house.call("a", new Faulty.Refuse("why")))
        .isEqualTo(new Outcome.Refused("no", "why"));
    assertThat(house.texts("a")).isEqualTo(List.of("why"));
    assertThat(house.clockwork.waiting()).isZero();
  }

  @Test
  void entries_pastTheLimit_refusedAndUndone() {
    for (int i = 0; i < 10; i++) {
      assertThat(put("k" + i)).isEqualTo(new Outcome.Replied(null));
    }
    assertThat(put("one too many")).isInstanceOf(Outcome.LimitReached.class);
    assertThat(put("k1")).isEqualTo(new Outcome.Replied(null));
    assertThat(house.heard.events).contains("rejected LIMIT_REACHED");
  }

  @Test
  void wish_thatCannotBe_losesNobodyElse() {
    Duration beyond = Duration.ofSeconds(Long.MAX_VALUE);
    assertThat(house.call("a", new Faulty.Timer("t", beyond, "never")))
        .isEqualTo(new Outcome.Replied(null));
    assertThat(house.call("a", new Faulty.Timer("t", null, "no delay")))
        .isEqualTo(new Outcome.Crashed(false));
    assertThat(house.call("a", new Faulty.Note("x"))).isEqualTo(new Outcome.Replied(1));
  }

  @Test
  void idleServer_retainsNoMessage() {
    WeakReference<Object> message = callAndForget();
    House.await(() -> {
      System.gc();
      return message.get() == null;
    });
  }

  private WeakReference<Object> callAndForget() {
    Faulty.Note message = new Faulty.Note("x");
    house.call("a", message);
    return new WeakReference<>(message);
  }

  private CompletableFuture<Outcome> asked(String name) {
    CompletableFuture<Outcome> asked = House.async(() -> house.call(name, new Faulty.Ask()));
    House.await(() -> house.heard.events.contains("CALL DEFERRED"));
    return asked;
  }

  private Outcome put(String key) {
    return house.servers.call(
        house.stores, "s", new KeyValueStore.Put(key, new Json("1")), House.LONG, true);
  }

  private void use(House other) {
    house.close();
    house = other;
  }
}
