package dev.genserver.wire;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Durations as text: a whole number and a unit, such as {@code 500ms}, {@code 60s} or {@code 1h}.
 */
public final class Durations {
  /** What one looks like, as a regular expression. */
  public static final String FORM = "([0-9]{1,15})(ms|s|m|h|d)";

  private static final Pattern PATTERN = Pattern.compile(FORM);
  private static final Duration LONGEST = Duration.ofDays(36_500);

  private Durations() {}

  /**
   * Reads a duration of up to 36,500 days.
   *
   * @throws Malformed if {@code text} is anything else; the message names {@code field}
   */
  public static Duration parse(String field, String text) {
    Matcher form = PATTERN.matcher(text);
    if (!form.matches()) {
      throw new Malformed(field, "must be a whole number and ms, s, m, h or d, such as 5s");
    }
    long number = Long.parseLong(form.group(1));
    Duration unit =
        switch (form.group(2)) {
          case "ms" -> Duration.ofMillis(1);
          case "s" -> Duration.ofSeconds(1);
          case "m" -> Duration.ofMinutes(1);
          case "h" -> Duration.ofHours(1);
          default -> Duration.ofDays(1);
        };
    if (number > LONGEST.toMillis() / unit.toMillis()) {
      throw new Malformed(field, "must be at most " + format(LONGEST));
    }
    return unit.multipliedBy(number);
  }

  /**
   * Writes it in the largest unit that divides it; a single minute stays 60s, as people write it.
   */
  public static String format(Duration duration) {
    long millis = duration.toMillis();
    if (millis % 1000 != 0) {
      return millis + "ms";
    }
    long seconds = millis / 1000;
    if (seconds % 60 != 0 || seconds <= 60) {
      return seconds + "s";
    }
    if (seconds % 3600 != 0) {
      return seconds / 60 + "m";
    }
    return seconds % 86_400 == 0 ? seconds / 86_400 + "d" : seconds / 3600 + "h";
  }
}
