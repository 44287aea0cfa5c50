package dev.genserver.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.genserver.behaviour.Json;
import dev.genserver.kinds.Counter;
import dev.genserver.kinds.Faulty;
import dev.genserver.kinds.Gate;
import dev.genserver.kinds.KeyValueStore;
import dev.genserver.store.MemoryStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Restarts, and what an operator may do to a server. */
class SupervisionTest {
  private static final Wanted ANEW = new Wanted(null, null, null, null, Options.INIT);
  private static final Outcome DONE = Outcome.Ended.INSTANCE;
  private static final String NAME = "a";
  private final House house = new House(House.LIMITS, House.SOON, House.LONG);
  private final Sys sys = house.servers.sys();

  @AfterEach
  void close() {
    house.close();
  }

  private void start(Wanted wanted) {
    Outcome outcome = house.servers.start(house.faulty, NAME, new Faulty("ok"), wanted, House.LONG);
    assertThat(outcome).isInstanceOf(Outcome.Started.class);
  }

  private static Wanted restart(String type, int most) {
    return new Wanted(null, type, most, 5, null);
  }

  private Status status() {
    return house.servers.status(house.faulty, NAME);
  }

  private Outcome note(String text) {
    return house.call(NAME, new Faulty.Note(text));
  }

  private List<String> happened() {
    List<String> told = new ArrayList<>();
    Events.Event event = house.servers.events().next(0, e -> true, Duration.ZERO);
    while (event != null) {
      told.add(event.type() + " " + event.reason());
      event = house.servers.events().next(event.id(), e -> true, Duration.ZERO);
    }
    return told;
  }

  // Crashes and restarts.

  @Test
  void crash_keep_isNoRestart() {
    start(Wanted.NOTHING);
    note("x");
    assertThat(house.call(NAME, new Faulty.Crash())).isEqualTo(new Outcome.Crashed(true));
    assertThat(house.texts(NAME)).containsExactly("x");
    assertThat(status().restarts()).isZero();
    assertThat(happened()).containsExactly("STARTED started", "CRASHED crash");
  }

  @Test
  void crash_init_beginsFromTheArguments() {
    start(ANEW);
    note("x");
    house.call(NAME, new Faulty.Timer("t", Duration.ofSeconds(1), "late"));
    assertThat(house.call(NAME, new Faulty.Crash())).isEqualTo(new Outcome.Crashed(false));
    assertThat(house.texts(NAME)).isEmpty();
    house.advance(Duration.ofSeconds(2));
    assertThat(house.texts(NAME)).isEmpty();
    assertThat(status().restarts()).isEqualTo(1);
    assertThat(status().version()).isEqualTo(2);
    assertThat(happened()).containsExactly("STARTED started", "CRASHED crash", "RESTARTED crashed");
  }

  @Test
  void crash_init_mailboxOutlivesIt() throws InterruptedException {
    start(ANEW);
    try (Gate gate = new Gate("then")) {
      house.cast(NAME, new Faulty.Then("crash", "then"));
      gate.awaitReached();
      CompletableFuture<Outcome> queued = house.calling(NAME, new Faulty.Note("y"));
      gate.open();
      assertThat(queued.join()).isEqualTo(new Outcome.Replied(1));
    }
  }

  @Test
  void crash_ofAStepOfItsOwn_isARestartThatKeepsTheState() {
    start(Wanted.NOTHING);
    note("x");
    CompletableFuture<Outcome> left = House.async(() -> house.call(NAME, new Faulty.Ask()));
    House.await(() -> status().handled() == 2);
    house.call(NAME, new Faulty.Timer("t", Duration.ofSeconds(1), "crash"));
    house.advance(Duration.ofSeconds(2));
    assertThat(left.join()).isEqualTo(new Outcome.Crashed(true));
    assertThat(house.texts(NAME)).containsExactly("x");
    assertThat(status().restarts()).isEqualTo(1);
  }

  @Test
  void temporary_isStoppedInsteadOfRestarted() {
    start(restart(Options.TEMPORARY, 3));
    assertThat(sys.kill(house.faulty, NAME)).isEqualTo(DONE);
    House.await(() -> status() == null);
    assertThat(happened()).endsWith("STOPPED normal");
  }

  @Test
  void permanent_thatStopsByItself_isRestarted() {
    start(restart(Options.PERMANENT, 3));
    note("x");
    assertThat(house.call(NAME, new Faulty.Stop())).isEqualTo(new Outcome.Replied("bye"));
    assertThat(house.texts(NAME)).isEmpty();
    assertThat(happened()).endsWith("RESTARTED stopped");
  }

  @Test
  void permanent_thatIsStopped_isGone() {
    start(restart(Options.PERMANENT, 3));
    assertThat(house.servers.stop(house.faulty, NAME)).isEqualTo(DONE);
    assertThat(status()).isNull();
  }

  @Test
  void restarts_tooMany_itIsHeldDown_andTriedAgain() {
    start(restart(Options.PERMANENT, 1));
    note("x");
    sys.kill(house.faulty, NAME);
    assertThat(note("y")).isEqualTo(new Outcome.Replied(2));
    sys.kill(house.faulty, NAME);
    assertThat(status().status()).isEqualTo("restarting");
    Outcome refused = note("z");
    assertThat(refused).isInstanceOf(Outcome.Restarting.class);
    assertThat(((Outcome.Restarting) refused).left()).isBetween(900L, 1_100L);
    house.advance(Duration.ofMillis(1_101));
    House.await(() -> status().status().equals("running"));
    assertThat(note("z")).isEqualTo(new Outcome.Replied(3));
    assertThat(house.heard.events).contains("rejected RESTARTING");
  }

  @Test
  void heldDown_whatWaits_waitsOn() throws InterruptedException {
    start(restart(Options.PERMANENT, 0));
    try (Gate gate = new Gate("hold")) {
      CompletableFuture<Outcome> inHand =
          House.async(() -> house.call(NAME, new Faulty.Wait("hold")));
      gate.awaitReached();
      CompletableFuture<Outcome> queued = house.calling(NAME, new Faulty.Note("x"));
      sys.kill(house.faulty, NAME);
      assertThat(inHand.join()).isEqualTo(new Outcome.Crashed(true));
      assertThat(sys.mailbox(house.faulty, NAME)).matches(o -> queue(o).waiting().size() == 1);
      assertThat(queued).isNotDone();
      house.advance(Duration.ofSeconds(2));
      assertThat(queued.join()).isEqualTo(new Outcome.Replied(1));
    }
  }

  @Test
  void heldDown_mayBeStopped() {
    start(restart(Options.PERMANENT, 0));
    sys.kill(house.faulty, NAME);
    assertThat(house.servers.stop(house.faulty, NAME)).isEqualTo(DONE);
    assertThat(house.start(NAME)).isInstanceOf(Outcome.Started.class);
    assertThat(note("x")).isEqualTo(new Outcome.Replied(1));
  }

  // Killing.

  @Test
  void kill_ofAHandlerThatWaitsForever_discardsItsStep() throws InterruptedException {
    start(Wanted.NOTHING);
    try (Gate gate = new Gate("forever")) {
      CompletableFuture<Outcome> hung =
          House.async(() -> house.call(NAME, new Faulty.Wait("forever")));
      gate.awaitReached();
      assertThat(sys.kill(house.faulty, NAME)).isEqualTo(DONE);
      assertThat(hung.join()).isEqualTo(new Outcome.Crashed(true));
      assertThat(note("x")).isEqualTo(new Outcome.Replied(1));
      gate.open();
      assertThat(house.texts(NAME)).containsExactly("x");
    }
    assertThat(status().crashes()).isEqualTo(1);
    assertThat(happened()).containsExactly("STARTED started", "CRASHED killed", "RESTARTED killed");
  }

  @Test
  void kill_inInit_itDoesNotStart() throws InterruptedException {
    try (Gate gate = new Gate("slow")) {
      CompletableFuture<Outcome> starting =
          House.async(() -> house.start(NAME, new Faulty("slow")));
      gate.awaitReached();
      assertThat(sys.kill(house.faulty, NAME)).isEqualTo(DONE);
      assertThat(starting.join()).isInstanceOf(Outcome.StartFailed.class);
      House.await(() -> status() == null);
    }
    assertThat(house.start(NAME)).isInstanceOf(Outcome.Started.class);
  }

  @Test
  void kill_ofOneThatIsIdle_crashesThoseLeftWaiting() {
    start(Wanted.NOTHING);
    CompletableFuture<Outcome> left = House.async(() -> house.call(NAME, new Faulty.Ask()));
    House.await(() -> status().handled() == 1);
    sys.kill(house.faulty, NAME);
    assertThat(left.join()).isEqualTo(new Outcome.Crashed(true));
  }

  @Test
  void kill_whileItBeginsAnew_losesNoMessage() throws InterruptedException {
    house.servers.start(house.faulty, NAME, new Faulty("again"), ANEW, House.LONG);
    try (Gate gate = new Gate("again")) {
      sys.restart(house.faulty, NAME);
      gate.awaitReached();
      CompletableFuture<Outcome> queued = house.calling(NAME, new Faulty.Note("x"));
      sys.kill(house.faulty, NAME);
      gate.open();
      assertThat(queued.join()).isEqualTo(new Outcome.Replied(1));
    }
  }

  @Test
  void kill_ofADurableCastOrTimer_itDoesNotComeBack() throws InterruptedException {
    MemoryStore store = new MemoryStore();
    try (House durable = new House(store);
        Gate gate = new Gate("poison")) {
      durable.start(NAME);
      durable.call(NAME, new Faulty.Note("before"));
      assertThat(durable.cast(NAME, new Faulty.Wait("poison"))).isEqualTo(new Outcome.Accepted());
      gate.awaitReached();
      durable.servers.sys().kill(durable.faulty, NAME);
      assertThat(durable.call(NAME, new Faulty.Note("after"))).isEqualTo(new Outcome.Replied(2));
      durable.servers.shutDown();
    }
    try (House next = new House(store)) {
      assertThat(next.texts(NAME)).containsExactly("before", "after");
    }
  }

  @Test
  void heldDown_killIsNothing_andARestartTriesItAtOnce() {
    start(restart(Options.PERMANENT, 0));
    sys.kill(house.faulty, NAME);
    sys.kill(house.faulty, NAME);
    assertThat(status().restarts()).isEqualTo(1);
    assertThat(note("x"))
        .isInstanceOfSatisfying(
            Outcome.Restarting.class, held -> assertThat(held.left()).isLessThan(1_200));
    sys.restart(house.faulty, NAME);
    assertThat(note("x")).isEqualTo(new Outcome.Replied(1));
    assertThat(status().restarts()).isEqualTo(2);
  }

  @Test
  void heldDown_replacedState_winsOverInit() {
    start(new Wanted(null, null, 0, null, Options.INIT));
    note("x");
    sys.kill(house.faulty, NAME);
    Object state = new Faulty.Notes(List.of("new"), List.of());
    assertThat(sys.replaceState(house.faulty, NAME, state)).isEqualTo(new Outcome.Replied(null));
    house.advance(Duration.ofMillis(1_200));
    House.await(() -> status().status().equals("running"));
    assertThat(house.texts(NAME)).containsExactly("new");
  }

  @Test
  void options_areTold_ifNotAsUsual() {
    start(restart(Options.PERMANENT, 7));
    assertThat(status().options()).isEqualTo(new Options("memory", "permanent", 7, 5, "keep"));
    house.start("usual");
    assertThat(house.servers.status(house.faulty, "usual").options()).isNull();
  }

  @Test
  void shutDown_suspendedDurable_losesNothing_andSaysSo() {
    MemoryStore store = new MemoryStore();
    try (House durable = new House(store)) {
      durable.start(NAME);
      durable.servers.sys().suspend(durable.faulty, NAME);
      assertThat(durable.cast(NAME, new Faulty.Note("x"))).isEqualTo(new Outcome.Accepted());
      durable.servers.shutDown();
      assertThat(durable.heard.events).doesNotContain("dead-letters 1");
    }
    try (House next = new House(store)) {
      assertThat(next.texts(NAME)).containsExactly("x");
    }
  }

  @Test
  void crashInABatch_keep_undoesItsStep() {
    start(Wanted.NOTHING);
    assertThat(batch())
        .isEqualTo(
            new Outcome.Replies(
                List.of(
                    new Outcome.Replied(1), new Outcome.Crashed(true), new Outcome.Replied(2))));
    assertThat(happened()).contains("CRASHED crash in a batch").doesNotContain("RESTARTED crashed");
  }

  @Test
  void crashInABatch_init_undoesItAll() {
    start(ANEW);
    note("x");
    assertThat(batch()).isEqualTo(new Outcome.Crashed(false));
    assertThat(house.texts(NAME)).isEmpty();
    assertThat(happened()).endsWith("RESTARTED crashed");
  }

  private Outcome batch() {
    Batch batch =
        new Batch(List.of(new Faulty.Note("a"), new Faulty.Crash(), new Faulty.Note("b")), false);
    return house.servers.call(house.faulty, NAME, batch, House.LONG, false);
  }

  @Test
  void suspended_durable_staysInMemory() {
    MemoryStore store = new MemoryStore();
    try (House durable = new House(store)) {
      durable.start(NAME);
      durable.servers.sys().suspend(durable.faulty, NAME);
      durable.servers.offer(
          durable.servers.find(durable.faulty, NAME), Envelope.info(Drain.UNLOAD));
      House.await(() -> durable.servers.running() == 0);
      assertThat(durable.servers.status(durable.faulty, NAME).status()).isEqualTo("suspended");
    }
  }

  @Test
  void sys_ofNobody() {
    assertThat(sys.kill(house.faulty, "nobody")).isEqualTo(Outcome.NoServer.INSTANCE);
    assertThat(sys.suspend(house.faulty, "nobody")).isEqualTo(Outcome.NoServer.INSTANCE);
    assertThat(sys.down(house.faulty, "nobody", House.SOON)).isEqualTo(Outcome.NoServer.INSTANCE);
  }

  // Suspending.

  @Test
  void suspended_takesMessagesInAndHandlesNone() {
    start(Wanted.NOTHING);
    assertThat(sys.suspend(house.faulty, NAME)).isEqualTo(DONE);
    assertThat(sys.suspend(house.faulty, NAME)).isEqualTo(DONE);
    CompletableFuture<Outcome> one = House.async(() -> note("1"));
    House.await(() -> queue(sys.mailbox(house.faulty, NAME)).waiting().size() == 1);
    for (int i = 2; i <= 5; i++) {
      assertThat(house.cast(NAME, new Faulty.Note("" + i))).isEqualTo(Outcome.Accepted.INSTANCE);
    }
    assertThat(status().status()).isEqualTo("suspended");
    Sys.Queue queue = queue(sys.mailbox(house.faulty, NAME));
    assertThat(queue.inHand()).isNull();
    assertThat(queue.size()).isEqualTo(5);
    assertThat(queue.waiting())
        .extracting(Sys.Item::origin)
        .containsExactly(Origin.CALL, Origin.CAST, Origin.CAST, Origin.CAST, Origin.CAST);
    assertThat(queue.waiting().getFirst().left()).isPositive();
    assertThat(one).isNotDone();
    sys.resume(house.faulty, NAME);
    assertThat(one.join()).isEqualTo(new Outcome.Replied(1));
    assertThat(house.texts(NAME)).containsExactly("1", "2", "3", "4", "5");
    assertThat(happened())
        .containsExactly("STARTED started", "SUSPENDED suspended", "RESUMED resumed");
  }

  @Test
  void suspended_mayBeStoppedAndShutDown() {
    start(Wanted.NOTHING);
    sys.suspend(house.faulty, NAME);
    house.cast(NAME, new Faulty.Note("x"));
    assertThat(house.servers.stop(house.faulty, NAME)).isEqualTo(DONE);
    start(Wanted.NOTHING);
    sys.suspend(house.faulty, NAME);
    CompletableFuture<Outcome> waits = House.async(() -> note("x"));
    House.await(() -> queue(sys.mailbox(house.faulty, NAME)).waiting().size() == 1);
    house.servers.shutDown();
    assertThat(waits.join()).isEqualTo(Outcome.ShuttingDown.INSTANCE);
  }

  @Test
  void suspendedAndKilled_staysSuspended() {
    start(ANEW);
    note("x");
    sys.suspend(house.faulty, NAME);
    sys.kill(house.faulty, NAME);
    assertThat(status().status()).isEqualTo("suspended");
    sys.resume(house.faulty, NAME);
    assertThat(house.texts(NAME)).isEmpty();
  }

  // Looking in.

  @Test
  void state_isSeenAndReplaced() {
    house.start("c", new Counter(5));
    assertThat(shown("c")).isEqualTo("5");
    assertThat(sys.replaceState(house.counters, "c", state("7")))
        .isEqualTo(new Outcome.Replied(null));
    assertThat(shown("c")).isEqualTo("7");
    Status status = house.servers.status(house.counters, "c");
    assertThat(status.version()).isEqualTo(1);
    assertThat(status.handled()).isZero();
  }

  @Test
  void state_isReplacedWhileItIsSuspended() {
    house.start("c", new Counter(5));
    sys.suspend(house.counters, "c");
    house.servers.cast(house.counters, "c", new Counter.Increment(1), false);
    assertThat(sys.replaceState(house.counters, "c", state("7")))
        .isEqualTo(new Outcome.Replied(null));
    assertThat(shown("c")).isEqualTo("7");
    assertThat(house.servers.status(house.counters, "c").handled()).isZero();
    sys.resume(house.counters, "c");
    House.await(() -> shown("c").equals("8"));
  }

  @Test
  void state_isReplacedAfterTheMessageInHand() throws InterruptedException {
    start(Wanted.NOTHING);
    Object empty = new Faulty.Notes(List.of("new"), List.of());
    try (Gate gate = new Gate("hand")) {
      var _ = House.async(() -> house.call(NAME, new Faulty.Wait("hand")));
      gate.awaitReached();
      assertThat(sys.replaceState(house.faulty, NAME, empty)).isEqualTo(Outcome.Accepted.INSTANCE);
      gate.open();
    }
    assertThat(house.texts(NAME)).containsExactly("new");
  }

  @Test
  void state_withMoreEntriesThanMayBe_isRefused() {
    house.start("s", new KeyValueStore());
    StringBuilder many = new StringBuilder("{");
    for (int i = 0; i <= House.LIMITS.entries(); i++) {
      many.append(i == 0 ? "" : ",").append("\"k").append(i).append("\":1");
    }
    Object state = house.stores.form().read(new Json(many.append('}').toString()));
    assertThat(sys.replaceState(house.stores, "s", state)).isInstanceOf(Outcome.LimitReached.class);
  }

  private Object state(String json) {
    return house.counters.form().read(new Json(json));
  }

  private String shown(String name) {
    Outcome outcome = sys.state(house.counters, name, false);
    return ((Json) ((Outcome.Replied) outcome).value()).text();
  }

  @Test
  void statistics_countByOperation_andBeginAnew() {
    start(Wanted.NOTHING);
    note("x");
    note("y");
    house.call(NAME, new Faulty.Crash());
    Map<?, ?> counts = statistics();
    assertThat(((Sys.Counts) counts.get("note")).outcomes())
        .isEqualTo(Map.of(Listener.Result.REPLIED, 2L));
    assertThat(((Sys.Counts) counts.get("crash")).outcomes())
        .isEqualTo(Map.of(Listener.Result.CRASHED, 1L));
    assertThat(sys.forgetStatistics(house.faulty, NAME)).isEqualTo(DONE);
    assertThat(statistics()).isEmpty();
  }

  private Map<?, ?> statistics() {
    return (Map<?, ?>) ((Outcome.Replied) sys.statistics(house.faulty, NAME)).value();
  }

  @Test
  void trace_showsWhatIsHandledFromNowOn() {
    start(Wanted.NOTHING);
    note("before");
    Trace trace = (Trace) ((Outcome.Replied) sys.trace(house.faulty, NAME)).value();
    note("x");
    Trace.Message message = trace.next(House.LONG);
    assertThat(message.operation()).isEqualTo("note");
    assertThat(message.content()).isEqualTo(new Faulty.Note("x"));
    sys.endTrace(house.faulty, NAME, trace);
    note("after");
    assertThat(trace.next(Duration.ZERO)).isNull();
  }

  @Test
  void down_waitsForTheEnd() {
    start(Wanted.NOTHING);
    CompletableFuture<Outcome> down = House.async(() -> sys.down(house.faulty, NAME, House.LONG));
    House.await(() -> house.servers.events().waiting() == 1);
    house.servers.stop(house.faulty, NAME);
    assertThat(down.join())
        .matches(o ->
            o instanceof Outcome.Replied(Events.Event e, var _) && e.reason().equals("normal"));
    start(Wanted.NOTHING);
    assertThat(sys.down(house.faulty, NAME, House.SOON)).isEqualTo(new Outcome.Replied(null));
  }

  @Test
  void inspection_neverWaits_whileAHandlerDoes() throws InterruptedException {
    start(Wanted.NOTHING);
    try (Gate gate = new Gate("hang")) {
      var _ = House.async(() -> house.call(NAME, new Faulty.Wait("hang")));
      gate.awaitReached();
      for (int i = 0; i < House.LIMITS.mailboxCapacity(); i++) {
        house.cast(NAME, new Faulty.Note("x"));
      }
      assertThat(house.cast(NAME, new Faulty.Note("x"))).isEqualTo(Outcome.MailboxFull.INSTANCE);
      Sys.Queue queue = queue(sys.mailbox(house.faulty, NAME));
      assertThat(queue.inHand().operation()).isEqualTo("wait");
      assertThat(queue.waiting()).hasSize(House.LIMITS.mailboxCapacity());
      assertThat(sys.state(house.faulty, NAME, true)).isInstanceOf(Outcome.Replied.class);
      assertThat(sys.statistics(house.faulty, NAME)).isInstanceOf(Outcome.Replied.class);
      assertThat(sys.suspend(house.faulty, NAME)).isEqualTo(DONE);
      assertThat(sys.resume(house.faulty, NAME)).isEqualTo(DONE);
      assertThat(sys.restart(house.faulty, NAME)).isEqualTo(DONE);
      assertThat(sys.kill(house.faulty, NAME)).isEqualTo(DONE);
    }
    House.await(() -> status().mailbox() == 0);
    assertThat(house.texts(NAME)).hasSize(House.LIMITS.mailboxCapacity());
  }

  private static Sys.Queue queue(Outcome outcome) {
    return (Sys.Queue) ((Outcome.Replied) outcome).value();
  }
}
