package dev.genserver.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.genserver.kinds.Faulty;
import dev.genserver.kinds.Gate;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StepsTest {
  private static final Duration SECOND = Duration.ofSeconds(1);
  private final House house = new House();

  @AfterEach
  void close() {
    house.close();
  }

  @Test
  void later_answeredByALaterStep() {
    CompletableFuture<Outcome> one = ask("a", 1);
    CompletableFuture<Outcome> two = ask("a", 2);
    house.call("a", new Faulty.Answer("both"));
    assertThat(one.join()).isEqualTo(new Outcome.Replied("both"));
    assertThat(two.join()).isEqualTo(new Outcome.Replied("both"));
  }

  @Test
  void later_refusedByALaterStep() {
    CompletableFuture<Outcome> asked = ask("a", 1);
    house.call("a", new Faulty.Answer(""));
    assertThat(asked.join()).isEqualTo(new Outcome.Refused("no", "refused later"));
  }

  @Test
  void later_answeredByATimer() {
    CompletableFuture<Outcome> asked =
        House.async(() -> house.call("a", new Faulty.AskTimer(SECOND)));
    House.await(() -> house.clockwork.waiting() == 1);
    house.advance(SECOND);
    assertThat(asked.join()).isEqualTo(new Outcome.Replied("due"));
  }

  @Test
  void later_callerGaveUp_isForgotten() {
    house.start("a");
    assertThat(house.servers.call(house.faulty, "a", new Faulty.Ask(), House.SOON, true))
        .isEqualTo(new Outcome.TimedOut(true));
    assertThat(house.call("a", new Faulty.Answer("late"))).isEqualTo(new Outcome.Replied(null));
  }

  @Test
  void later_castHasNobodyToAnswer() {
    house.cast("a", new Faulty.Ask());
    assertThat(house.call("a", new Faulty.Answer("x"))).isEqualTo(new Outcome.Replied(null));
  }

  @Test
  void later_serverStopped_callerIsTold() {
    CompletableFuture<Outcome> asked = ask("a", 1);
    house.servers.stop(house.faulty, "a");
    assertThat(asked.join()).isEqualTo(new Outcome.Stopped());
  }

  @Test
  void then_comesBeforeAllThatWaits() throws InterruptedException {
    try (Gate gate = new Gate("then")) {
      house.cast("a", new Faulty.Then("first", "then"));
      gate.awaitReached();
      house.cast("a", new Faulty.Note("second"));
      gate.open();
      assertThat(house.texts("a")).isEqualTo(List.of("first", "first", "second"));
    }
  }

  @Test
  void then_stopInBetween_replyIsNotLost() throws InterruptedException {
    try (Gate gate = new Gate("then-stop")) {
      house.start("a");
      CompletableFuture<Outcome> called =
          House.async(() -> house.call("a", new Faulty.Then("x", "then-stop")));
      gate.awaitReached();
      CompletableFuture<Outcome> waits = house.calling("a", new Faulty.Note("y"));
      CompletableFuture<Outcome> stopped = House.async(() -> house.servers.stop(house.faulty, "a"));
      House.await(() -> house.isEnding("a"));
      gate.open();
      assertThat(called.join()).isEqualTo(new Outcome.Replied("x"));
      assertThat(waits.join()).isEqualTo(new Outcome.Stopped());
      assertThat(stopped.join()).isEqualTo(new Outcome.Ended());
    }
  }

  @Test
  void idle_nothingCame_isDelivered() {
    house.call("a", new Faulty.Idle(SECOND, "idle"));
    house.advance(SECOND);
    assertThat(house.texts("a")).isEqualTo(List.of("idle"));
    assertThat(house.clockwork.waiting()).isZero();
  }

  @Test
  void idle_messageCame_isCancelled() {
    house.call("a", new Faulty.Idle(SECOND, "idle"));
    house.call("a", new Faulty.Texts());
    assertThat(house.clockwork.waiting()).isZero();
  }

  @Test
  void idle_asksAgain_isReArmed() {
    house.call("a", new Faulty.Idle(SECOND, "first"));
    house.advance(SECOND.dividedBy(2));
    house.call("a", new Faulty.Idle(SECOND, "second"));
    house.advance(SECOND.dividedBy(2));
    assertThat(house.clockwork.waiting()).isEqualTo(1);
    house.advance(SECOND.dividedBy(2));
    assertThat(house.texts("a")).isEqualTo(List.of("second"));
  }

  @Test
  void idle_messageCrashed_runsOn() {
    house.call("a", new Faulty.Idle(SECOND, "idle"));
    house.call("a", new Faulty.Crash());
    assertThat(house.clockwork.waiting()).isEqualTo(1);
    house.advance(SECOND);
    assertThat(house.texts("a")).isEqualTo(List.of("idle"));
  }

  @Test
  void idle_messageWaitsAlready_neverDelivers() throws InterruptedException {
    try (Gate gate = new Gate("idle")) {
      house.call("a", new Faulty.Idle(SECOND, "idle"));
      house.cast("a", new Faulty.Wait("idle"));
      gate.awaitReached();
      house.advance(SECOND);
      gate.open();
      assertThat(house.texts("a")).isEqualTo(List.of("idle"));
    }
  }

  @Test
  void timer_due_isDelivered() {
    house.call("a", new Faulty.Timer("t", SECOND, "timer"));
    house.advance(SECOND.minusNanos(1));
    assertThat(house.texts("a")).isEqualTo(List.of());
    house.advance(Duration.ofNanos(1));
    assertThat(house.texts("a")).isEqualTo(List.of("timer"));
  }

  @Test
  void timer_replaced_neverDelivers() {
    house.call("a", new Faulty.Timer("t", SECOND, "old"));
    house.call("a", new Faulty.Timer("other", SECOND, "other"));
    house.call("a", new Faulty.Timer("t", SECOND.multipliedBy(2), "new"));
    assertThat(house.clockwork.waiting()).isEqualTo(2);
    house.advance(SECOND.multipliedBy(2));
    assertThat(house.texts("a")).isEqualTo(List.of("other", "new"));
  }

  @Test
  void timer_cancelledOrReplacedInTheMailbox_neverDelivers() throws InterruptedException {
    try (Gate gate = new Gate("timer")) {
      house.call("a", new Faulty.Timer("cancelled", SECOND, "cancelled"));
      house.call("a", new Faulty.Timer("replaced", SECOND, "replaced"));
      house.cast("a", new Faulty.Wait("timer"));
      gate.awaitReached();
      house.cast("a", new Faulty.Cancel("cancelled"));
      house.cast("a", new Faulty.Timer("replaced", SECOND, "new"));
      house.advance(SECOND);
      gate.open();
      assertThat(house.texts("a")).isEqualTo(List.of("timer"));
      house.advance(SECOND);
      assertThat(house.texts("a")).isEqualTo(List.of("timer", "new"));
    }
  }

  @Test
  void stopStep_repliesAndFreesTheName() {
    house.call("a", new Faulty.Timer("t", SECOND, "timer"));
    assertThat(house.call("a", new Faulty.Stop())).isEqualTo(new Outcome.Replied("bye"));
    assertThat(house.servers.status(house.faulty, "a")).isNull();
    assertThat(house.clockwork.waiting()).isZero();
    assertThat(house.texts("a")).isEqualTo(List.of());
  }

  private CompletableFuture<Outcome> ask(String name, int nth) {
    CompletableFuture<Outcome> asked = House.async(() -> house.call(name, new Faulty.Ask()));
    House.await(() -> house.heard.events.stream().filter("CALL DEFERRED"::equals).count() == nth);
    return asked;
  }
}
