package dev.genserver.runtime;

import dev.genserver.behaviour.Signal;
import java.time.Duration;
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
  private final Servers servers;
  private final Server server;
  final String name;
  final Signal signal;
  private @Nullable Future<?> scheduled;

  Timer(Servers servers, Server server, String name, Signal signal) {
    this.servers = servers;
    this.server = server;
    this.name = name;
    this.signal = signal;
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
