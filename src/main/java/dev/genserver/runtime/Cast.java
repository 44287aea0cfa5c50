package dev.genserver.runtime;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A cast whose sender waits until it is sure to be handled: until its step is committed, or it is
 * stored itself because it has to wait for its turn. From then on it is handled whatever happens.
 */
final class Cast extends Call {
  /** How long the step of a cast has time to make storing the cast itself needless. */
  static final Duration PATIENCE = Duration.ofMillis(2);

  /** Whether the committer was asked to store it. */
  volatile boolean asked;

  /** The id of its row, if it was stored; for the committer. */
  @Nullable String row;

  /** Whether its step came to the committer; for the committer. */
  boolean stepped;

  Cast(Object message, long sentAt, Duration timeout, boolean mayStart) {
    super(message, Origin.CAST, sentAt, timeout, mayStart);
  }

  @Override
  boolean expired(long now) {
    return false;
  }
}
