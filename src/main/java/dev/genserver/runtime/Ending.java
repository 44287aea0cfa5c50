package dev.genserver.runtime;

import dev.genserver.behaviour.Reason;
import java.util.concurrent.CountDownLatch;

/**
 * The wish that a server ends, seen by its drainer before the next message.
 *
 * @param reason why, for {@code terminate}
 * @param toOthers what everybody is told who waits for it
 * @param over open when it has ended
 */
record Ending(Reason reason, Outcome toOthers, CountDownLatch over) {
  Ending(Reason reason, Outcome toOthers) {
    this(reason, toOthers, new CountDownLatch(1));
  }
}
