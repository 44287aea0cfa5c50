package dev.genserver.kinds;

import static org.assertj.core.api.Assertions.assertThat;

import dev.genserver.behaviour.ManualServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CounterTest {

  private static ManualServer<Long, Counter.Op> counter(long initialValue) {
    return new ManualServer<>(new Counter(initialValue));
  }

  @Test
  void value_started() {
    assertThat(counter(7).ask(new Counter.Value())).isEqualTo(new Counter.Count(7));
  }

  @Test
  void increment_negative() {
    assertThat(counter(1).ask(new Counter.Increment(-3))).isEqualTo(new Counter.Count(-2));
  }

  @Test
  void reset_afterInitialValue() {
    var counter = counter(5);

    assertThat(counter.ask(new Counter.Reset())).isNull();
    assertThat(counter.ask(new Counter.Value())).isEqualTo(new Counter.Count(0));
  }

  @ParameterizedTest
  @CsvSource({
    "9223372036854775807, 1",
    "9223372036854775807, 9223372036854775807",
    "1, 9223372036854775807",
    "-9223372036854775808, -1",
    "-9223372036854775808, -9223372036854775808",
    "-1, -9223372036854775808"
  })
  void increment_pastLongRange(long from, long by) {
    var counter = counter(from);

    assertThat(counter.ask(new Counter.Increment(by))).isEqualTo("out-of-range");
    assertThat(counter.ask(new Counter.Value())).isEqualTo(new Counter.Count(from));
  }

  @ParameterizedTest
  @CsvSource({
    "9223372036854775806, 1, 9223372036854775807",
    "9223372036854775807, -9223372036854775808, -1",
    "-9223372036854775807, -1, -9223372036854775808",
    "-9223372036854775808, 9223372036854775807, -1",
    "0, -9223372036854775808, -9223372036854775808"
  })
  void increment_toTheEnds(long from, long by, long sum) {
    assertThat(counter(from).ask(new Counter.Increment(by))).isEqualTo(new Counter.Count(sum));
  }
}
