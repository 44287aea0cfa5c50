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
  private long refused;
  private long deferred;
  private long crashed;
  private long dropped;
  private long waited;
  private long longestWait;
  private long handled;
  private long longestHandling;

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
    switch (result) {
      case REPLIED -> replied++;
      case REFUSED -> refused++;
      case DEFERRED -> deferred++;
      case CRASHED -> crashed++;
      case DROPPED -> dropped++;
    }
    this.waited += waited;
    longestWait = Math.max(longestWait, waited);
    this.handled += handled;
    longestHandling = Math.max(longestHandling, handled);
  }

  /** What there is to tell, by operation. */
  static Map<String, Sys.Counts> told(@Nullable Statistics all) {
    Map<String, Sys.Counts> told = new TreeMap<>();
    for (Statistics one = all; one != null; one = one.others) {
      told.put(one.operation, one.counts());
    }
    return told;
  }

  private Sys.Counts counts() {
    Map<Result, Long> outcomes = new EnumMap<>(Result.class);
    outcomes.put(Result.REPLIED, replied);
    outcomes.put(Result.REFUSED, refused);
    outcomes.put(Result.DEFERRED, deferred);
    outcomes.put(Result.CRASHED, crashed);
    outcomes.put(Result.DROPPED, dropped);
    outcomes.values().removeIf(times -> times == 0);
    return new Sys.Counts(outcomes, waited, longestWait, handled, longestHandling);
  }
}
