package dev.genserver.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class IntensityTest {
  private static final Duration WINDOW = Duration.ofSeconds(5);
  private final Intensity intensity = new Intensity();

  @Test
  void restarts_asManyAsMayBeWithinTheWindow() {
    for (long now : new long[] {0, 1_000, 2_000}) {
      assertThat(intensity.restart(now, 3, WINDOW)).isTrue();
    }
    assertThat(intensity.restart(4_999, 3, WINDOW)).isFalse();
  }

  @Test
  void restarts_longAgo_countNoMore() {
    for (long now = 0; now < 100_000; now += 2_000) {
      assertThat(intensity.restart(now, 3, WINDOW)).isTrue();
    }
  }

  @Test
  void none_ifNoneMayBe() {
    assertThat(intensity.restart(0, 0, WINDOW)).isFalse();
  }

  @Test
  void backOff_doublesUpToAMinute_giveOrTakeATenth() {
    long now = 1_000_000;
    for (long expected : new long[] {1, 2, 4, 8, 16, 32, 60, 60}) {
      assertThat(intensity.restart(now, 0, WINDOW)).isFalse();
      long until = intensity.backOff(now);
      assertThat(until - now).isBetween(expected * 900, expected * 1_100);
      now = until + 59_000;
    }
  }

  @Test
  void backOff_thatIsOver_oneRestartMoreIsTooMany() {
    long until = intensity.backOff(0);
    assertThat(intensity.restart(until + 60_000, 3, WINDOW)).isFalse();
  }

  @Test
  void backOff_afterAMinuteThatWentWell_beginsAnew() {
    long until = intensity.backOff(intensity.backOff(0));
    assertThat(intensity.restart(until + 60_001, 3, WINDOW)).isTrue();
    assertThat(intensity.backOff(until) - until).isBetween(900L, 1_100L);
  }
}
