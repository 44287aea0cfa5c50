package dev.genserver.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.genserver.kinds.Counter;
import dev.genserver.kinds.Looper;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** Servers that crash again and again, and many at once: all others must hardly notice. */
@ExtendWith(OutputCaptureExtension.class)
class StormTest {
  private static final Wanted ANEW = new Wanted(null, null, null, null, Options.INIT);
  private static final int MANY = 900;
  private final House house = new House(House.LIMITS, House.SOON, House.LONG);

  @AfterEach
  void close() {
    house.close();
  }

  private void start(String name) {
    house.servers.start(house.loopers, name, new Looper(""), ANEW, House.LONG);
  }

  private Status status(String name) {
    return house.servers.status(house.loopers, name);
  }

  @Test
  void crashLoop_isHeldDownForLongerAndLonger() {
    start("a");
    Instant began = house.clock.instant();
    House.await(() -> {
      house.advance(Duration.ofMillis(100));
      return status("a").restarts() >= 10;
    });
    Duration six = Duration.ofMillis((1 + 2 + 4 + 8 + 16 + 32) * 900);
    assertThat(Duration.between(began, house.clock.instant())).isGreaterThan(six);
  }

  @Test
  void crashLoop_inInit_isHeldDownToo() {
    house.servers.start(house.loopers, "i", new Looper("crash"), ANEW, House.LONG);
    House.await(() -> {
      house.advance(Duration.ofMillis(1));
      return status("i").status().equals("restarting");
    });
    assertThat(status("i").restarts()).isEqualTo(4);
  }

  @Test
  void restart_whoseInitRefuses_isACrash() {
    house.servers.start(house.loopers, "r", new Looper("refuse"), ANEW, House.LONG);
    house.servers.sys().restart(house.loopers, "r");
    House.await(() -> status("r").status().equals("restarting"));
    assertThat(status("r").restarts()).isEqualTo(5);
  }

  @Test
  void storm_logIsAHandfulOfLines_andOthersGoOn(CapturedOutput output) {
    house.start("other", new Counter(0));
    for (int i = 0; i < MANY; i++) {
      start("storm" + i);
    }
    List<CompletableFuture<Outcome>> crashing = new ArrayList<>();
    for (int i = 0; i < MANY; i++) {
      String name = "storm" + i;
      for (int times = 0; times < 3; times++) {
        crashing.add(
            House.async(() ->
                house.servers.call(house.loopers, name, new Looper.Crash(), House.LONG, false)));
      }
    }
    for (int i = 1; i <= 1_000; i++) {
      assertThat(
              house.servers.call(
                  house.counters, "other", new Counter.Increment(1), House.LONG, false))
          .isEqualTo(new Outcome.Replied(new Counter.Count(i)));
    }
    crashing.forEach(one ->
        assertThat(one.join()).isInstanceOfAny(Outcome.Crashed.class, Outcome.Restarting.class));
    assertThat(output.getAll().lines().filter(line -> line.contains("loopers/")).count())
        .isLessThan(50);
    assertThat(house.servers.list(List.of(house.loopers), "", null, MANY)).hasSize(MANY);
  }
}
