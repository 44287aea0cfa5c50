package dev.genserver.runtime;

import dev.genserver.behaviour.Signal;
import dev.genserver.store.TimerRow;
import dev.genserver.wire.Wire;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A message that a server will send itself. It is put into the mailbox when it is due, and
 * delivered from there only if it is still the server's timer of its name by then.
 */
final class Timer implements Runnable {
  /** What the ids of servers' own timers begin with. */
  static final String OWN = "own/";

  private final Servers servers;
  private final Server server;

  /** Its name among the server's; null: it is the idle timeout, which is never stored. */
  final @Nullable String name;

  final Signal signal;

  /** When it is due, in epoch milliseconds. */
  final long due;

  private @Nullable Future<?> scheduled;

  Timer(Servers servers, Server server, @Nullable String name, Signal signal, long due) {
    this.servers = servers;
    this.server = server;
    this.name = name;
    this.signal = signal;
    this.due = due;
  }

  /** The id of its row. */
  static String id(String name) {
    return OWN + name;
  }

  /** As it is stored. */
  TimerRow row() {
    return new TimerRow(
        id(Objects.requireNonNull(name)),
        due,
        null,
        true,
        0,
        server.kind().nameOf(signal),
        Wire.encode(signal));
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
