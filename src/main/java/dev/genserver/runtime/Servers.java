package dev.genserver.runtime;

import dev.genserver.behaviour.Behaviour;
import dev.genserver.behaviour.Reason;
import dev.genserver.runtime.Listener.Rejection;
import dev.genserver.wire.Kind;
import dev.genserver.wire.Kinds;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All servers: start, find, call, cast, stop. Every message to a server goes through here, its own
 * timers' too.
 *
 * <p>A message is put into the server's mailbox. Whoever finds the mailbox idle has the executor
 * drain it; see {@link Mailbox} for how that is decided and {@link Drain} for what happens then.
 */
public final class Servers {
  private static final Duration GRACE = Duration.ofSeconds(5);
  private static final Duration STUCK = Duration.ofSeconds(1);
  private static final Duration MOMENT = Duration.ofMillis(10);
  private static final Logger LOG = LoggerFactory.getLogger(Servers.class);

  private final Registry registry;
  private final Limits limits;
  private final Clock clock;
  private final Executor executor;
  private final ScheduledExecutorService clockwork;
  private final Listener listener;
  private final Duration grace;
  private final Carriers carriers = new Carriers();
  private final Set<Drain> running = ConcurrentHashMap.newKeySet();
  private volatile boolean closing;

  /**
   * Makes an empty house.
   *
   * @param executor runs servers that have messages; each run is one task
   * @param clockwork delivers timers
   */
  public Servers(
      Kinds kinds,
      Limits limits,
      Clock clock,
      Executor executor,
      ScheduledExecutorService clockwork,
      Listener listener) {
    this(kinds, limits, clock, executor, clockwork, listener, GRACE, STUCK);
  }

  /**
   * Makes an empty house.
   *
   * @param grace how long a step in hand, and then {@code terminate}, may take when a server ends
   * @param stuck after how long a handler is reported
   */
  Servers(
      Kinds kinds,
      Limits limits,
      Clock clock,
      Executor executor,
      ScheduledExecutorService clockwork,
      Listener listener,
      Duration grace,
      Duration stuck) {
    this.registry = new Registry(kinds);
    this.limits = limits;
    this.clock = clock;
    this.executor = executor;
    this.clockwork = clockwork;
    this.listener = listener;
    this.grace = grace;
    var _ =
        clockwork.scheduleWithFixedDelay(
            () -> lookForStuck(stuck), stuck.toNanos(), stuck.toNanos(), TimeUnit.NANOSECONDS);
  }

  /** A new name for a server that was started without one: 22 characters that nobody guesses. */
  public static String newName() {
    return Turn.randomId();
  }

  /**
   * Starts a server and waits for its {@code init}, {@code timeout} at most.
   *
   * @return Started, AlreadyStarted, StartFailed, LimitReached, ShuttingDown, or TimedOut: then it
   *     may still start
   */
  public Outcome start(Kind kind, String name, Behaviour<?, ?> arguments, Duration timeout) {
    Registry.Family family = registry.of(kind);
    long sentAt = System.nanoTime();
    while (true) {
      if (closing) {
        return rejected(kind, Rejection.SHUTTING_DOWN, Outcome.ShuttingDown.INSTANCE);
      }
      Server server = family.find(name);
      if (server != null && server.state != null) {
        return kind.sameArguments(server.behaviour, arguments)
            ? new Outcome.Started(server.status(), false)
            : new Outcome.AlreadyStarted();
      }
      Call ready = new Call(Drain.WAKE, Origin.INFO, sentAt, timeout);
      if (server == null) {
        if (!registry.reserve(limits.servers())) {
          return noPlace(kind);
        }
        Server fresh = new Server(family, name, arguments, clock.instant());
        if (startWith(ready, fresh)) {
          return started(fresh, ready.await());
        }
        registry.release();
      } else if (offer(server, ready) != Mailbox.Offer.SEALED
          && ready.await() instanceof Outcome.TimedOut) {
        return started(server, Outcome.TimedOut.STARTED);
      }
    }
  }

  private Outcome started(Server server, Outcome outcome) {
    return switch (outcome) {
      case Outcome.Replied _ -> new Outcome.Started(server.status(), true);
      case Outcome.TimedOut _ -> answered(server.kind(), Outcome.TimedOut.STARTED);
      default -> outcome;
    };
  }

  /**
   * Sends a message and waits for the outcome.
   *
   * @param startIfMissing whether to start a server that does not run with its kind's defaults
   * @param timeout how long to wait, more than zero
   */
  public Outcome call(
      Kind kind, String name, Object message, Duration timeout, boolean startIfMissing) {
    Call call = new Call(message, Origin.CALL, System.nanoTime(), timeout);
    Outcome refused = send(kind, name, call, startIfMissing);
    return answered(kind, refused == null ? call.await() : refused);
  }

  /** Sends a message that nobody waits for. When this returns Accepted it is in the mailbox. */
  public Outcome cast(Kind kind, String name, Object message, boolean startIfMissing) {
    Envelope cast = new Envelope(message, Origin.CAST, System.nanoTime());
    Outcome refused = send(kind, name, cast, startIfMissing);
    return refused == null ? Outcome.Accepted.INSTANCE : refused;
  }

  /** Tells what there is to tell of a server without asking it; null if there is none. */
  public @Nullable Status status(Kind kind, String name) {
    Server server = find(kind, name);
    return server == null ? null : server.status();
  }

  /**
   * The servers of the given kinds whose names start with {@code prefix}, by name, then kind.
   *
   * @param after the last one of the page before; null for the first page
   */
  public List<Status> list(List<Kind> kinds, String prefix, @Nullable Position after, int limit) {
    return kinds.stream()
        .flatMap(kind -> registry.of(kind).page(prefix, after, limit).stream())
        .sorted(
            Comparator.comparing((Server server) -> server.name)
                .thenComparing(server -> server.kind().name()))
        .limit(limit)
        .map(Server::status)
        .toList();
  }

  /** A place in a listing. */
  public record Position(String name, String kind) {}

  /**
   * Stops a server: the step in hand may finish, all else is gone for good. Returns Ended or
   * NoServer.
   */
  public Outcome stop(Kind kind, String name) {
    Server server = find(kind, name);
    if (server == null) {
      return Outcome.NoServer.INSTANCE;
    }
    Ending ending = end(server, Reason.NORMAL, Outcome.Stopped.INSTANCE);
    for (Duration wait = grace; !await(ending.over(), wait); wait = MOMENT) {
      takeOver(server::equals);
    }
    return new Outcome.Ended();
  }

  /**
   * Shuts down: takes no more messages in, lets mailboxes empty for as long as the limits say,
   * tells those who still wait, and lets servers terminate, all of them at once.
   */
  public void shutDown() {
    closing = true;
    Outcome goodbye = Outcome.ShuttingDown.INSTANCE;
    List<Ending> endings = new ArrayList<>();
    if (!awaitDrained(limits.drain())) {
      running.forEach(drain -> endings.add(end(drain.server(), Reason.SHUTDOWN, goodbye)));
    }
    for (Registry.Family family : registry.families()) {
      for (Server server : family.all()) {
        Extras extras = server.extrasIfAny();
        if (extras != null) {
          extras.deferred.completeAll(goodbye);
        }
        if (family.kind().terminates()) {
          endings.add(end(server, Reason.SHUTDOWN, goodbye));
        }
      }
    }
    long deadline = System.nanoTime() + grace.toNanos();
    for (Ending ending : endings) {
      while (ending.over().getCount() > 0 && System.nanoTime() - deadline < 0) {
        takeOver(server -> server.ending() != null);
        await(ending.over(), MOMENT);
      }
    }
  }

  /** How many servers of this kind there are. */
  public int count(Kind kind) {
    return registry.of(kind).size();
  }

  /** How many messages wait for all servers of this kind together. */
  public long queued(Kind kind) {
    return running.stream()
        .map(Drain::server)
        .filter(s -> s.kind() == kind)
        .mapToLong(Mailbox::waiting)
        .sum();
  }

  /** How many messages wait for that server of this kind for which the most do. */
  public int longestMailbox(Kind kind) {
    return running.stream()
        .map(Drain::server)
        .filter(s -> s.kind() == kind)
        .mapToInt(Mailbox::waiting)
        .max()
        .orElse(0);
  }

  /** How many places are taken, see {@link Limits#servers}. */
  int reserved() {
    return registry.reserved();
  }

  /** How many runs are under way. */
  int running() {
    return running.size();
  }

  @Nullable Server find(Kind kind, String name) {
    return registry.of(kind).find(name);
  }

  // Messages.

  /** Delivers a timer that is due. */
  void info(Server server, Timer timer) {
    if (!closing) {
      offer(server, new Envelope(timer, Origin.INFO, System.nanoTime()));
    }
  }

  /** Returns null if the message is in a mailbox. */
  private @Nullable Outcome send(
      Kind kind, String name, Envelope envelope, boolean startIfMissing) {
    if (closing) {
      return rejected(kind, Rejection.SHUTTING_DOWN, Outcome.ShuttingDown.INSTANCE);
    }
    Registry.Family family = registry.of(kind);
    while (true) {
      Server server = family.find(name);
      if (server == null) {
        Behaviour<?, ?> defaults = kind.defaults();
        if (!startIfMissing || !limits.startOnFirstUse() || defaults == null) {
          return Outcome.NoServer.INSTANCE;
        }
        if (!registry.reserve(limits.servers())) {
          return noPlace(kind);
        }
        if (startWith(envelope, new Server(family, name, defaults, clock.instant()))) {
          return null;
        }
        registry.release();
        continue;
      }
      switch (offer(server, envelope)) {
        case FIRST, QUEUED -> {
          return null;
        }
        case FULL -> {
          return rejected(kind, Rejection.MAILBOX_FULL, Outcome.MailboxFull.INSTANCE);
        }
        case SEALED -> Thread.onSpinWait(); // it has ended and its name is free: look again
      }
    }
  }

  private boolean startWith(Envelope envelope, Server fresh) {
    Envelope init = new Envelope(Drain.INIT, Origin.INFO, envelope.sentAt);
    fresh.offer(init, limits.mailboxCapacity());
    fresh.offer(envelope, limits.mailboxCapacity());
    if (fresh.family.putIfAbsent(fresh) != null) {
      return false;
    }
    wake(fresh);
    return true;
  }

  private Outcome noPlace(Kind kind) {
    return rejected(
        kind,
        Rejection.LIMIT_REACHED,
        new Outcome.LimitReached("this service may run " + limits.servers() + " servers"));
  }

  private Outcome rejected(Kind kind, Rejection why, Outcome outcome) {
    listener.rejected(kind, why);
    return outcome;
  }

  private Outcome answered(Kind kind, Outcome outcome) {
    if (outcome instanceof Outcome.TimedOut(boolean started)) {
      listener.timedOut(kind, started);
    }
    return outcome;
  }

  // Running.

  private Mailbox.Offer offer(Server server, Envelope envelope) {
    Mailbox.Offer offer = server.offer(envelope, limits.mailboxCapacity());
    if (offer == Mailbox.Offer.FIRST) {
      wake(server);
    }
    return offer;
  }

  private void wake(Server server) {
    Drain drain = new Drain(this, server);
    running.add(drain);
    executor.execute(drain);
  }

  /** A run is over. */
  void drained(Drain drain) {
    running.remove(drain);
    if (closing) {
      synchronized (running) {
        running.notifyAll();
      }
    }
  }

  private boolean awaitDrained(Duration limit) {
    long deadline = System.nanoTime() + limit.toNanos();
    synchronized (running) {
      while (!running.isEmpty()) {
        long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
        if (left <= 0) {
          return false;
        }
        try {
          running.wait(left);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          return false;
        }
      }
    }
    return true;
  }

  private void lookForStuck(Duration limit) {
    long now = System.nanoTime();
    Set<Thread> stuck = new HashSet<>();
    for (Drain drain : running) {
      Thread thread = drain.stuck(now, limit.toNanos());
      if (thread != null) {
        stuck.add(thread);
      }
    }
    carriers.lendFor(stuck);
  }

  // Ending.

  /** Has its drainer end the server before the next message, unless it is to end already. */
  private Ending end(Server server, Reason reason, Outcome toOthers) {
    Ending ending = server.endWith(new Ending(reason, toOthers));
    offer(server, new Envelope(Drain.WAKE, Origin.INFO, System.nanoTime()));
    return ending;
  }

  /** Ends those servers whose handler does not let their drainer do it. */
  private void takeOver(Predicate<Server> which) {
    running.stream().filter(drain -> which.test(drain.server())).forEach(Drain::takeOver);
  }

  /** Lets a server that wants it take its leave, for a limited time. */
  void terminate(Server server, Reason reason) {
    Object state = server.state;
    if (!server.kind().terminates() || state == null) {
      return;
    }
    FutureTask<?> leave =
        new FutureTask<>(
            () -> server.behaviour.terminate(reason, state, new Turn(this, server)), null);
    try {
      executor.execute(leave);
      leave.get(grace.toNanos(), TimeUnit.NANOSECONDS);
    } catch (ExecutionException e) {
      LOG.error("{} crashed in terminate", server, e.getCause());
    } catch (TimeoutException | InterruptedException | RejectedExecutionException e) {
      LOG.warn("{} did not come to the end of terminate", server);
      leave.cancel(true);
    }
  }

  void unregister(Server server) {
    if (server.family.remove(server)) {
      registry.release();
    }
  }

  private static boolean await(CountDownLatch latch, Duration limit) {
    boolean interrupted = false;
    long deadline = System.nanoTime() + limit.toNanos();
    try {
      while (true) {
        try {
          return latch.await(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  // What a run needs.

  void execute(Runnable task) {
    executor.execute(task);
  }

  Limits limits() {
    return limits;
  }

  Clock clock() {
    return clock;
  }

  ScheduledExecutorService clockwork() {
    return clockwork;
  }

  Listener listener() {
    return listener;
  }
}
