package dev.genserver.runtime;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ThreadLocalRandom;

/**
 * How many restarts within which time there may be, and the back-off past that. It doubles from 1 s
 * to 60 s, give or take a tenth, so that many that failed together don't come again together. Once
 * past it, each restart is one too many until a minute has gone well. Times are epoch milliseconds.
 */
final class Intensity {
  private static final long SHORTEST = 1_000;
  private static final long LONGEST = 60_000;
  private static final long WELL = Duration.ofMinutes(1).toMillis();

  private final Deque<Long> restarts = new ArrayDeque<>();

  /** The last back-off, 0 if all is well, and when it was over. */
  private long backOff;

  private long until;

  /** Counts a restart; false if it is one too many. */
  synchronized boolean restart(long now, int most, Duration window) {
    long last = Math.max(until, restarts.isEmpty() ? 0 : restarts.getLast());
    if (now - last > WELL) {
      backOff = 0;
    }
    restarts.addLast(now);
    while (now - restarts.getFirst() > window.toMillis()) {
      restarts.removeFirst();
    }
    return restarts.size() <= most && backOff == 0;
  }

  /** All is as in the beginning. */
  synchronized void forget() {
    restarts.clear();
    backOff = 0;
    until = 0;
  }

  /** Begins a back-off, and tells when it is over. */
  synchronized long backOff(long now) {
    restarts.clear();
    backOff = backOff == 0 ? SHORTEST : Math.min(backOff * 2, LONGEST);
    long tenth = backOff / 10;
    until = now + backOff + ThreadLocalRandom.current().nextLong(-tenth, tenth + 1);
    return until;
  }
}
