package dev.genserver.runtime;

import dev.genserver.behaviour.Reason;
import java.util.concurrent.CompletableFuture;

/**
 * The wish that a server ends, seen by its drainer before the next message.
 *
 * @param reason why, for {@code terminate}
 * @param toOthers what everybody is told who waits for it
 * @param over what has come of it, when it has
 */
record Ending(Reason reason, Outcome toOthers, CompletableFuture<Outcome> over) {
  Ending(Reason reason, Outcome toOthers) {
    this(reason, toOthers, new CompletableFuture<>());
  }
}
