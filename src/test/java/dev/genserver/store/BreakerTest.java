package dev.genserver.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class BreakerTest {
  private long now;
  private int attempts;
  private final Breaker breaker = new Breaker(() -> now);

  private String failing() {
    attempts++;
    throw new StoreFailure("down", true, null);
  }

  private void fail() {
    assertThatThrownBy(() -> breaker.attempt(this::failing))
        .isInstanceOfSatisfying(StoreFailure.class, e -> assertThat(e).hasMessage("down"));
  }

  @Test
  void attempt_soonAfterAFailure_failsWithoutTrying() {
    fail();
    now += Breaker.PAUSE_NANOS - 1;

    assertThatThrownBy(() -> breaker.attempt(this::failing))
        .isInstanceOfSatisfying(StoreFailure.class, e -> assertThat(e.outcomeUnknown()).isFalse());
    assertThat(attempts).isEqualTo(1);
  }

  @Test
  void attempt_afterThePause_triesAgain() {
    fail();
    now += Breaker.PAUSE_NANOS;
    fail();
    fail();

    assertThat(attempts).isEqualTo(2);
  }

  @Test
  void attempt_whileAnotherTries_failsAtOnce() {
    fail();
    now += Breaker.PAUSE_NANOS;

    String result =
        breaker.attempt(() -> {
          fail();
          return "up";
        });

    assertThat(result).isEqualTo("up");
    assertThat(attempts).isEqualTo(1);
  }

  @Test
  void attempt_afterASuccess_isFree() {
    fail();
    now += Breaker.PAUSE_NANOS;
    assertThat(breaker.attempt(() -> "up")).isEqualTo("up");

    assertThat(breaker.attempt(() -> "still up")).isEqualTo("still up");
  }

  @Test
  void attempt_interrupted_isNobodyElsesFailure() {
    Thread.currentThread().interrupt();
    fail();
    assertThat(Thread.interrupted()).isTrue();

    assertThat(breaker.attempt(() -> "up")).isEqualTo("up");
  }
}
