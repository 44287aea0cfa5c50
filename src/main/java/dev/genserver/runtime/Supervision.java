package dev.genserver.runtime;

import dev.genserver.behaviour.Behaviour;
import dev.genserver.behaviour.Reason;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who restarts servers, holds them up and ends them, from outside their mailboxes.
 *
 * <p>A restart has those told who were left waiting by {@link Deferred a later step}, and the
 * server go on: with the state it has, or from its arguments. The mailbox belongs to the name and
 * knows nothing of it.
 */
final class Supervision {
  private static final Duration MOMENT = Duration.ofMillis(10);
  private static final Logger LOG = LoggerFactory.getLogger(Supervision.class);

  private final Servers servers;
  private final Runs runs;
  private final Duration grace;
  private final Events events = new Events();
  private final SeldomLog crashes = new SeldomLog("crashes");
  private final SeldomLog deadLetters = new SeldomLog("messages to servers that are gone");
  private final SeldomLog lateReplies = new SeldomLog("replies to callers that have given up");
  private volatile Tree tree;

  /**
   * @param grace how long a step in hand, and then {@code terminate}, may take when a server ends
   */
  Supervision(Servers servers, Runs runs, Duration grace) {
    this.servers = servers;
    this.runs = runs;
    this.grace = grace;
    this.tree = new Tree(servers, this, List.of());
  }

  /** Has these supervisors restart their children, and starts them. */
  void supervise(List<Supervisor> supervisors) {
    tree = new Tree(servers, this, supervisors);
    tree.start();
  }

  Tree tree() {
    return tree;
  }

  Events events() {
    return events;
  }

  void happened(Server server, Events.Type type, String reason) {
    events.publish(server, type, reason, servers.clock().instant());
    if (type.isDown()) {
      servers.errands().down(server, reason, type == Events.Type.STOPPED);
    }
  }

  void crashed(Server server, String message, Throwable crash) {
    happened(server, Events.Type.CRASHED, message);
    crashes.log(log -> log.error("{} crashed on {}; that turn is undone", server, message, crash));
  }

  /** A message that nobody will handle any more. */
  void deadLetter(Server server, Object message) {
    servers.listener().counted(server.kind(), "dead-letters", 1);
    deadLetters.log(
        log -> log.warn("{} is gone, {} is lost", server, Drain.nameOf(server, message)));
  }

  /** A reply to a caller who waits no more. */
  void lateReply(Server server) {
    servers.listener().counted(server.kind(), "late-replies", 1);
    lateReplies.log(log -> log.warn("{} replied to a caller that has given up", server));
  }

  // Restarting.

  /** Crashes a server here and now, whatever its handler does. */
  void kill(Server server) {
    Control control = server.controlIfAny();
    if (control != null && control.heldFor(servers.clock().millis()) > 0) {
      return; // nothing of it runs
    }
    server.countCrashes(1);
    happened(server, Events.Type.CRASHED, "killed");
    Drain run = runs.of(server);
    if (run == null || !run.kill()) {
      restart(server, "killed");
    }
  }

  /**
   * Restarts a server as its options say: a temporary one is stopped instead. If that happens too
   * often it is held down for a time first.
   */
  void restart(Server server, String reason) {
    restart(server, reason, server.options.beginsAnew());
  }

  /**
   * The same.
   *
   * @param anew whether it begins from its arguments
   */
  void restart(Server server, String reason, boolean anew) {
    if (server.options.neverRestarts()) {
      end(server, Reason.NORMAL, Outcome.Stopped.INSTANCE);
      return;
    }
    Control control = server.control();
    if (anew) {
      control.beginAnew();
    }
    if (tree.restarts(server, reason)) {
      return;
    }
    count(server);
    long now = servers.clock().millis();
    Duration window = Duration.ofSeconds(server.options.maxSeconds());
    if (!control.intensity().restart(now, server.options.maxRestarts(), window)) {
      long until = control.intensity().backOff(now);
      LOG.warn(
          "{} was restarted more than {} times in {} s, it is held down for {} ms",
          server,
          server.options.maxRestarts(),
          server.options.maxSeconds(),
          until - now);
      control.hold(until);
      servers.later(
          () -> {
            control.letUp(until);
            goOn(server);
          },
          Duration.ofMillis(until - now));
    }
    begin(server, reason);
  }

  private void count(Server server) {
    server.countRestart();
    servers.listener().restarted(server.kind());
  }

  /** Restarts it although it has not failed. */
  void restartNow(Server server) {
    if (server.options.neverRestarts()) {
      end(server, Reason.NORMAL, Outcome.Stopped.INSTANCE);
    } else {
      letGo(server, "restarted");
    }
  }

  /** Has a server begin its next life. */
  private void begin(Server server, String reason) {
    Control control = server.control();
    Extras extras = server.extrasIfAny();
    if (extras != null) {
      extras.deferred.completeAll(new Outcome.Crashed(!control.isToBeginAnew()));
    }
    happened(server, Events.Type.RESTARTED, reason);
    wake(server);
  }

  // Holding up.

  /** Has a server look at its {@link Control}; false if it has gone. */
  boolean wake(Server server) {
    return servers.offer(server, Envelope.info(Drain.WAKE)) != Mailbox.Offer.SEALED;
  }

  /**
   * Has a server handle nothing more, and waits until it does; its step in hand is discarded when
   * the limit is over.
   */
  void halt(Server server, Duration limit) {
    Control control = server.control();
    control.halt();
    wake(server);
    while (!Tree.await(
        () -> control.parked() != null || server.ending() != null || tree.isOver(), limit)) {
      Drain run = runs.of(server);
      if (run != null) {
        run.discard();
      }
    }
  }

  /** Has one that was halted go on, as restarted. */
  void letGo(Server server, String reason) {
    if (server.options.beginsAnew()) {
      server.control().beginAnew();
    }
    count(server);
    server.control().letUp(); // first, or who hears of the restart would come too early
    begin(server, reason);
    goOn(server);
  }

  /** Has a server that was parked go on, if nothing holds it up any more. */
  void goOn(Server server) {
    Control control = server.controlIfAny();
    unpark(control == null ? null : control.goOn());
  }

  private void unpark(@Nullable Drain parked) {
    if (parked != null) {
      runs.unpark(parked);
      runs.begin(parked, false);
    }
  }

  /**
   * Puts another state in place of the server's, before its next message. The call is told when
   * that is done. False if the server has gone.
   */
  boolean replace(Server server, Object state, Call call) {
    Control control = server.control();
    Control.Replacement before = control.replace(new Control.Replacement(state, call));
    if (before != null) {
      before.call().complete(Outcome.Accepted.INSTANCE);
    }
    unpark(control.takeParked());
    return wake(server);
  }

  // Ending.

  /** Has its run end the server before the next message, unless it is to end already. */
  Ending end(Server server, Reason reason, Outcome toOthers) {
    Ending ending = server.endWith(new Ending(reason, toOthers));
    Control control = server.controlIfAny();
    unpark(control == null ? null : control.takeParked());
    wake(server);
    return ending;
  }

  /** Waits for a server that is to end; its step in hand may take as long as the grace. */
  Outcome awaitEnd(Ending ending, Server server) {
    for (Duration wait = grace; !isOver(ending, wait); wait = MOMENT) {
      takeOver(server::equals);
    }
    return ending.over().join();
  }

  /** The same of many, for as long as the grace altogether. */
  void awaitEnds(Iterable<Ending> endings) {
    awaitEnds(endings, grace);
  }

  void awaitEnds(Iterable<Ending> endings, Duration limit) {
    long deadline = System.nanoTime() + limit.toNanos();
    for (Ending ending : endings) {
      while (!ending.over().isDone() && System.nanoTime() - deadline < 0) {
        takeOver(server -> server.ending() != null);
        isOver(ending, MOMENT);
      }
    }
  }

  /** Ends those servers whose handler does not let their run do it. */
  private void takeOver(Predicate<Server> which) {
    runs.forEach(run -> {
      if (which.test(run.server())) {
        run.takeOver();
      }
    });
  }

  /** Lets a server that wants it take its leave, for a limited time. */
  void terminate(Server server, Reason reason) {
    Object state = server.state;
    Behaviour<Object, Object> behaviour = server.behaviour;
    if (!server.kind().terminates() || state == null || behaviour == null) {
      return;
    }
    FutureTask<?> leave =
        new FutureTask<>(() -> behaviour.terminate(reason, state, new Turn(servers, server)), null);
    try {
      servers.execute(leave);
      leave.get(tree.shutdownOf(server, grace).toNanos(), TimeUnit.NANOSECONDS);
    } catch (ExecutionException e) {
      LOG.error("{} crashed in terminate", server, e.getCause());
    } catch (TimeoutException | InterruptedException | RejectedExecutionException e) {
      LOG.warn("{} did not come to the end of terminate", server);
      leave.cancel(true);
    }
  }

  private static boolean isOver(Ending ending, Duration limit) {
    boolean interrupted = false;
    long deadline = System.nanoTime() + limit.toNanos();
    try {
      while (true) {
        try {
          ending.over().get(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
          return true;
        } catch (TimeoutException e) {
          return false;
        } catch (InterruptedException e) {
          interrupted = true;
        } catch (ExecutionException e) {
          throw new IllegalStateException(e);
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
