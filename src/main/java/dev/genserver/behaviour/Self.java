package dev.genserver.behaviour;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Callable;
import java.util.function.Function;
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
   * Runs {@code work} on a thread of its own, and sends the server a message of what has come of
   * it. The server goes on meanwhile. It is interrupted, and its message never comes, when the
   * server stops or begins anew. It begins when this step is stored, if the server is a durable
   * one; it is not repeated after a crash of the process.
   */
  <T> void task(Callable<T> work, Function<Result<T>, ? extends Signal> toMessage);

  /**
   * Sends a message to another server, which is started with its kind's defaults if it is missing
   * and the message is no query. Messages to the same server arrive in the order in which they were
   * sent, or, if it is gone or too many wait for it, not at all.
   *
   * @throws IllegalArgumentException if there is no such kind, or this is no message of it
   */
  void cast(String kind, String name, Object message);

  /**
   * The same, and sends this server a message of what has come of it. Nothing waits meanwhile: two
   * servers may call each other.
   *
   * @param timeout more than zero; then it has failed with {@code call-timeout}
   */
  void call(
      String kind,
      String name,
      Object message,
      Duration timeout,
      Function<Result<Object>, ? extends Signal> toMessage);

  /**
   * Has this server sent a message each time another one goes down, which is when it is restarted
   * or stopped; at once if it is not there. Having told of a stop, or that it is not there, a
   * monitor is over. A server has one monitor of another, and loses them when it begins anew or the
   * process ends. While it has one it does not leave memory.
   */
  void monitor(String kind, String name, Function<Down, ? extends Signal> toMessage);

  /** Monitors it no more; what was not handled by then is not delivered either. */
  void demonitor(String kind, String name);

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
