package dev.genserver.runtime;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A cast whose sender waits until it is sure to be handled: until its step is committed, or it is
 * stored itself because it has to wait for its turn. From then on it is handled whatever happens.
 */
final class Cast extends Call {
  /** What the ids of rows begin with in which casts are kept. */
  static final String KEPT = "cast/";

  /** How long the step of a cast has time to make storing the cast itself needless. */
  private static final Duration PATIENCE = Duration.ofMillis(2);

  /** The same if there is an idempotency key: its sender is to learn whether it came before. */
  private static final Duration PATIENCE_WITH_KEY = Duration.ofMillis(100);

  /** Whether the committer was asked to store it. */
  volatile boolean asked;

  /** The id of its row, if it was stored; for the committer. */
  @Nullable String row;

  /** Whether its step came to the committer; for the committer. */
  boolean stepped;

  Cast(Object message, long sentAt, Duration timeout, boolean mayStart) {
    super(message, Origin.CAST, sentAt, timeout, mayStart);
  }

  /** How long its step has time before it is stored, or, having a key, is taken to be new. */
  Duration patience() {
    return hasKey() ? PATIENCE_WITH_KEY : PATIENCE;
  }

  /** The id of the row in which it is kept; its idempotency key stands there, too. */
  String rowId(long epoch, long number) {
    String key = message instanceof Request request ? request.key() : null;
    return KEPT + epoch + "-" + number + (key == null ? "" : "/" + key);
  }

  /** The message of such a row. */
  static Object message(String rowId, Object operation) {
    int slash = rowId.indexOf('/', KEPT.length());
    return slash < 0 ? operation : new Request(operation, null, rowId.substring(slash + 1));
  }

  @Override
  boolean expired(long now) {
    return false;
  }
}
