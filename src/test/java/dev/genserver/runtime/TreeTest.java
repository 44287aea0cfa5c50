package dev.genserver.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.genserver.kinds.Counter;
import dev.genserver.kinds.Faulty;
import dev.genserver.kinds.Gate;
import dev.genserver.kinds.Leaver;
import dev.genserver.runtime.Supervisor.Child;
import dev.genserver.runtime.Supervisor.Strategy;
import dev.genserver.store.MemoryStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Supervisors of the configuration. */
class TreeTest {
  private static final Wanted ANEW = new Wanted(null, null, null, null, Options.INIT);
  private final House house = new House(House.LIMITS, House.LONG, House.LONG);
  private final Sys sys = house.servers.sys();
  private long seen;

  @AfterEach
  void close() {
    house.close();
  }

  private Child child(String name) {
    return child(name, Wanted.NOTHING, House.LONG);
  }

  private Child child(String name, Wanted wanted, Duration shutdown) {
    return new Child(
        "children." + name, house.faulty, name, new Faulty("ok"), wanted, shutdown, false);
  }

  private static Supervisor supervisor(
      String name, Strategy strategy, int most, Supervised... children) {
    return new Supervisor(
        "supervisors." + name, name, strategy, most, Duration.ofSeconds(5), List.of(children));
  }

  private void supervise(Supervisor... supervisors) {
    house.servers.supervise(List.of(supervisors));
    seen = house.servers.events().last();
  }

  /** Waits for so many restarts, and tells whose. */
  private List<String> restarted(int number) {
    List<String> names = new ArrayList<>();
    while (names.size() < number) {
      Events.Event event =
          house.servers.events().next(seen, e -> e.type() == Events.Type.RESTARTED, House.LONG);
      assertThat(event).as("more than %s", names).isNotNull();
      seen = event.id();
      names.add(event.name());
    }
    return names;
  }

  /** Moves the time on until nobody is held down any more. */
  private void awaitLetUp() {
    House.await(() -> {
      house.advance(Duration.ofMillis(100));
      return house.servers.heldDown().isEmpty();
    });
  }

  private void assertQuiet() {
    assertThat(
            house
                .servers
                .events()
                .next(seen, e -> e.type() == Events.Type.RESTARTED, Duration.ZERO))
        .isNull();
  }

  private void kill(String name) {
    assertThat(sys.kill(house.faulty, name)).isEqualTo(Outcome.Ended.INSTANCE);
  }

  private String statusOf(String name) {
    return house.servers.status(house.faulty, name).status();
  }

  @Test
  void children_areStartedInOrder() {
    supervise(
        supervisor(
            "s",
            Strategy.ONE_FOR_ONE,
            3,
            child("a"),
            supervisor("t", Strategy.ONE_FOR_ONE, 3, child("b")),
            child("c")));
    seen = 0;
    List<String> started = new ArrayList<>();
    Events.Event event = house.servers.events().next(0, e -> true, Duration.ZERO);
    while (event != null) {
      started.add(event.name());
      event = house.servers.events().next(event.id(), e -> true, Duration.ZERO);
    }
    assertThat(started).containsExactly("a", "b", "c");
  }

  @Test
  void oneForOne_restartsThatOne() {
    supervise(supervisor("s", Strategy.ONE_FOR_ONE, 3, child("a"), child("b"), child("c")));
    kill("b");
    assertThat(restarted(1)).containsExactly("b");
    assertThat(house.call("b", new Faulty.Note("x"))).isEqualTo(new Outcome.Replied(1));
    assertQuiet();
  }

  @Test
  void oneForAll_restartsAllInOrder() {
    supervise(supervisor("s", Strategy.ONE_FOR_ALL, 3, child("a"), child("b"), child("c")));
    kill("b");
    assertThat(restarted(3)).containsExactly("a", "b", "c");
    assertThat(house.call("c", new Faulty.Note("x"))).isEqualTo(new Outcome.Replied(1));
    assertQuiet();
  }

  @Test
  void restForOne_restartsThatOneAndThoseAfterIt() {
    supervise(supervisor("s", Strategy.REST_FOR_ONE, 3, child("a"), child("b"), child("c")));
    kill("b");
    assertThat(restarted(2)).containsExactly("b", "c");
    assertThat(house.call("c", new Faulty.Note("x"))).isEqualTo(new Outcome.Replied(1));
    assertQuiet();
  }

  @Test
  void oneForAll_statesGoWhereCrashesHaveThemGo() {
    supervise(
        supervisor(
            "s", Strategy.ONE_FOR_ALL, 3, child("a"), child("b", ANEW, House.LONG), child("c")));
    for (String name : List.of("a", "b", "c")) {
      house.call(name, new Faulty.Note("x"));
    }
    kill("c");
    assertThat(restarted(3)).containsExactly("a", "b", "c");
    assertThat(house.texts("a")).containsExactly("x");
    assertThat(house.texts("b")).isEmpty();
    assertThat(house.texts("c")).containsExactly("x");
  }

  @Test
  void oneForAll_waitsForStepsInHand_andForNoneThatHangs() throws InterruptedException {
    supervise(
        supervisor(
            "s",
            Strategy.ONE_FOR_ALL,
            3,
            child("a", Wanted.NOTHING, House.SOON),
            child("b", Wanted.NOTHING, House.LONG)));
    try (Gate hangs = new Gate("hangs");
        Gate works = new Gate("works")) {
      CompletableFuture<Outcome> a = House.async(() -> house.call("a", new Faulty.Wait("hangs")));
      CompletableFuture<Outcome> b = House.async(() -> house.call("b", new Faulty.Wait("works")));
      hangs.awaitReached();
      works.awaitReached();
      CompletableFuture<Outcome> queued = house.calling("b", new Faulty.Note("y"));
      house.servers.supervision().restart(house.servers.find(house.faulty, "a"), "asked to");
      works.open();
      assertThat(restarted(2)).containsExactly("a", "b");
      assertThat(a.join()).isEqualTo(new Outcome.Crashed(true));
      assertThat(b.join()).isEqualTo(new Outcome.Replied(null));
      assertThat(queued.join()).isEqualTo(new Outcome.Replied(2));
    }
    assertThat(house.texts("a")).isEmpty();
  }

  @Test
  void oneForAll_thoseThatFailTogether_areRestartedOnce() throws InterruptedException {
    supervise(supervisor("s", Strategy.ONE_FOR_ALL, 1, child("a"), child("b"), child("c")));
    try (Gate gate = new Gate("together")) {
      CompletableFuture<Outcome> c =
          House.async(() -> house.call("c", new Faulty.Wait("together")));
      gate.awaitReached();
      kill("a");
      kill("b");
      gate.open();
      c.join();
      assertThat(restarted(3)).containsExactly("a", "b", "c");
    }
    assertQuiet();
    assertThat(house.servers.supervisors().children().getFirst().restarts()).isEqualTo(1);
  }

  @Test
  void oneForAll_temporaryOnes_areStopped() {
    Wanted temporary = new Wanted(null, Options.TEMPORARY, null, null, null);
    supervise(
        supervisor("s", Strategy.ONE_FOR_ALL, 1, child("a"), child("b", temporary, House.LONG)));
    kill("a");
    assertThat(restarted(1)).containsExactly("a");
    House.await(() -> house.servers.status(house.faulty, "b") == null);
  }

  @Test
  void oneForAll_startsOneThatHadStopped() {
    supervise(supervisor("s", Strategy.ONE_FOR_ALL, 3, child("a"), child("b")));
    house.call("a", new Faulty.Stop());
    House.await(() -> house.servers.status(house.faulty, "a") == null);
    assertThat(house.servers.supervisors().children().getFirst().children().getFirst().status())
        .isEqualTo("stopped");
    kill("b");
    assertThat(restarted(1)).containsExactly("b");
    assertThat(house.texts("a")).isEmpty();
  }

  @Test
  void tooMany_itsChildrenAreHeldDown_andComeBack() {
    supervise(
        supervisor("s", Strategy.ONE_FOR_ONE, 1, child("a"), child("b")),
        supervisor("t", Strategy.ONE_FOR_ONE, 1, child("c")));
    house.call("b", new Faulty.Note("x"));
    kill("a");
    assertThat(restarted(1)).containsExactly("a");
    kill("a");
    House.await(() -> house.servers.heldDown().containsKey("s"));
    assertThat(house.servers.heldDown().get("s")).isBetween(900L, 1_100L);
    assertThat(house.call("b", new Faulty.Note("y"))).isInstanceOf(Outcome.Restarting.class);
    assertThat(statusOf("b")).isEqualTo("restarting");
    assertThat(house.call("c", new Faulty.Note("y"))).isEqualTo(new Outcome.Replied(1));
    assertThat(house.servers.supervisors().children().getFirst().status()).isEqualTo("restarting");
    awaitLetUp();
    assertThat(restarted(2)).containsExactly("a", "b");
    assertThat(house.call("b", new Faulty.Note("y"))).isEqualTo(new Outcome.Replied(2));
    assertThat(house.servers.heldDown()).isEmpty();
  }

  @Test
  void tooMany_belowAnother_thatOneRestartsWhatItsStrategySays() {
    supervise(
        supervisor(
            "s",
            Strategy.REST_FOR_ONE,
            1,
            child("a"),
            supervisor("t", Strategy.ONE_FOR_ONE, 0, child("b"), child("c")),
            child("d")));
    kill("b");
    assertThat(restarted(3)).containsExactly("b", "c", "d");
    assertThat(house.call("c", new Faulty.Note("x"))).isEqualTo(new Outcome.Replied(1));
    kill("c");
    House.await(() -> house.servers.heldDown().containsKey("s"));
    assertThat(statusOf("a")).isEqualTo("restarting");
    awaitLetUp();
    assertThat(restarted(4)).containsExactly("a", "b", "c", "d");
  }

  @Test
  void child_thatDoesNotStart_isNamed() {
    Child child =
        new Child(
            "children.b",
            house.faulty,
            "b",
            new Faulty("refuse"),
            Wanted.NOTHING,
            House.LONG,
            false);
    assertThatThrownBy(() -> supervise(supervisor("s", Strategy.ONE_FOR_ONE, 1, child("a"), child)))
        .isInstanceOfSatisfying(
            NotStarted.class, e -> assertThat(e.place()).isEqualTo("children.b"))
        .hasMessageContaining("refused to start");
  }

  @Test
  void child_twice_isRefused() {
    assertThatThrownBy(
            () -> supervise(supervisor("s", Strategy.ONE_FOR_ONE, 1, child("a"), child("a"))))
        .isInstanceOf(NotStarted.class);
  }

  @Test
  void child_storedWithOtherArguments_isRefused_unlessItIsReconfigured() {
    MemoryStore store = new MemoryStore();
    try (House durable = new House(store)) {
      durable.start("c", new Counter(3));
      assertThatThrownBy(() -> durable.servers.supervise(counter(durable, 7, false)))
          .isInstanceOf(NotStarted.class)
          .hasMessageContaining("3")
          .hasMessageContaining("7");
      durable.servers.supervise(counter(durable, 7, true));
      Status status = durable.servers.status(durable.counters, "c");
      assertThat(status.arguments()).isEqualTo(new Counter(7));
      assertThat(
              durable.servers.call(durable.counters, "c", new Counter.Value(), House.LONG, false))
          .isEqualTo(new Outcome.Replied(new Counter.Count(3)));
      durable.servers.shutDown();
      try (House next = new House(store)) {
        next.servers.supervise(counter(next, 7, false));
        assertThat(next.servers.status(next.counters, "c").arguments()).isEqualTo(new Counter(7));
      }
    }
  }

  private static List<Supervisor> counter(House house, long initial, boolean reconfigure) {
    Child child =
        new Child(
            "c",
            house.counters,
            "c",
            new Counter(initial),
            Wanted.NOTHING,
            House.LONG,
            reconfigure);
    return List.of(supervisor("s", Strategy.ONE_FOR_ONE, 3, child));
  }

  @Test
  void child_thatWasStopped_isStartedAsConfigured_orNotAtAll() {
    supervise(supervisor("s", Strategy.ONE_FOR_ONE, 1, child("a", ANEW, House.LONG)));
    house.servers.stop(house.faulty, "a");
    assertThat(house.start("a", new Faulty("other"))).isEqualTo(new Outcome.AlreadyStarted());
    assertThat(house.call("a", new Faulty.Note("x"))).isEqualTo(new Outcome.Replied(1));
    Status status = house.servers.status(house.faulty, "a");
    assertThat(status.options().onCrash()).isEqualTo(Options.INIT);
    house.servers.stop(house.faulty, "a");
    assertThat(house.start("a")).isInstanceOf(Outcome.Started.class);
  }

  @Test
  void shutDown_endsChildrenInReverseOrder() {
    supervise(
        supervisor(
            "s", Strategy.ONE_FOR_ONE, 1, leaver("tree-1"), leaver("tree-2"), leaver("tree-3")));
    house.servers.shutDown();
    assertThat(Leaver.GOODBYES.stream().filter(goodbye -> goodbye.contains(" tree-")))
        .containsExactly("SHUTDOWN tree-3", "SHUTDOWN tree-2", "SHUTDOWN tree-1");
  }

  private Child leaver(String name) {
    return new Child(name, house.leavers, name, new Leaver(""), Wanted.NOTHING, House.LONG, false);
  }

  @Test
  void branch_isDrawnInOrder() {
    supervise(
        supervisor(
            "s",
            Strategy.REST_FOR_ONE,
            2,
            child("a"),
            supervisor("t", Strategy.ONE_FOR_ALL, 3, child("b"))));
    Branch s = house.servers.supervisors().children().getFirst();
    assertThat(s.strategy()).isEqualTo("rest-for-one");
    assertThat(s.counts()).isEqualTo(new Branch.Counts(2, 2, 1, 1));
    assertThat(s.children()).extracting(Branch::name).containsExactly("a", "t");
    assertThat(s.children().getLast().children().getFirst().kind()).isEqualTo("faulty-ones");
  }
}
