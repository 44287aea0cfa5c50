package dev.genserver.web;

import dev.genserver.wire.Durations;
import dev.genserver.wire.Malformed;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** How long a caller waits, 1 ms to 10 min: the query parameter {@code timeout}. */
record Timeout(Duration limit) {
  static final String NAME = "timeout";

  private static final Duration LONGEST = Duration.ofMinutes(10);

  /** As in OTP. */
  static final Timeout DEFAULT = new Timeout(Duration.ofSeconds(5));

  Timeout {
    if (limit.isZero() || limit.compareTo(LONGEST) > 0) {
      throw new Malformed(NAME, "must be from 1ms to 10m");
    }
  }

  static Timeout of(@Nullable String text) {
    return text == null ? DEFAULT : new Timeout(Durations.parse(NAME, text));
  }
}
