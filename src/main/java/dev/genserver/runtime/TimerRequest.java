package dev.genserver.runtime;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What can be asked of a server's timers. */
public sealed interface TimerRequest extends Command {

  /**
   * Has the server receive a message later. Answered with {@link Set}.
   *
   * @param message an operation of the kind
   * @param delay until the first time
   * @param every the interval after that, or null if it is to come once
   */
  record Cast(Object message, Duration delay, @Nullable Duration every) implements TimerRequest {}

  /**
   * Cancels a timer that a {@link Cast} has set. Answered with {@link Cancelled}; refused with
   * {@code not-found} or {@code own-timer}.
   */
  record Cancel(String timer) implements TimerRequest {}

  /** All timers of the server, the one due first coming first. Answered with {@link Listing}. */
  record All() implements TimerRequest {}

  /** A timer was set. */
  record Set(String timer) {}

  /**
   * A timer was cancelled.
   *
   * @param remaining the time that was left until it was due
   */
  record Cancelled(Duration remaining) {}

  /** All timers. */
  record Listing(List<Item> timers) {}

  /**
   * One timer.
   *
   * @param id identifies it among the server's
   * @param operation the message's name
   * @param due when the message will be sent next
   * @param every its interval, if it has one
   * @param own whether the server itself has set it
   */
  record Item(String id, String operation, Instant due, @Nullable Duration every, boolean own) {}
}
