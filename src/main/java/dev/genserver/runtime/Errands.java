package dev.genserver.runtime;

import dev.genserver.behaviour.Down;
import dev.genserver.behaviour.Result;
import dev.genserver.behaviour.Signal;
import dev.genserver.wire.Kind;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.function.Function;
import java.util.function.Supplier;

/** Does for servers what their steps must not wait for. */
final class Errands {
  private final Servers servers;
  private final Map<String, Set<Monitor>> monitors = new ConcurrentHashMap<>();

  private record Monitor(Server by, Errand errand, Function<Down, ? extends Signal> toMessage) {}

  Errands(Servers servers) {
    this.servers = servers;
  }

  /** Runs work on a thread of its own, which is interrupted if the errand is cancelled. */
  <T> void task(
      Server by, Errand errand, Callable<T> work, Function<Result<T>, ? extends Signal> toMessage) {
    FutureTask<?> task =
        new FutureTask<>(
            () -> {
              Result<T> result = outcomeOf(work);
              deliver(by, errand, true, () -> toMessage.apply(result));
            },
            null);
    errand.atEnd(() -> task.cancel(true));
    servers.execute(task);
  }

  private static <T> Result<T> outcomeOf(Callable<T> work) {
    try {
      return new Result.Done<>(work.call());
    } catch (Throwable t) { // whatever it throws, its server is told
      return new Result.Failed<>("crashed", String.valueOf(t));
    }
  }

  /** Calls another server. */
  void call(
      Server by,
      Errand errand,
      Kind kind,
      String name,
      Object message,
      Duration timeout,
      Function<Result<Object>, ? extends Signal> toMessage) {
    Posted posted =
        servers.postFrom(
            kind,
            name,
            message,
            timeout,
            outcome -> {
              errand.end();
              deliver(by, errand, true, () -> toMessage.apply(resultOf(outcome)));
            });
    if (!posted.isDone()) {
      Future<?> clock = servers.schedule(posted::giveUp, timeout);
      errand.atEnd(() -> clock.cancel(false));
    }
  }

  static Result<Object> resultOf(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Replied(Object value, var _) -> new Result.Done<>(value);
      case Outcome.Refused(String code, String detail) -> new Result.Failed<>(code, detail);
      case Outcome.TimedOut _ -> new Result.Failed<>("call-timeout", "it has not answered in time");
      case Outcome.NoServer _ -> new Result.Failed<>("no-server", "there is no such server");
      case Outcome.Crashed _ -> new Result.Failed<>("crashed", "it crashed on the message");
      case Outcome.Stopped _ -> new Result.Failed<>("stopped", "it was stopped meanwhile");
      case Outcome.MailboxFull _ -> new Result.Failed<>("mailbox-full", "too many messages wait");
      case Outcome.Restarting _ -> new Result.Failed<>("restarting", "it is held down");
      case Outcome.ShuttingDown _ -> new Result.Failed<>("shutting-down", "the service ends");
      case Outcome.StartFailed(String why) -> new Result.Failed<>("start-failed", why);
      case Outcome.StoreUnavailable(String why) -> new Result.Failed<>("store-unavailable", why);
      default -> new Result.Failed<>("unknown-outcome", outcome.toString());
    };
  }

  private void deliver(Server to, Errand errand, boolean isLast, Supplier<Signal> said) {
    if (!errand.isCancelled()) {
      Errand.Delivery delivery = new Errand.Delivery(errand, isLast, said);
      if (servers.offer(to, delivery) == Mailbox.Offer.SEALED) {
        servers.supervision().deadLetter(to, delivery.message);
      }
    }
  }

  // Monitors.

  /** Tells a server when another one goes down, at once if that is not there. */
  void monitor(
      Server by,
      Errand errand,
      Kind kind,
      String name,
      Function<Down, ? extends Signal> toMessage) {
    Monitor monitor = new Monitor(by, errand, toMessage);
    String target = kind.name() + "/" + name;
    monitors.compute(
        target,
        (key, there) -> {
          Set<Monitor> all = there == null ? ConcurrentHashMap.newKeySet() : there;
          all.add(monitor);
          return all;
        });
    errand.atEnd(() -> forget(target, monitor));
    servers.execute(() -> {
      if (!isThere(kind, name)) {
        tell(monitor, new Down(kind.name(), name, "no-server"), true);
      }
    });
  }

  private boolean isThere(Kind kind, String name) {
    try {
      return servers.status(kind, name) != null;
    } catch (Unavailable e) {
      return true; // nobody can say that it is down
    }
  }

  /** Tells those who monitor a server that it went down; {@code forGood}: it was stopped. */
  void down(Server server, String reason, boolean forGood) {
    Set<Monitor> all = monitors.get(server.toString());
    if (all != null) {
      Down down = new Down(server.kind().name(), server.name, reason);
      all.forEach(monitor -> tell(monitor, down, forGood));
    }
  }

  private void tell(Monitor monitor, Down down, boolean isLast) {
    if (isLast) {
      monitor.errand.end();
    }
    deliver(monitor.by, monitor.errand, isLast, () -> monitor.toMessage.apply(down));
  }

  private void forget(String target, Monitor monitor) {
    monitors.computeIfPresent(
        target,
        (key, all) -> {
          all.remove(monitor);
          return all.isEmpty() ? null : all;
        });
  }
}
