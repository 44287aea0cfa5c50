package dev.genserver.runtime;

import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A log of what may come in storms: of each storm a few are shown, and how many more there were.
 */
final class SeldomLog {
  private static final Logger LOG = LoggerFactory.getLogger(SeldomLog.class);
  private static final long WINDOW = TimeUnit.SECONDS.toNanos(10);
  private static final int SHOWN = 5;

  private final String what;
  private long began = System.nanoTime();
  private int number;

  /** A log of things that are called {@code what}, such as crashes. */
  SeldomLog(String what) {
    this.what = what;
  }

  /** Logs one of them, unless there were too many. */
  void log(Consumer<Logger> line) {
    int before = 0;
    int current;
    synchronized (this) {
      long now = System.nanoTime();
      if (now - began > WINDOW) {
        before = Math.max(0, number - SHOWN);
        began = now;
        number = 0;
      }
      current = ++number;
    }
    if (before > 0) {
      LOG.warn("{} more {} were not shown", before, what);
    }
    if (current <= SHOWN) {
      line.accept(LOG);
    }
    if (current == SHOWN) {
      LOG.warn("Further {} within 10 s are counted, and not shown", what);
    }
  }
}
