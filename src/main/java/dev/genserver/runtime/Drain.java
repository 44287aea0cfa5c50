package dev.genserver.runtime;

import dev.genserver.behaviour.Behaviour;
import dev.genserver.behaviour.Reason;
import dev.genserver.behaviour.Signal;
import dev.genserver.behaviour.Step;
import dev.genserver.runtime.Listener.Rejection;
import dev.genserver.runtime.Listener.Result;
import dev.genserver.store.StoreFailure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
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

  /** So many messages a caller's thread handles, its own among them, before another takes over. */
  private static final int FAVOUR = 16;

  /** The message of the first turn. */
  static final Object INIT = new Object();

  /**
   * The message that does nothing: it wakes a server to look at its {@link Ending}, and whoever
   * calls it learns that the messages before it were handled.
   */
  static final Object WAKE = new Object();

  /** The message that has a server leave memory, if nothing speaks against it. */
  static final Object UNLOAD = new Object();

  /** How long a server's own affairs may take: they are bounded by the store. */
  private static final Duration FOREVER = Duration.ofHours(1);

  /** A server that has a timer due within so many milliseconds stays in memory. */
  private static final long SOON = 2_000;

  private final Servers servers;
  private final Server server;
  private final Turn turn;
  private final Attempt attempt;

  /** The message last taken from the mailbox. */
  private @Nullable Envelope taken;

  /** Messages that come before those in the mailbox, the first of them first. */
  private List<Envelope> ahead = List.of();

  /** The message that this run is at. */
  private @Nullable Envelope current;

  /** The message whose handler was interrupted; this run is to say what has come of it. */
  private @Nullable Envelope killed;

  /** The message whose handler runs: the one taken, or one that a step put before everything. */
  private volatile @Nullable Envelope inHand;

  /** The message whose step said stop, and its outcome. */
  private @Nullable Envelope partingCall;

  private @Nullable Outcome partingWords;
  private Unsaid partingUnsaid = Unsaid.NOTHING;

  /** The message that started the server in this run. */
  private @Nullable Envelope startedBy;

  /** Whether the server has left memory. */
  private boolean isGone;

  private volatile @Nullable Thread thread;

  /** Whether this thread is a caller's. */
  private boolean isHere;

  private volatile long inHandSince;
  private volatile @Nullable Envelope reported;

  Drain(Servers servers, Server server) {
    this.servers = servers;
    this.server = server;
    this.turn = new Turn(servers, server);
    this.attempt = new Attempt(servers, server, turn);
  }

  /** A run that goes on where this one had to leave off. */
  private Drain successor() {
    Drain successor = new Drain(servers, server);
    successor.taken = taken;
    successor.ahead = ahead;
    return successor;
  }

  Server server() {
    return server;
  }

  @Override
  public void run() {
    run(STRETCH, false);
  }

  /** Runs on the thread of a caller, whom it must not keep for the sake of many others. */
  void runHere() {
    run(FAVOUR, true);
    if (inHand != null) { // it was taken away, and the interrupt was meant for the handler
      var _ = Thread.interrupted();
    }
  }

  private void run(int stretch, boolean here) {
    thread = Thread.currentThread();
    isHere = here;
    if (drain(stretch)) {
      servers.runs().over(this);
    }
  }

  /** Returns false if the run is no longer this thread's. */
  private boolean drain(int stretch) {
    Envelope interrupted = killed;
    killed = null;
    if (interrupted != null) {
      bury(interrupted);
    }
    int left = stretch;
    while ((current = next()) != null) {
      if (isHeldUp(current)) {
        return false;
      }
      if (server.ending() == null && !handle(current)) {
        return false;
      }
      if (isHere && server.ending() != null) {
        return goOnElsewhere(current);
      }
      if (server.ending() != null ? end() : isGone || (server.state == null && leave())) {
        return true;
      }
      if (--left == 0) {
        if (isHere) {
          servers.execute(this);
          return false;
        }
        left = STRETCH;
        letOthersRun();
      }
    }
    if (server.journal != null) {
      server.lastBusy = servers.residence().uptime();
    }
    return true;
  }

  private @Nullable Envelope next() {
    if (ahead.isEmpty()) {
      taken = server.take(taken);
      return taken;
    }
    Envelope first = ahead.getFirst();
    ahead = List.copyOf(ahead.subList(1, ahead.size()));
    return first;
  }

  /** Puts messages before all others. */
  private void putAhead(List<? extends Envelope> messages) {
    List<Envelope> all = new ArrayList<>(messages);
    all.addAll(ahead);
    ahead = List.copyOf(all);
  }

  /** Whether the server parks before this message, and this run with it. */
  private boolean isHeldUp(Envelope before) {
    Control control = server.controlIfAny();
    if (control == null) {
      return false;
    }
    while (true) {
      replaceState(control);
      if (!control.holdsUp() || server.ending() != null) {
        return false;
      }
      putAhead(List.of(before));
      servers.runs().park(this);
      // Who had it end meanwhile may have found nothing parked.
      if (control.park(this) && (server.ending() == null || control.takeParked() == null)) {
        return true;
      }
      servers.runs().unpark(this);
      var _ = next();
    }
  }

  /**
   * Has another thread go on, from this message: what follows waits for the store, or for the
   * server's {@code terminate}, and a caller must not. Returns false, for the run is not this
   * thread's any more.
   */
  private boolean goOnElsewhere(Envelope from) {
    putAhead(List.of(from));
    servers.execute(this);
    return false;
  }

  private void replaceState(Control control) {
    Control.Replacement replacement = control.replace(null);
    if (replacement == null) {
      return;
    }
    Journal journal = server.journal;
    if (server.state == null || (journal != null && journal.isBroken())) {
      replacement.call().complete(new Outcome.StoreUnavailable("its last change was not stored"));
      return;
    }
    server.state = replacement.state();
    server.version++;
    settle(replacement.call(), new Outcome.Replied(null), true, Unsaid.NOTHING);
  }

  @SuppressWarnings("ThreadPriorityCheck") // to be fair, not to be right
  private static void letOthersRun() {
    Thread.yield();
  }

  private boolean handle(Envelope envelope) {
    try {
      if (server.state == null && envelope.expired(System.nanoTime())) {
        envelope.complete(Outcome.TimedOut.NOT_STARTED);
        return true;
      }
      Journal journal = server.journal;
      if (journal != null && journal.isBroken()) {
        server.forget();
      }
      if (server.state == null && isHere) {
        return goOnElsewhere(envelope);
      }
      if (server.state == null) {
        if (!bringUp(envelope)) {
          return false;
        }
        if (server.state == null || server.ending() != null || ahead.contains(envelope)) {
          return true;
        }
      }
      Control control = server.controlIfAny();
      if (control != null && control.beginsAnew()) {
        putAhead(List.of(envelope)); // if that crashes, it may be held up before the message
        return init();
      }
      return message(envelope);
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

  // Coming up.

  /**
   * Loads the server, or starts it if the message may. If neither comes to pass the sender is told,
   * and the server is not up. Returns false if the run was taken away from this thread.
   */
  private boolean bringUp(Envelope envelope) {
    List<Cast> missed;
    try {
      missed = servers.residence().load(server);
    } catch (StoreFailure e) {
      servers.listener().rejected(server.kind(), Rejection.STORE_UNAVAILABLE);
      envelope.complete(new Outcome.StoreUnavailable(String.valueOf(e.getMessage())));
      return true;
    }
    if (server.state == null) {
      return startFor(envelope);
    }
    if (!missed.isEmpty()) {
      putAhead(List.of(envelope));
      putAhead(missed);
    }
    return true;
  }

  private boolean startFor(Envelope envelope) {
    Supervisor.Child configured = servers.supervision().tree().configured(server);
    if (envelope.message instanceof Start start) {
      if (configured != null && !start.isLike(configured)) {
        envelope.complete(new Outcome.AlreadyStarted()); // in the configuration
        return true;
      }
      return start(envelope, start.arguments(), start.wanted());
    }
    if (configured != null && envelope.mayStart) {
      return start(envelope, configured.arguments(), configured.wanted());
    }
    Behaviour<?, ?> defaults = server.kind().defaults();
    if (!envelope.mayStart || defaults == null || !servers.limits().startOnFirstUse()) {
      envelope.complete(Outcome.NoServer.INSTANCE);
      return true;
    }
    return start(envelope, defaults, Wanted.NOTHING);
  }

  private boolean start(Envelope envelope, Behaviour<?, ?> arguments, Wanted wanted) {
    if (envelope.message instanceof Start && !envelope.start(System.nanoTime())) {
      return true;
    }
    if (!servers.residence().reserve(server)) {
      servers.listener().rejected(server.kind(), Rejection.LIMIT_REACHED);
      envelope.complete(
          new Outcome.LimitReached(
              "this service may have " + servers.limits().servers() + " servers"));
      return true;
    }
    servers.residence().begin(server, arguments, wanted);
    startedBy = envelope;
    return init();
  }

  /** Has the server begin from its arguments; if it does so again, its own timers go. */
  private boolean init() {
    Envelope init = Envelope.info(INIT);
    init.start(init.sentAt);
    return turnsFrom(init, System.nanoTime());
  }

  // Messages of a server that is up.

  /** One message and what its step puts before all others. */
  private boolean message(Envelope envelope) {
    if (envelope.message == WAKE) {
      settle(envelope, new Outcome.Replied(null), false, Unsaid.NOTHING);
      return true;
    }
    if (envelope.message == UNLOAD) {
      if (isHere) {
        return goOnElsewhere(envelope);
      }
      unload();
      return true;
    }
    if (envelope.message instanceof Start start) {
      startAgain(envelope, start);
      return true;
    }
    if (envelope.message instanceof Timer timer && !isCurrent(timer)) {
      return true;
    }
    if (envelope instanceof Errand.Delivery delivery && !isCurrent(delivery)) {
      return true;
    }
    long now = System.nanoTime();
    if (!envelope.start(now)) {
      envelope.complete(Outcome.TimedOut.NOT_STARTED);
      tell(envelope, Command.within(envelope.message), Result.DROPPED, now - envelope.sentAt, 0);
      return true;
    }
    if (envelope instanceof Cast cast && server.journal == null && !cast.hasKey()) {
      envelope.complete(Outcome.Accepted.INSTANCE);
    }
    return turnsFrom(envelope, now);
  }

  private void startAgain(Envelope envelope, Start start) {
    boolean created = envelope == startedBy;
    Outcome outcome = Objects.requireNonNull(Servers.answerTo(start, server, created));
    boolean changes =
        outcome instanceof Outcome.AlreadyStarted
            && start.reconfigure()
            && start.wanted().keeps(server.durability);
    if (changes) {
      server.setBehaviour(start.arguments());
      server.options = start.wanted().options(server.durability);
      outcome = new Outcome.Started(Objects.requireNonNull(server.status()), false);
    }
    Journal journal = server.journal;
    if (changes && journal != null) {
      servers.submit(
          new Entry(
              Entry.What.CONFIGURE,
              journal,
              server.state,
              server.version,
              Unsaid.NOTHING,
              envelope,
              outcome));
    } else {
      settle(envelope, outcome, false, Unsaid.NOTHING);
    }
  }

  private boolean turnsFrom(Envelope envelope, long began) {
    Envelope current = envelope;
    long now = began;
    while (true) {
      Step.Next next = turn(current, now);
      if (next == null) {
        return false;
      }
      switch (next) {
        case Step.Next.GoOn() -> {
          return true;
        }
        case Step.Next.Stop() when server.options.alwaysRestarts() -> {
          servers.supervision().restart(server, "stopped", true);
          return true;
        }
        case Step.Next.Stop() -> {
          server.endWith(new Ending(Reason.NORMAL, Outcome.Stopped.INSTANCE));
          return true;
        }
        case Step.Next.Idle _ -> {
          return true; // it runs since the step was taken over
        }
        case Step.Next.Hibernate() -> {
          if (isHere) {
            putAhead(List.of(Envelope.info(UNLOAD)));
          } else {
            unload();
          }
          return true;
        }
        case Step.Next.Then(var signal) -> {
          if (server.ending() != null) {
            return true;
          }
          current = Envelope.info(signal);
          now = current.sentAt;
          current.start(now);
        }
      }
    }
  }

  /** One turn; returns what follows, or null if the message was taken away from it. */
  private Step.@Nullable Next turn(Envelope envelope, long began) {
    inHandSince = began;
    inHand = envelope;
    Outcome outcome = null;
    Throwable crash = null;
    boolean fresh = server.state == null;
    try {
      outcome = attempt.begin(envelope);
      if (envelope.message == INIT && !fresh && outcome instanceof Outcome.Refused refused) {
        throw new IllegalStateException("refused to begin anew: " + refused.detail());
      }
    } catch (Throwable t) { // whatever a handler throws, its turn is undone and the server goes on
      crash = t;
    }
    if (!envelope.commit()) {
      return null;
    }
    Thread.interrupted();
    boolean changed = false;
    if (crash != null) {
      turn.backTo(0, 0);
      outcome = crashed(envelope, crash);
    } else {
      changed = commit(envelope);
      if (envelope.message == INIT && outcome instanceof Outcome.Refused refused) {
        outcome = failedToStart(refused.detail());
      } else if (envelope.message == INIT && fresh) {
        servers.supervision().happened(server, Events.Type.STARTED, "started");
      }
    }
    inHand = null;
    tell(envelope, crash == null ? outcome : new Outcome.Crashed(true), began);
    Step.Next next = crash == null ? attempt.next() : Step.Next.GO_ON;
    if (next == Step.Next.STOP && !server.options.alwaysRestarts()) {
      partingCall = envelope;
      partingWords = outcome == null ? Outcome.Accepted.INSTANCE : outcome;
      partingUnsaid = turn.unsaid();
    } else if (server.ending() == null || server.state != null) {
      settle(envelope, outcome, changed, turn.unsaid());
    }
    if (server.ending() == null) {
      afterCrash(envelope, crash != null);
    }
    return next;
  }

  /** Takes the attempt over; returns whether it has changed the state. */
  private boolean commit(Envelope envelope) {
    Step.Next next = attempt.next();
    Extras extras = server.extrasIfAny();
    if (extras != null && (attempt.handled() > 0 || envelope.message == INIT)) {
      extras.cancelIdle();
    }
    if (next instanceof Step.Next.Idle(Duration wait, Signal signal)) {
      Timer idle = new Timer(servers, server, null, signal, 0, null);
      server.extras().idle = idle;
      idle.schedule(servers.clockwork(), wait);
    }
    boolean changed = server.state == null || attempt.version() != server.version;
    server.state = attempt.state();
    server.version = attempt.version();
    server.countCrashes(attempt.crashes());
    if (attempt.isDeferred() && envelope instanceof Call call) {
      turn.commit(call);
      if (call.id == 0) { // no handler has asked who it is, so none can answer it
        call.releaseKey();
      }
    } else {
      turn.commit(null);
    }
    return changed;
  }

  /** Tells those who look on, of each message of a batch. */
  private void tell(Envelope envelope, @Nullable Outcome outcome, long began) {
    long waited = began - envelope.sentAt;
    long took = System.nanoTime() - began;
    Object message = Command.within(envelope.message);
    if (outcome instanceof Outcome.Replies(List<Outcome> outcomes)
        && message instanceof Batch(List<Object> messages, boolean _)) {
      for (int i = 0; i < outcomes.size(); i++) {
        Result result = resultOf(outcomes.get(i));
        tell(envelope, messages.get(i), result, waited, took / outcomes.size());
      }
    } else {
      tell(envelope, message, resultOf(outcome), waited, took);
    }
  }

  private void tell(Envelope envelope, Object message, Result result, long waited, long took) {
    servers.listener().handled(server.kind(), envelope.origin, result, waited, took);
    if (message != INIT) {
      Statistics.count(server, nameOf(message), result, waited, took);
      Traces traces = server.traces;
      if (traces != null) {
        traces.tell(nameOf(message), envelope.origin, result, waited, took, said(message));
      }
    }
  }

  /**
   * Tells the sender, and whom the turn has answered, when all that it was based on is stored.
   *
   * @param changed whether the turn has changed the state
   */
  private void settle(
      Envelope envelope, @Nullable Outcome outcome, boolean changed, Unsaid unsaid) {
    Outcome said =
        outcome == null && envelope instanceof Cast ? Outcome.Accepted.INSTANCE : outcome;
    Journal journal = server.journal;
    Object state = server.state;
    if (changed && state != null) {
      server.state = server.kind().form().marked(state, server.version);
    }
    if (journal == null
        || (!changed
            && unsaid.isNothingToStore()
            && !(envelope instanceof Cast)
            && journal.isSettled())) {
      unsaid.release(); // first: whoever has an answer finds begun what it comes from
      if (said != null) {
        envelope.complete(said);
      }
      if (changed) {
        server.show(server.state, server.version);
      }
      return;
    }
    servers.submit(
        new Entry(
            envelope.message == INIT && !journal.hasBegun() ? Entry.What.FRESH : Entry.What.STEP,
            journal,
            changed ? Objects.requireNonNull(state) : null,
            server.version,
            unsaid,
            envelope,
            said));
  }

  private Outcome crashed(Envelope envelope, Throwable crash) {
    server.countCrashes(1);
    servers.supervision().crashed(server, nameOf(envelope.message), crash);
    if (envelope.message == INIT && server.state == null) {
      return failedToStart("its init crashed");
    }
    return new Outcome.Crashed(!server.options.beginsAnew());
  }

  /** A crash is a restart if the server begins anew, or if a step of its own has crashed. */
  private void afterCrash(Envelope envelope, boolean crashed) {
    if (crashed) {
      boolean anew = envelope.message == INIT || server.options.beginsAnew();
      Object message = said(envelope.message);
      if (anew || message instanceof Signal || message instanceof Errand.Brought) {
        servers.supervision().restart(server, "crashed", anew);
      }
    } else if (attempt.hasOwnCrash()) {
      servers.supervision().restart(server, "crashed", false);
    }
  }

  private Outcome failedToStart(String detail) {
    Outcome failed = new Outcome.StartFailed(detail);
    server.endWith(new Ending(Reason.NORMAL, failed));
    return failed;
  }

  private String nameOf(Object message) {
    return nameOf(server, message);
  }

  static String nameOf(Server server, Object message) {
    Object within = Command.within(said(message));
    return switch (within) {
      case Batch _ -> "batch";
      case Start _ -> "start";
      case TimerRequest _ -> "timers";
      case Errand.Brought _ -> "errand";
      default -> within == INIT ? "init" : server.kind().nameOf(within);
    };
  }

  /** Of what a timer or an errand brings, the message, as far as there is one. */
  static Object said(Object message) {
    return switch (message) {
      case Timer timer -> timer.message;
      case Errand.Brought brought -> Objects.requireNonNullElse(brought.message(), brought);
      default -> message;
    };
  }

  private static Result resultOf(@Nullable Outcome outcome) {
    return switch (outcome) {
      case null -> Result.DEFERRED;
      case Outcome.Replied(Look.Seen(Outcome seen, long _), Tag _) -> resultOf(seen);
      case Outcome.Replied _, Outcome.Accepted _, Outcome.Replies _ -> Result.REPLIED;
      case Outcome.Crashed _ -> Result.CRASHED;
      case Outcome.Replayed(Outcome first) -> resultOf(first);
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
    if (timer.isDueAgain() && extras.timers.get(timer.id) == timer) {
      long missed = timer.repeat(servers.clock().millis(), servers.clockwork());
      servers.listener().counted(server.kind(), "skipped-ticks", missed);
      return true;
    }
    return extras.timers.remove(timer.id, timer);
  }

  /** Whether its errand was not cancelled, which ends with its last message. */
  private boolean isCurrent(Errand.Delivery delivery) {
    Set<Errand> all = server.extras().errands;
    return delivery.isLast ? all.remove(delivery.errand) : all.contains(delivery.errand);
  }

  // The end. From here on the server's name is free, and whoever waits is told.

  /** Ends the server in place of its hanging handler, if that one has not come to its commit. */
  void takeOver() {
    if (takeHandAway() == null) {
      return;
    }
    servers.execute(() -> {
      if (end()) {
        servers.runs().over(this);
      } else {
        handOver(successor());
      }
    });
  }

  /**
   * Takes the message in hand away from its handler, for the server crashes here and now; false if
   * there is none.
   */
  boolean kill() {
    Envelope hanging = takeHandAway();
    if (hanging == null) {
      return false;
    }
    if (server.state == null) {
      Outcome failed = new Outcome.StartFailed("it was killed in its init");
      Objects.requireNonNull(current).complete(failed);
      servers.supervision().end(server, Reason.NORMAL, failed);
    } else {
      servers.supervision().restart(server, "killed");
    }
    goOnWithout(hanging);
    return true;
  }

  /** Discards the step in hand, if there is one; another run goes on with the next message. */
  void discard() {
    Envelope hanging = takeHandAway();
    if (hanging != null) {
      goOnWithout(hanging);
    }
  }

  private void goOnWithout(Envelope hanging) {
    Drain successor = successor();
    successor.killed = hanging;
    handOver(successor);
  }

  private void handOver(Drain successor) {
    servers.runs().over(this);
    servers.runs().begin(successor, false);
  }

  /** Says what has come of a message whose handler was interrupted. */
  private void bury(Envelope interrupted) {
    Outcome crashed = new Outcome.Crashed(!server.options.beginsAnew());
    if (server.state == null || server.ending() != null) {
      interrupted.complete(crashed);
      return;
    }
    tell(interrupted, crashed, System.nanoTime());
    turn.begin(interrupted);
    settle(interrupted, crashed, false, turn.unsaid());
  }

  private @Nullable Envelope takeHandAway() {
    Envelope hanging = inHand;
    if (hanging == null || !hanging.takeAway()) {
      return null;
    }
    Thread hung = thread;
    if (hung != null) {
      hung.interrupt();
    }
    return hanging;
  }

  /** The message in hand, or null; for those who look on. */
  @Nullable Envelope inHand() {
    return inHand;
  }

  /** The messages that wait here, up to so many; for those who look on. */
  List<Envelope> waiting(int most) {
    List<Envelope> waiting = new ArrayList<>(ahead);
    waiting.addAll(server.behind(taken, most));
    waiting.removeIf(envelope -> !Sys.isShown(envelope));
    return waiting.subList(0, Math.min(waiting.size(), most));
  }

  /** How many wait before those in the mailbox. */
  int waitingAhead() {
    return (int) ahead.stream().filter(Sys::isShown).count();
  }

  /** Since when, {@link System#nanoTime}. */
  long inHandSince() {
    return inHandSince;
  }

  /** Ends the server; returns false if that could not be stored, and the server goes on. */
  private boolean end() {
    Ending ending = Objects.requireNonNull(server.ending());
    Outcome deleted = ending.reason() == Reason.NORMAL ? delete() : Outcome.Ended.INSTANCE;
    if (!(deleted instanceof Outcome.Ended)) {
      goOn(ending, deleted);
      return false;
    }
    Extras extras = server.extrasIfAny();
    if (extras != null) {
      extras.cancelAll();
    }
    servers.supervision().terminate(server, ending.reason());
    if (ending.reason() == Reason.NORMAL) {
      servers.watches().stopped(server);
    }
    servers.residence().unregister(server, ending.reason() == Reason.NORMAL);
    if (ending.reason() == Reason.NORMAL && server.state != null) {
      servers.supervision().happened(server, Events.Type.STOPPED, "normal");
    }
    if (partingCall != null && partingWords != null) {
      partingUnsaid.release();
      partingCall.complete(partingWords);
    }
    if (extras != null) {
      extras.deferred.completeAll(ending.toOthers());
    }
    lose(Objects.requireNonNull(current), ending);
    ahead.forEach(envelope -> lose(envelope, ending));
    ahead = List.of();
    Envelope last = Objects.requireNonNull(taken);
    while (!server.seal(last)) {
      last = Objects.requireNonNull(server.take(last));
      lose(last, ending);
    }
    endTraces();
    server.state = null;
    server.behaviour = null;
    ending.over().complete(Outcome.Ended.INSTANCE);
    return true;
  }

  /**
   * Tells whoever waits for a message that it is too late; nobody waits for those that are cast.
   */
  private void lose(Envelope envelope, Ending ending) {
    boolean comesBack = ending.reason() == Reason.SHUTDOWN && server.journal != null;
    if (envelope.isWaiting()
        && !comesBack
        && (envelope.origin == Origin.CAST || envelope instanceof Errand.Delivery)) {
      servers.supervision().deadLetter(server, envelope.message);
    }
    envelope.complete(ending.toOthers());
  }

  private void endTraces() {
    Traces traces = server.traces;
    if (traces != null) {
      traces.end();
    }
  }

  /** Has the store forget the server; returns Ended, or why not. */
  private Outcome delete() {
    Journal journal = server.journal;
    if (journal == null || !journal.hasBegun()) {
      return Outcome.Ended.INSTANCE;
    }
    return submitAndAwait(Entry.What.DELETE, journal, null, Outcome.Ended.INSTANCE);
  }

  private Outcome submitAndAwait(
      Entry.What what, Journal journal, @Nullable Object state, Outcome done) {
    Call call = new Call(WAKE, Origin.INFO, System.nanoTime(), FOREVER, false);
    servers.submit(new Entry(what, journal, state, server.version, Unsaid.NOTHING, call, done));
    return call.await();
  }

  private void goOn(Ending ending, Outcome why) {
    if (partingCall != null) {
      partingCall.complete(why);
      partingCall = null;
    }
    partingUnsaid.answers().forEach(answer -> answer.call().complete(why));
    partingUnsaid = Unsaid.NOTHING;
    Objects.requireNonNull(current).complete(why);
    server.goOn();
    ending.over().complete(why);
  }

  /** Has a durable server leave memory, if it has nothing there that the store has not. */
  private void unload() {
    Journal journal = server.journal;
    Extras extras = server.extrasIfAny();
    Control control = server.controlIfAny();
    if (journal == null
        || (control != null && !control.isIdle())
        || server.traces != null
        || !journal.isStored()
        || (extras != null && !extras.canWait(servers.clock().millis() + SOON))) {
      return;
    }
    Outcome saved =
        submitAndAwait(Entry.What.UNLOAD, journal, server.state, new Outcome.Replied(null));
    if (saved instanceof Outcome.Replied && leave()) {
      isGone = true;
      if (extras != null) {
        extras.cancelAll();
      }
    }
  }

  /** Frees the name if no message waits; whoever wants the server to end must look for it anew. */
  private boolean leave() {
    if (server.ending() != null
        || !ahead.isEmpty()
        || !server.seal(Objects.requireNonNull(taken))) {
      return false;
    }
    Ending ending = server.endWith(new Ending(Reason.SHUTDOWN, Outcome.NoServer.INSTANCE));
    Journal journal = server.journal;
    servers.residence().unregister(server, journal == null || !journal.isStored());
    server.behaviour = null;
    ending.over().complete(Outcome.NoServer.INSTANCE);
    return true;
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
