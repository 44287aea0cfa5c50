package dev.genserver.runtime;

import dev.genserver.runtime.Listener.Result;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a server has done with the messages of one operation, and, linked to it, of the others: a
 * server gets few operations, and there are many servers. Written by the thread that drains; those
 * who look on may see it a moment late.
 */
final class Statistics {
  private final String operation;
  private final @Nullable Statistics others;
  private long replied;

  /**
   * How many came to anything else; null while none did, as with most. Never changed, but replaced.
   */
  private @Nullable Map<Result, Long> unusual;

  private long waited;
  private long handled;

  /** These two to seven digits. */
  private float longestWait;

  private float longestHandling;

  private Statistics(String operation, @Nullable Statistics others) {
    this.operation = operation;
    this.others = others;
  }

  /** Counts a message for the server. */
  static void count(Server server, String operation, Result result, long waited, long handled) {
    Statistics all = server.statistics;
    Statistics one = all;
    while (one != null && !one.operation.equals(operation)) {
      one = one.others;
    }
    if (one == null) {
      one = new Statistics(operation, all);
      server.statistics = one;
    }
    one.count(result, waited, handled);
  }

  private void count(Result result, long waited, long handled) {
    if (result == Result.REPLIED) {
      replied++;
    } else {
      Map<Result, Long> counts = copy(unusual);
      counts.merge(result, 1L, Long::sum);
      unusual = counts;
    }
    this.waited += waited;
    longestWait = Math.max(longestWait, (float) waited);
    this.handled += handled;
    longestHandling = Math.max(longestHandling, (float) handled);
  }

  /** What there is to tell, by operation. */
  static Map<String, Sys.Counts> told(@Nullable Statistics all) {
    Map<String, Sys.Counts> told = new TreeMap<>();
    for (Statistics one = all; one != null; one = one.others) {
      told.put(one.operation, one.counts());
    }
    return told;
  }

  private static Map<Result, Long> copy(@Nullable Map<Result, Long> counts) {
    return counts == null ? new EnumMap<>(Result.class) : new EnumMap<>(counts);
  }

  private Sys.Counts counts() {
    Map<Result, Long> outcomes = copy(unusual);
    if (replied > 0) {
      outcomes.put(Result.REPLIED, replied);
    }
    return new Sys.Counts(outcomes, waited, (long) longestWait, handled, (long) longestHandling);
  }
}
