package dev.genserver.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.genserver.kinds.Clerk;
import dev.genserver.kinds.Gate;
import dev.genserver.store.MemoryStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What servers have done outside them: tasks, messages to others, monitors. */
class ErrandsTest {
  private static final Wanted ANEW = new Wanted(null, null, null, null, Options.INIT);
  private final House house = new House(House.LIMITS, House.SOON, House.LONG);

  @AfterEach
  void close() {
    house.close();
  }

  private void start(String name, Wanted wanted) {
    house.servers.start(house.clerks, name, new Clerk(), wanted, House.LONG);
  }

  private Outcome call(String name, Clerk.Op message) {
    return house.servers.call(house.clerks, name, message, House.LONG, true);
  }

  private CompletableFuture<Outcome> calling(String name, Clerk.Op message) {
    return House.async(() -> call(name, message));
  }

  @SuppressWarnings("unchecked")
  private List<String> notes(String name) {
    return (List<String>) ((Outcome.Replied) call(name, new Clerk.Texts())).value();
  }

  private int waiting(String name) {
    Outcome mailbox = house.servers.sys().mailbox(house.clerks, name);
    return ((Sys.Queue) ((Outcome.Replied) mailbox).value()).size();
  }

  private void awaitNote(String name, String text) {
    House.await(() -> notes(name).contains(text));
  }

  // Tasks.

  @Test
  void slowOperation_aHundredCallersWait_queriesAreAnsweredMeanwhile() throws InterruptedException {
    start("a", Wanted.NOTHING);
    try (Gate gate = new Gate("slow")) {
      List<CompletableFuture<Outcome>> waiting = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        waiting.add(calling("a", new Clerk.SlowOperation("slow")));
      }
      gate.awaitReached();
      House.await(() -> house.servers.status(house.clerks, "a").handled() >= 100);
      assertThat(notes("a")).isEmpty();
      assertThat(waiting).noneMatch(CompletableFuture::isDone);
      gate.open();
      waiting.forEach(one -> assertThat(one.join()).isEqualTo(new Outcome.Replied("slow")));
    }
    House.await(() -> notes("a").size() == 100);
  }

  @Test
  void task_thatThrows_isAMessage() {
    assertThat(call("a", new Clerk.SlowOperation("crash")))
        .isInstanceOfSatisfying(
            Outcome.Refused.class, refused -> assertThat(refused.code()).isEqualTo("crashed"));
    assertThat(house.servers.status(house.clerks, "a").crashes()).isZero();
  }

  @Test
  void task_isCancelledWithItsServer() throws InterruptedException {
    try (Gate gate = new Gate("cancelled")) {
      CompletableFuture<Outcome> called = calling("a", new Clerk.SlowOperation("cancelled"));
      gate.awaitReached();
      house.servers.stop(house.clerks, "a");
      assertThat(called.join()).isInstanceOf(Outcome.Stopped.class);
      gate.awaitInterrupted();
    }
    assertThat(notes("a")).isEmpty();
  }

  @Test
  void task_isCancelledWhenItsServerBeginsAnew() throws InterruptedException {
    start("a", ANEW);
    try (Gate gate = new Gate("anew")) {
      CompletableFuture<Outcome> called = calling("a", new Clerk.SlowOperation("anew"));
      gate.awaitReached();
      house.servers.sys().kill(house.clerks, "a");
      assertThat(called.join()).isEqualTo(new Outcome.Crashed(false));
      gate.awaitInterrupted();
    }
    assertThat(notes("a")).isEmpty();
  }

  @Test
  void crash_nothingThatItBegan_comesToPass() {
    call("a", new Clerk.Crash());
    call("a", new Clerk.SlowOperation(""));
    assertThat(notes("a")).containsExactly("Done[value=]");
  }

  @Test
  void reply_toOneWhoHasGivenUp_isCounted() throws InterruptedException {
    start("a", Wanted.NOTHING);
    try (Gate gate = new Gate("late")) {
      Outcome outcome =
          house.servers.call(house.clerks, "a", new Clerk.SlowOperation("late"), House.SOON, false);
      assertThat(outcome).isInstanceOf(Outcome.TimedOut.class);
      gate.awaitReached();
      gate.open();
    }
    awaitNote("a", "Done[value=late]");
    assertThat(house.heard.events).contains("late-replies 1");
  }

  @Test
  void task_ofWhichNoMessageCanBeMade_isACrashOfTheServersOwn() {
    call("a", new Clerk.Note("kept"));
    call("a", new Clerk.Fumble());
    House.await(() -> house.servers.status(house.clerks, "a").restarts() == 1);
    assertThat(house.servers.status(house.clerks, "a").crashes()).isEqualTo(1);
    assertThat(notes("a")).containsExactly("kept");
    assertThat(house.servers.find(house.clerks, "a").extras().errands).isEmpty();
  }

  // Messages to others.

  @Test
  void call_ofAnother_answersAsThatOneDoes() {
    assertThat(call("a", new Clerk.Delegate("b", "", House.LONG)))
        .isEqualTo(new Outcome.Replied(""));
    assertThat(call("a", new Clerk.Delegate("b", "crash", House.LONG)))
        .isInstanceOfSatisfying(
            Outcome.Refused.class, refused -> assertThat(refused.code()).isEqualTo("crashed"));
  }

  @Test
  void call_ofOneThatDoesNotAnswer_timesOut() throws InterruptedException {
    try (Gate gate = new Gate("never")) {
      CompletableFuture<Outcome> called =
          calling("a", new Clerk.Delegate("b", "never", Duration.ofMillis(1)));
      gate.awaitReached();
      House.await(() -> {
        house.advance(Duration.ofMillis(1));
        return called.isDone();
      });
      assertThat(called.join())
          .isInstanceOfSatisfying(
              Outcome.Refused.class,
              refused -> assertThat(refused.code()).isEqualTo("call-timeout"));
    }
  }

  @Test
  void call_eachOther_noneWaits() {
    CompletableFuture<Outcome> a = calling("a", new Clerk.AskBack("b"));
    CompletableFuture<Outcome> b = calling("b", new Clerk.AskBack("a"));
    assertThat(a.join()).isEqualTo(new Outcome.Replied(""));
    assertThat(b.join()).isEqualTo(new Outcome.Replied(""));
  }

  @Test
  void casts_arriveInOrder() {
    call("a", new Clerk.Dictate("b", 9));
    awaitNote("b", "a8");
    assertThat(notes("b")).isEqualTo(IntStream.range(0, 9).mapToObj(i -> "a" + i).toList());
  }

  @Test
  void casts_ofALastStep_arrive() {
    call("a", new Clerk.Leave("b"));
    awaitNote("b", "left");
  }

  @Test
  void cast_toOneThatHasNoRoom_isADeadLetter() {
    start("b", Wanted.NOTHING);
    house.servers.sys().suspend(house.clerks, "b");
    int more = House.LIMITS.mailboxCapacity() + 3;
    call("a", new Clerk.Dictate("b", more));
    House.await(() -> house.heard.events.stream().filter("dead-letters 1"::equals).count() >= 2);
    assertThat(house.heard.events).contains("rejected MAILBOX_FULL");
  }

  @Test
  void cast_toOneThatIsStoppedBeforeItIsHandled_isADeadLetter() {
    start("b", Wanted.NOTHING);
    house.servers.sys().suspend(house.clerks, "b");
    house.servers.cast(house.clerks, "b", new Clerk.Note("x"), false);
    house.servers.stop(house.clerks, "b");
    assertThat(house.heard.events).contains("dead-letters 1");
  }

  @Test
  void durable_errandsBeginWhenTheirStepIsStored() throws InterruptedException {
    MemoryStore store = new MemoryStore();
    try (House durable = new House(store)) {
      durable.start("a", new Clerk());
      store.hold();
      CompletableFuture<Outcome> called =
          House.async(() ->
              durable.servers.call(durable.clerks, "a", new Clerk.Leave("b"), House.LONG, false));
      store.awaitHeld();
      assertThat(durable.servers.status(durable.clerks, "b")).isNull();
      store.release();
      called.join();
      House.await(() -> durable.servers.status(durable.clerks, "b") != null);
    }
  }

  // Monitors.

  @Test
  void monitor_tellsOfRestartsAndTheEnd() {
    start("b", Wanted.NOTHING);
    call("a", new Clerk.Watch("b"));
    house.servers.sys().kill(house.clerks, "b");
    awaitNote("a", "b killed");
    house.servers.sys().restart(house.clerks, "b");
    awaitNote("a", "b restarted");
    house.servers.stop(house.clerks, "b");
    awaitNote("a", "b normal");
    start("b", Wanted.NOTHING);
    house.servers.stop(house.clerks, "b");
    call("a", new Clerk.SlowOperation(""));
    assertThat(notes("a")).containsExactly("b killed", "b restarted", "b normal", "Done[value=]");
    assertThat(house.servers.find(house.clerks, "a").extras().errands).isEmpty();
  }

  @Test
  void monitor_ofOneThatIsNotThere_tellsAtOnce() {
    call("a", new Clerk.Watch("nobody"));
    awaitNote("a", "nobody no-server");
  }

  @Test
  void demonitor_nothingIsDelivered_notEvenWhatWaits() {
    start("b", Wanted.NOTHING);
    call("a", new Clerk.Watch("b"));
    house.servers.sys().suspend(house.clerks, "a");
    CompletableFuture<Outcome> unwatched = calling("a", new Clerk.Unwatch("b"));
    House.await(() -> waiting("a") == 1);
    house.servers.sys().kill(house.clerks, "b");
    house.servers.sys().resume(house.clerks, "a");
    unwatched.join();
    assertThat(notes("a")).isEmpty();
  }
}
