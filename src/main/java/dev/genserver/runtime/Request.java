package dev.genserver.runtime;

import org.jspecify.annotations.Nullable;

/**
 * A message and what its sender ties to it. It is answered with its {@link Tag}.
 *
 * @param message an operation of the kind, or a {@link TimerRequest}
 * @param condition what must hold when it is handled, or else {@link Outcome.VersionMismatch}
 * @param key the idempotency key: the first answer to it is remembered, and given to whoever sends
 *     the same message under the same key again
 */
public record Request(Object message, @Nullable Condition condition, @Nullable String key)
    implements Command {

  /** The longest idempotency key, in characters. */
  public static final int LONGEST_KEY = 128;
}
