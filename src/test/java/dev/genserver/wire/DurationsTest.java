package dev.genserver.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DurationsTest {

  @ParameterizedTest
  @CsvSource({
    "0s, PT0S",
    "1ms, PT0.001S",
    "5s, PT5S",
    "90m, PT1H30M",
    "48h, PT48H",
    "007d, PT168H",
    "36500d, PT876000H",
    "3153600000000ms, PT876000H"
  })
  void parse_units(String text, Duration expected) {
    assertThat(Durations.parse("f", text)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "5",
        "s",
        "5S",
        "5 s",
        " 5s",
        "5s ",
        "-5s",
        "+5s",
        "5.5s",
        "1e3s",
        "5us",
        "5s5s",
        "PT5S",
        "0x5s",
        "\u0665s",
        "5s\n",
        "1234567890123456ms",
        "99999999999999999999s",
        "null"
      })
  void parse_anythingElse(String text) {
    assertThatThrownBy(() -> Durations.parse("timeout", text))
        .isInstanceOf(Malformed.class)
        .hasMessage("timeout: must be a whole number and ms, s, m, h or d, such as 5s");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "36501d",
        "876001h",
        "52560001m",
        "3153600001s",
        "3153600000001ms",
        "999999999999999d"
      })
  void parse_tooLong(String text) {
    assertThatThrownBy(() -> Durations.parse("timeout", text))
        .isInstanceOf(Malformed.class)
        .hasMessage("timeout: must be at most 36500d");
  }

  @ParameterizedTest
  @CsvSource({
    "PT0S, 0s", "PT0.001S, 1ms", "PT1.5S, 1500ms", "PT1S, 1s", "PT60S, 60s", "PT61S, 61s",
    "PT120S, 2m", "PT1H, 1h", "PT90M, 90m", "PT24H, 1d", "PT25H, 25h", "PT876000H, 36500d"
  })
  void format_largestUnitThatDivides(Duration duration, String text) {
    assertThat(Durations.format(duration)).isEqualTo(text);
  }

  @Test
  void format_anyMillis_isReadBack() {
    Random random = new Random(1);
    for (int i = 0; i < 10_000; i++) {
      long unit = new long[] {1, 1000, 60_000, 3_600_000, 86_400_000}[random.nextInt(5)];
      Duration duration = Duration.ofMillis(random.nextLong(1000) * unit);

      assertThat(Durations.parse("f", Durations.format(duration))).isEqualTo(duration);
    }
  }
}
