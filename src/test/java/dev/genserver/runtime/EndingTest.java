package dev.genserver.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.genserver.kinds.Faulty;
import dev.genserver.kinds.Gate;
import dev.genserver.kinds.Leaver;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EndingTest {
  private static final Duration INSTANT = Duration.ofMillis(1);
  private static final Outcome STOPPED = new Outcome.Stopped();
  private static final Outcome GOODBYE = new Outcome.ShuttingDown();
  private House house = new House();

  @AfterEach
  void close() {
    house.close();
  }

  @Test
  void init_refuses_nothingIsLeft() {
    assertThat(house.start("a", new Faulty("refuse")))
        .isEqualTo(new Outcome.StartFailed("refused to start"));
    assertGone("a");
  }

  @Test
  void init_crashes_nothingIsLeft() {
    assertThat(house.start("a", new Faulty("crash"))).isInstanceOf(Outcome.StartFailed.class);
    assertThat(house.heard.events).containsExactly("INFO CRASHED");
    assertGone("a");
  }

  @Test
  void init_callerGaveUp_serverStartsAllTheSame() throws InterruptedException {
    try (Gate gate = new Gate("slow-init")) {
      assertThat(
              house.servers.start(
                  house.faulty, "a", new Faulty("slow-init"), Wanted.NOTHING, House.SOON))
          .isEqualTo(new Outcome.TimedOut(true));
      gate.awaitReached();
      CompletableFuture<Outcome> queued = house.calling("a", new Faulty.Note("x"));
      gate.open();
      assertThat(queued.join()).isEqualTo(new Outcome.Replied(1));
    }
  }

  @Test
  void init_notYetBegunWhenItsCallerGaveUp_neverBegins() {
    CompletableFuture<Runnable> run = new CompletableFuture<>();
    Servers servers =
        new Servers(
            house.kinds, House.LIMITS, house.clock, run::complete, house.clockwork, house.heard);
    assertThat(servers.start(house.faulty, "a", new Faulty("ok"), Wanted.NOTHING, INSTANT))
        .isEqualTo(new Outcome.TimedOut(false));
    run.join().run();
    assertThat(servers.status(house.faulty, "a")).isNull();
    assertThat(servers.reserved()).isZero();
  }

  @Test
  void start_whileTheFirstInitRuns_waitsForIt() throws InterruptedException {
    try (Gate gate = new Gate("init")) {
      CompletableFuture<Outcome> first = House.async(() -> house.start("a", new Faulty("init")));
      gate.awaitReached();
      CompletableFuture<Outcome> same = House.async(() -> house.start("a", new Faulty("init")));
      CompletableFuture<Outcome> other = House.async(() -> house.start("a", new Faulty("ok")));
      gate.open();
      assertThat(first.join()).matches(o -> ((Outcome.Started) o).created());
      assertThat(same.join()).matches(o -> !((Outcome.Started) o).created());
      assertThat(other.join()).isEqualTo(new Outcome.AlreadyStarted());
    }
  }

  @Test
  void call_queuedBehindAnInitThatFails_isTold() throws InterruptedException {
    try (Gate gate = new Gate("stopped-init")) {
      CompletableFuture<Outcome> start =
          House.async(() -> house.start("a", new Faulty("stopped-init")));
      gate.awaitReached();
      CompletableFuture<Outcome> queued = house.calling("a", new Faulty.Note("x"));
      house.executor.shutdownNow(); // interrupts the handler at the gate
      assertThat(start.join()).isInstanceOf(Outcome.StartFailed.class);
      assertThat(queued.join()).isInstanceOf(Outcome.StartFailed.class);
    }
  }

  @Test
  void stop_stepInHandFinishes() throws InterruptedException {
    try (Gate gate = new Gate("finish")) {
      house.start("a");
      CompletableFuture<Outcome> inHand =
          House.async(() -> house.call("a", new Faulty.Wait("finish")));
      gate.awaitReached();
      CompletableFuture<Outcome> waits = house.calling("a", new Faulty.Note("x"));
      CompletableFuture<Outcome> stop = stopping("a");
      assertThat(stop).isNotDone();
      gate.open();
      assertThat(inHand.join()).isEqualTo(new Outcome.Replied(null));
      assertThat(waits.join()).isEqualTo(STOPPED);
      assertThat(stop.join()).isEqualTo(new Outcome.Ended());
      assertGone("a");
    }
  }

  @Test
  void stop_stepInHandHangs_isTakenOver() throws InterruptedException {
    use(new House(House.LIMITS, House.SOON, House.LONG));
    try (Gate gate = new Gate("spin-on")) {
      house.start("a");
      CompletableFuture<Outcome> inHand =
          House.async(() -> house.call("a", new Faulty.Spin("spin-on")));
      gate.awaitReached();
      CompletableFuture<Outcome> waits = house.calling("a", new Faulty.Note("x"));
      assertThat(house.servers.stop(house.faulty, "a")).isEqualTo(new Outcome.Ended());
      assertThat(inHand.join()).isEqualTo(STOPPED);
      assertThat(waits.join()).isEqualTo(STOPPED);
      assertGone("a");
      assertThat(house.call("a", new Faulty.Note("fresh"))).isEqualTo(new Outcome.Replied(1));
      gate.open();
      assertThat(house.texts("a")).isEqualTo(List.of("fresh"));
    }
  }

  @Test
  void stop_initHangs_isTakenOver() throws InterruptedException {
    use(new House(House.LIMITS, House.SOON, House.LONG));
    try (Gate gate = new Gate("init-hangs")) {
      CompletableFuture<Outcome> start =
          House.async(() -> house.start("a", new Faulty("init-hangs")));
      gate.awaitReached();
      assertThat(house.servers.stop(house.faulty, "a")).isEqualTo(new Outcome.Ended());
      assertThat(start.join()).isEqualTo(STOPPED);
      assertGone("a");
    }
  }

  @Test
  void stop_manyAtOnce_allReturn() throws InterruptedException {
    use(new House(House.LIMITS, House.SOON, House.LONG));
    try (Gate gate = new Gate("many")) {
      house.cast("a", new Faulty.Wait("many"));
      gate.awaitReached();
      List<CompletableFuture<Outcome>> stops =
          IntStream.range(0, 10)
              .mapToObj(i -> House.async(() -> house.servers.stop(house.faulty, "a")))
              .toList();
      assertThat(stops)
          .extracting(CompletableFuture::join)
          .allMatch(o -> o instanceof Outcome.Ended || o instanceof Outcome.NoServer)
          .contains(new Outcome.Ended());
      assertGone("a");
    }
  }

  @Test
  void stop_thenStart_isFresh() {
    for (int i = 0; i < 100; i++) {
      assertThat(house.call("a", new Faulty.Note("x"))).isEqualTo(new Outcome.Replied(1));
      assertThat(house.servers.stop(house.faulty, "a")).isEqualTo(new Outcome.Ended());
      assertThat(house.servers.stop(house.faulty, "a")).isEqualTo(new Outcome.NoServer());
    }
  }

  @Test
  void stop_terminateIsCalled() {
    house.start("leaves", new Leaver(""));
    house.servers.stop(house.leavers, "leaves");
    assertThat(Leaver.GOODBYES).contains("NORMAL leaves");
  }

  @Test
  void stop_terminateCrashes_endsAllTheSame() {
    house.start("crashes", new Leaver("crash"));
    assertThat(house.servers.stop(house.leavers, "crashes")).isEqualTo(new Outcome.Ended());
    assertThat(house.servers.status(house.leavers, "crashes")).isNull();
  }

  @Test
  void stop_terminateHangs_endsAllTheSame() throws InterruptedException {
    use(new House(House.LIMITS, House.SOON, House.LONG));
    try (Gate gate = new Gate("terminate")) {
      house.start("hangs", new Leaver("terminate"));
      assertThat(house.servers.stop(house.leavers, "hangs")).isEqualTo(new Outcome.Ended());
      gate.awaitReached();
      assertThat(house.servers.status(house.leavers, "hangs")).isNull();
    }
  }

  @Test
  void shutDown_drainsFirst() throws InterruptedException {
    try (Gate gate = new Gate("drain")) {
      house.start("a");
      house.cast("a", new Faulty.Wait("drain"));
      gate.awaitReached();
      CompletableFuture<Outcome> waits = house.calling("a", new Faulty.Note("x"));
      CompletableFuture<Void> down = shuttingDown();
      assertThat(down).isNotDone();
      assertThat(house.cast("a", new Faulty.Note("y"))).isEqualTo(GOODBYE);
      assertThat(house.call("b", new Faulty.Note("y"))).isEqualTo(GOODBYE);
      assertThat(house.start("b")).isEqualTo(GOODBYE);
      gate.open();
      assertThat(waits.join()).isEqualTo(new Outcome.Replied(2));
      down.join();
      assertThat(house.heard.events).contains("rejected SHUTTING_DOWN");
    }
  }

  @Test
  void shutDown_handlersHang_everyoneIsTold() throws InterruptedException {
    use(new House(new Limits(10, 10, 10, INSTANT, true), House.LONG, House.LONG));
    try (Gate one = new Gate("hang-one");
        Gate two = new Gate("hang-two")) {
      house.start("a");
      house.start("b");
      CompletableFuture<Outcome> first =
          House.async(() -> house.call("a", new Faulty.Wait("hang-one")));
      CompletableFuture<Outcome> second =
          House.async(() -> house.call("b", new Faulty.Wait("hang-two")));
      one.awaitReached();
      two.awaitReached();
      CompletableFuture<Outcome> waits = house.calling("a", new Faulty.Note("x"));
      house.servers.shutDown();
      assertThat(Stream.of(first, second, waits).map(CompletableFuture::join))
          .containsExactly(GOODBYE, GOODBYE, GOODBYE);
    }
  }

  @Test
  void shutDown_deferredCallers_areTold() {
    CompletableFuture<Outcome> asked = House.async(() -> house.call("a", new Faulty.Ask()));
    House.await(() -> house.heard.events.contains("CALL DEFERRED"));
    house.servers.shutDown();
    assertThat(asked.join()).isEqualTo(GOODBYE);
  }

  @Test
  void shutDown_terminatesAllAtOnce() throws InterruptedException {
    use(new House(House.LIMITS, Duration.ofSeconds(1), House.LONG));
    try (Gate gate = new Gate("farewell")) {
      for (int i = 0; i < 100; i++) {
        house.start("bye" + i, new Leaver("farewell"));
      }
      long began = System.nanoTime();
      house.servers.shutDown();
      assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(10));
      assertThat(Leaver.GOODBYES).contains("SHUTDOWN bye0", "SHUTDOWN bye99");
      gate.open();
    }
  }

  private CompletableFuture<Outcome> stopping(String name) {
    CompletableFuture<Outcome> stop = House.async(() -> house.servers.stop(house.faulty, name));
    House.await(() -> house.isEnding(name));
    return stop;
  }

  private CompletableFuture<Void> shuttingDown() {
    CompletableFuture<Void> down =
        House.async(() -> {
          house.servers.shutDown();
          return null;
        });
    House.await(() -> house.cast("z", new Faulty.Texts()).equals(GOODBYE));
    return down;
  }

  private void assertGone(String name) {
    assertThat(house.servers.status(house.faulty, name)).isNull();
    assertThat(house.servers.count(house.faulty)).isZero();
    assertThat(house.servers.list(List.copyOf(house.kinds.all()), "", null, 10)).isEmpty();
  }

  private void use(House other) {
    house.close();
    house = other;
  }
}
