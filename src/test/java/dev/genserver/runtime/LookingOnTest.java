package dev.genserver.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.genserver.kinds.Counter;
import dev.genserver.kinds.Faulty;
import dev.genserver.kinds.Gate;
import dev.genserver.wire.Kind;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import jdk.management.VirtualThreadSchedulerMXBean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

@ExtendWith(OutputCaptureExtension.class)
class LookingOnTest {
  private static final VirtualThreadSchedulerMXBean SCHEDULER =
      ManagementFactory.getPlatformMXBean(VirtualThreadSchedulerMXBean.class);

  private House house = new House();

  @AfterEach
  void close() {
    house.close();
  }

  @Test
  void list_pages_byNameThenKind() {
    for (String name : List.of("b", "a", "c.2", "c.1", "Z")) {
      house.start(name);
      house.start(name, new Counter(0));
    }
    List<String> all =
        List.of(
            "Z counters",
            "Z faulty-ones",
            "a counters",
            "a faulty-ones",
            "b counters",
            "b faulty-ones",
            "c.1 counters",
            "c.1 faulty-ones",
            "c.2 counters",
            "c.2 faulty-ones");
    for (int limit = 1; limit <= all.size() + 1; limit++) {
      assertThat(pages("", limit)).isEqualTo(all);
      assertThat(pages("c.", limit)).isEqualTo(all.subList(6, 10));
      assertThat(pages("d", limit)).isEmpty();
    }
  }

  @Test
  void list_positionWasStopped_goesOnBehindIt() {
    house.start("a");
    house.start("c");
    assertThat(house.servers.list(all(), "", new Servers.Position("b", "counters"), 10))
        .extracting(Status::name)
        .containsExactly("c");
  }

  @Test
  void servers_pastTheLimit_refusedUntilOneStops() {
    use(new House(new Limits(2, 10, 10, House.LONG, true), House.LONG, House.LONG));
    house.start("a");
    house.call("b", new Faulty.Note("x"));
    assertThat(house.start("c")).isInstanceOf(Outcome.LimitReached.class);
    assertThat(house.cast("c", new Faulty.Note("x"))).isInstanceOf(Outcome.LimitReached.class);
    assertThat(house.start("a")).isInstanceOf(Outcome.Started.class);
    house.start("a", new Faulty("refuse"));
    house.servers.stop(house.faulty, "a");
    assertThat(house.start("c", new Faulty("refuse"))).isInstanceOf(Outcome.StartFailed.class);
    assertThat(house.start("c")).isInstanceOf(Outcome.Started.class);
    assertThat(house.start("d")).isInstanceOf(Outcome.LimitReached.class);
  }

  @Test
  void firstUse_switchedOff_startsNothing() {
    use(new House(new Limits(2, 10, 10, House.LONG, false), House.LONG, House.LONG));
    assertThat(house.call("a", new Faulty.Texts())).isEqualTo(new Outcome.NoServer());
    assertThat(house.servers.count(house.faulty)).isZero();
  }

  @Test
  void stuckHandler_isReportedOnceWithItsStack(CapturedOutput output) throws InterruptedException {
    Duration tick = Duration.ofMillis(5);
    use(new House(House.LIMITS, House.LONG, tick));
    try (Gate gate = new Gate("stuck");
        Gate next = new Gate("stuck-again")) {
      house.cast("reported", new Faulty.Wait("stuck"));
      House.await(() -> output.getOut().contains("faulty-ones/reported is in wait for"));
      assertThat(output.getOut()).contains("at dev.genserver.kinds.Gate.pass");
      house.cast("reported-later", new Faulty.Wait("stuck-again"));
      House.await(() -> output.getOut().contains("faulty-ones/reported-later is in wait for"));
      assertThat(output.getOut().split("faulty-ones/reported is in")).hasSize(2);
      gate.open();
      next.open();
    }
  }

  @Test
  void spinningHandlers_othersGoOn() throws InterruptedException {
    use(new House(House.LIMITS, House.LONG, House.SOON));
    int before = SCHEDULER.getParallelism();
    List<Gate> gates = IntStream.rangeClosed(0, before).mapToObj(i -> new Gate("s" + i)).toList();
    for (int i = 0; i <= before; i++) {
      house.cast("spins" + i, new Faulty.Spin("s" + i));
      gates.get(i).awaitReached();
    }
    assertThat(house.call("other", new Faulty.Note("x"))).isEqualTo(new Outcome.Replied(1));
    CompletableFuture<Outcome> virtual =
        House.async(() -> house.call("other", new Faulty.Note("y")));
    assertThat(virtual.join()).isEqualTo(new Outcome.Replied(2));
    gates.forEach(Gate::close);
    House.await(() -> SCHEDULER.getParallelism() == before);
  }

  private List<String> pages(String prefix, int limit) {
    List<String> found = new ArrayList<>();
    Servers.Position after = null;
    while (true) {
      List<Status> page = house.servers.list(all(), prefix, after, limit);
      if (page.isEmpty()) {
        return found;
      }
      page.forEach(status -> found.add(status.name() + " " + status.kind()));
      after = new Servers.Position(page.getLast().name(), page.getLast().kind());
    }
  }

  private List<Kind> all() {
    return List.copyOf(house.kinds.all());
  }

  private void use(House other) {
    house.close();
    house = other;
  }
}
