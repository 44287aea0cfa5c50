package dev.genserver.runtime;

import dev.genserver.behaviour.Query;
import dev.genserver.behaviour.Reason;
import dev.genserver.behaviour.Step;
import dev.genserver.behaviour.Touch;
import dev.genserver.runtime.Listener.Rejection;
import dev.genserver.runtime.Listener.Result;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One run of a server: from the message that woke it until its mailbox is empty, one message after
 * the other, on one thread.
 *
 * <p>A turn goes like this. The message is taken and marked as started, unless its caller has given
 * up: then it is dropped. The handler turns state and message into a step; nothing outside it has
 * changed so far. The message is marked as committed: from there on the step counts. The state is
 * replaced, what the handler asked of itself is done, and the outcome is released. If the step says
 * <i>then</i>, a turn for that message follows before the next is taken.
 *
 * <p>A handler that throws never reaches the commit, so the state before it stands, and the server
 * goes on with the next message. A handler that hangs never reaches it either. Whoever has to end
 * the server then marks the message as taken away; exactly one of the two marks wins. If it is this
 * one, the run is no longer this thread's: when its handler ever returns, the step is thrown away
 * and the thread leaves without touching the server.
 *
 * <p>Whoever waits for a server that ends is told when its name is free again, so that a caller who
 * then asks for the name finds a fresh server and not the rest of the old one.
 */
@SuppressWarnings(
    "ReferenceEquality") // envelopes, and states that nothing has changed, are meant by identity
final class Drain implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(Drain.class);

  /** After so many messages the thread lets others have its core. */
  private static final int STRETCH = 256;

  /** The message of the first turn. */
  static final Object INIT = new Object();

  /**
   * The message that does nothing: it wakes a server to look at its {@link Ending}, and whoever
   * calls it learns that the messages before it were handled.
   */
  static final Object WAKE = new Object();

  private final Servers servers;
  private final Server server;
  private final Turn turn;

  /** The message last taken from the mailbox. */
  private @Nullable Envelope taken;

  /** The message whose handler runs: the one taken, or one that a step put before everything. */
  private volatile @Nullable Envelope inHand;

  /** The message whose step said stop, and its outcome. */
  private @Nullable Envelope partingCall;

  private @Nullable Outcome partingWords;

  private volatile @Nullable Thread thread;
  private volatile long inHandSince;
  private volatile @Nullable Envelope reported;

  Drain(Servers servers, Server server) {
    this.servers = servers;
    this.server = server;
    this.turn = new Turn(servers, server);
  }

  Server server() {
    return server;
  }

  @Override
  public void run() {
    thread = Thread.currentThread();
    if (drain()) {
      servers.drained(this);
    }
  }

  /** Returns false if the run was taken away from this thread. */
  private boolean drain() {
    int left = STRETCH;
    while ((taken = server.take(taken)) != null) {
      if (server.ending() == null && !handle(taken)) {
        return false;
      }
      if (server.ending() != null) {
        end();
        return true;
      }
      if (--left == 0) {
        left = STRETCH;
        letOthersRun();
      }
    }
    return true;
  }

  @SuppressWarnings("ThreadPriorityCheck") // to be fair, not to be right
  private static void letOthersRun() {
    Thread.yield();
  }

  private boolean handle(Envelope envelope) {
    try {
      return turns(envelope);
    } catch (Throwable t) { // no handler's fault, as when memory runs out: the server must go on
      inHand = null;
      LOG.error("{} lost a message to a failure outside its handler", server, t);
      envelope.complete(new Outcome.Crashed(false));
      if (server.state == null) {
        failedToStart("its init failed");
      }
      return true;
    }
  }

  /** One message and what its step puts before all others. */
  private boolean turns(Envelope envelope) {
    if (envelope.message == WAKE) {
      envelope.complete(new Outcome.Replied(null));
      return true;
    }
    if (envelope.message instanceof Timer timer && !isCurrent(timer)) {
      return true;
    }
    long now = System.nanoTime();
    if (!envelope.start(now)) {
      servers
          .listener()
          .handled(server.kind(), envelope.origin, Result.DROPPED, now - envelope.sentAt, 0);
      return true;
    }
    Envelope current = envelope;
    while (true) {
      Step.Next next = turn(current, now);
      if (next == null) {
        return false;
      }
      switch (next) {
        case Step.Next.GoOn() -> {
          return true;
        }
        case Step.Next.Stop() -> {
          server.endWith(new Ending(Reason.NORMAL, Outcome.Stopped.INSTANCE));
          return true;
        }
        case Step.Next.Idle(var wait, var signal) -> {
          Timer idle = new Timer(servers, server, "idle", signal);
          server.extras().idle = idle;
          idle.schedule(servers.clockwork(), wait);
          return true;
        }
        case Step.Next.Then(var signal) -> {
          if (server.ending() != null) {
            return true;
          }
          now = System.nanoTime();
          current = new Envelope(signal, Origin.INFO, now);
          current.start(now);
        }
      }
    }
  }

  /** One turn; returns what follows, or null if the message was taken away from it. */
  private Step.@Nullable Next turn(Envelope envelope, long began) {
    if (envelope.message != INIT) {
      server.handled++;
    }
    inHandSince = began;
    inHand = envelope;
    Step<Object> step = null;
    boolean fits = true;
    Throwable crash = null;
    try {
      step = step(envelope);
      fits = fits(envelope, step);
    } catch (Throwable t) { // whatever a handler throws, its turn is undone and the server goes on
      crash = t;
    }
    if (!envelope.commit()) {
      return null;
    }
    Thread.interrupted();
    Outcome outcome =
        step == null || crash != null
            ? crashed(envelope, crash)
            : fits ? commit(envelope, step) : full();
    inHand = null;
    Result result = crash != null ? Result.CRASHED : resultOf(outcome);
    servers
        .listener()
        .handled(
            server.kind(),
            envelope.origin,
            result,
            began - envelope.sentAt,
            System.nanoTime() - began);
    Step.Next next = step == null || crash != null || !fits ? Step.Next.GO_ON : step.next();
    if (outcome != null && next == Step.Next.STOP) {
      partingCall = envelope;
      partingWords = outcome;
    } else if (outcome != null) {
      envelope.complete(outcome);
    }
    return next;
  }

  private Step<Object> step(Envelope envelope) {
    turn.begin(envelope);
    Object state = server.state;
    Object message = envelope.message instanceof Timer timer ? timer.signal : envelope.message;
    Step<Object> step =
        message == INIT
            ? server.behaviour.init(turn)
            : server.behaviour.handle(message, Objects.requireNonNull(state), turn);
    return Objects.requireNonNull(step, "a handler returned no step");
  }

  /** Whether the server may hold what the step has it hold; what it held already it may. */
  private boolean fits(Envelope envelope, Step<Object> step) {
    Object next = step.state();
    Object state = server.state;
    if (next == null || next == state || !adopts(envelope.message)) {
      return true;
    }
    long entries = server.kind().entries(next);
    return entries <= servers.limits().entries()
        || state == null
        || entries <= server.kind().entries(state);
  }

  private Outcome full() {
    servers.listener().rejected(server.kind(), Rejection.LIMIT_REACHED);
    return new Outcome.LimitReached(
        "this server may hold " + servers.limits().entries() + " entries");
  }

  /**
   * Takes the step's state over and does what it asked for; null means that the answer comes later.
   */
  private @Nullable Outcome commit(Envelope envelope, Step<Object> step) {
    Extras extras = server.extrasIfAny();
    if (extras != null) {
      extras.cancelIdle();
    }
    Object next = step.state();
    if (next != null && next != server.state && adopts(envelope.message)) {
      server.state = next;
      if (envelope.message != INIT && !(envelope.message instanceof Query)) {
        server.version++;
      }
    }
    return switch (step) {
      case Step.Reply<Object> reply -> {
        turn.commit();
        yield new Outcome.Replied(reply.value());
      }
      case Step.Refusal<Object> refusal -> {
        if (next != null) {
          turn.commitCounts();
        }
        yield envelope.message == INIT
            ? failedToStart(refusal.detail())
            : new Outcome.Refused(refusal.code(), refusal.detail());
      }
      case Step.Later<Object> later -> {
        if (envelope instanceof Call call && call.id != 0) {
          server.extras().deferred.add(call);
        }
        turn.commit();
        yield null;
      }
    };
  }

  private static boolean adopts(Object message) {
    return !(message instanceof Query) || message instanceof Touch;
  }

  private Outcome crashed(Envelope envelope, @Nullable Throwable crash) {
    server.crashes++;
    LOG.error("{} crashed on {}; that turn is undone", server, nameOf(envelope.message), crash);
    if (envelope.message == INIT) {
      return failedToStart("its init crashed");
    }
    return new Outcome.Crashed(true);
  }

  private Outcome failedToStart(String detail) {
    Outcome failed = new Outcome.StartFailed(detail);
    server.endWith(new Ending(Reason.NORMAL, failed));
    return failed;
  }

  private String nameOf(Object message) {
    return message == INIT
        ? "init"
        : server.kind().nameOf(message instanceof Timer timer ? timer.signal : message);
  }

  private static Result resultOf(@Nullable Outcome outcome) {
    return switch (outcome) {
      case null -> Result.DEFERRED;
      case Outcome.Replied r -> Result.REPLIED;
      default -> Result.REFUSED;
    };
  }

  /**
   * Whether the timer is still the server's own; if so it is no longer, for it is delivered now.
   */
  private boolean isCurrent(Timer timer) {
    Extras extras = server.extras();
    if (extras.idle == timer) {
      extras.idle = null;
      return true;
    }
    return extras.timers.remove(timer.name, timer);
  }

  // The end. From here on the server's name is free, and whoever waits is told.

  /** Ends the server in place of its hanging handler, if that one has not come to its commit. */
  void takeOver() {
    Envelope hanging = inHand;
    if (hanging == null || !hanging.takeAway()) {
      return;
    }
    Thread hung = thread;
    if (hung != null) {
      hung.interrupt();
    }
    servers.execute(() -> {
      end();
      servers.drained(this);
    });
  }

  private void end() {
    Ending ending = Objects.requireNonNull(server.ending());
    Extras extras = server.extrasIfAny();
    if (extras != null) {
      extras.cancelAll();
    }
    servers.terminate(server, ending.reason());
    servers.unregister(server);
    if (partingCall != null && partingWords != null) {
      partingCall.complete(partingWords);
    }
    if (extras != null) {
      extras.deferred.completeAll(ending.toOthers());
    }
    Envelope last = Objects.requireNonNull(taken);
    last.complete(ending.toOthers());
    while (!server.seal(last)) {
      last = Objects.requireNonNull(server.take(last));
      last.complete(ending.toOthers());
    }
    server.state = null;
    ending.over().countDown();
  }

  // For those who look on from outside.

  /** The thread whose handler runs for {@code limit} ns already, or null; logs it once. */
  @Nullable Thread stuck(long now, long limit) {
    Envelope current = inHand;
    Thread runner = thread;
    if (current == null || runner == null || now - inHandSince < limit) {
      return null;
    }
    if (current != reported) {
      reported = current;
      report(current, runner, now - inHandSince);
    }
    return runner;
  }

  private void report(Envelope current, Thread runner, long since) {
    StringBuilder where = new StringBuilder();
    for (StackTraceElement frame : runner.getStackTrace()) {
      where.append("\n\tat ").append(frame);
    }
    LOG.warn(
        "{} is in {} for {} ms already; meanwhile its other messages wait{}",
        server,
        nameOf(current.message),
        TimeUnit.NANOSECONDS.toMillis(since),
        where);
  }
}
