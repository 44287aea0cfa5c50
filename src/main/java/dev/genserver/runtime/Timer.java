package dev.genserver.runtime;

import dev.genserver.store.TimerRow;
import dev.genserver.wire.Wire;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A message that a server will receive by itself. It is put into the mailbox when it is due, and
 * delivered from there only if it is still the server's timer of its id by then. One that repeats
 * is set again when it is delivered, for the next of its times that is still to come: so it never
 * waits in the mailbox twice, and what it has missed comes once.
 */
final class Timer implements Runnable {
  /** What the ids of timers begin with that a server itself has set; its name for them follows. */
  static final String OWN = "own/";

  /** What the ids of timers begin with that others have set. */
  static final String CAST = "timer/";

  private final Servers servers;
  private final Server server;

  /** Identifies it among the server's; null: it is the idle timeout, which is never stored. */
  final @Nullable String id;

  final Object message;

  /** When it is due, in epoch milliseconds; for the thread that drains. */
  long due;

  private final @Nullable Duration every;
  private @Nullable Future<?> scheduled;

  Timer(
      Servers servers,
      Server server,
      @Nullable String id,
      Object message,
      long due,
      @Nullable Duration every) {
    this.servers = servers;
    this.server = server;
    this.id = id;
    this.message = message;
    this.due = due;
    this.every = every;
  }

  /** As it is stored. */
  TimerRow row() {
    return new TimerRow(
        Objects.requireNonNull(id),
        due,
        every == null ? null : every.toMillis(),
        isOwn(),
        0,
        server.kind().nameOf(message),
        Wire.encode(message));
  }

  /** As others see it. */
  TimerRequest.Item item() {
    String name = Objects.requireNonNull(id);
    return new TimerRequest.Item(
        name.substring(name.indexOf('/') + 1),
        server.kind().nameOf(message),
        Instant.ofEpochMilli(due),
        every,
        isOwn());
  }

  private boolean isOwn() {
    return id == null || id.startsWith(OWN);
  }

  boolean isDueAgain() {
    return every != null;
  }

  /**
   * Sets one that repeats for the first of its times that is after {@code now}.
   *
   * @return how many of its times have passed without it, the one that is now delivered aside
   */
  long repeat(long now, ScheduledExecutorService clockwork) {
    long interval = Objects.requireNonNull(every).toMillis();
    long missed = Math.max(0, now - due) / interval;
    due += (missed + 1) * interval;
    schedule(clockwork, Duration.ofMillis(due - now));
    return missed;
  }

  void schedule(ScheduledExecutorService clockwork, Duration delay) {
    try {
      scheduled =
          clockwork.schedule(this, TimeUnit.NANOSECONDS.convert(delay), TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException e) {
      // The service shuts down: no timer is due any more.
    }
  }

  void cancel() {
    if (scheduled != null) {
      scheduled.cancel(false);
    }
  }

  @Override
  public void run() {
    servers.info(server, this);
  }
}
