package dev.genserver.behaviour;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A server's view of itself during one turn. What a turn asks for here happens when its step is
 * committed, in the order asked, and not at all when it throws or is refused.
 */
public interface Self {

  /** The kind's name, such as {@code counters}. */
  String kind();

  /** The server's name. */
  String name();

  /** The time of this turn, the same throughout. It never goes back while the process runs. */
  Instant now();

  /** A new id of 128 bits from a secure random source, in base64url: 22 characters. */
  String newId();

  /**
   * The caller that waits for this turn's answer, or null if nobody does: a cast, a signal, a
   * caller that gave up.
   */
  @Nullable From from();

  /** Answers a call that an earlier step, or this one, left open with {@link Step#later}. */
  void reply(From to, Object value);

  /** Answers such a call with a refusal. */
  void refuse(From to, String code, String detail);

  /**
   * Sends the server {@code message} after {@code delay}. A timer of the same name is replaced; one
   * that was replaced or cancelled never delivers, not even when its message was in the mailbox
   * already.
   *
   * @param delay zero or more; zero puts the message behind those that wait already
   */
  void timer(String name, Duration delay, Signal message);

  /** Cancels the timer of this name, if there is one. */
  void cancelTimer(String name);

  /**
   * Counts something that happened to this kind of server, for its operator: a meter {@code
   * genserver_<event>_total}.
   *
   * @param event a plural noun from the kind's code, never from its users, such as {@code
   *     evictions}
   * @param times how often; 0 counts nothing
   */
  void count(String event, long times);
}
