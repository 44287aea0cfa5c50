package dev.genserver.runtime;

import dev.genserver.behaviour.Behaviour;
import dev.genserver.behaviour.Query;
import dev.genserver.behaviour.Reason;
import dev.genserver.runtime.Listener.Rejection;
import dev.genserver.store.ServerRow;
import dev.genserver.store.StateStore;
import dev.genserver.store.StoreFailure;
import dev.genserver.wire.Kind;
import dev.genserver.wire.Kinds;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

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

  /** How long a cast waits to be stored. */
  private static final Duration CAST_TIMEOUT = Duration.ofSeconds(5);

  /** How long a server that is to be stopped may take to be loaded first. */
  private static final Duration LOAD_TIMEOUT = Duration.ofMinutes(1);

  private final Registry registry;
  private final Limits limits;
  private final Clock clock;
  private final Executor executor;
  private final ScheduledExecutorService clockwork;
  private final Listener listener;
  private final @Nullable StateStore store;
  private final @Nullable Loader loader;
  private final @Nullable Committer committer;
  private final Underway underway = new Underway();
  private final Runs runs;
  private final Supervision supervision;
  private final Residence residence;
  private final Sys sys;
  private final Watches watches;
  private final Errands errands = new Errands(this);
  private volatile boolean closing;

  /** Makes an empty house that keeps everything in memory; see the other constructor. */
  public Servers(
      Kinds kinds,
      Limits limits,
      Clock clock,
      Executor executor,
      ScheduledExecutorService clockwork,
      Listener listener) {
    this(kinds, limits, clock, executor, clockwork, listener, null, Runnable::run);
  }

  /**
   * Makes an empty house, or one with what the store has.
   *
   * @param executor runs servers that have messages; each run is one task
   * @param clockwork delivers timers
   * @param store keeps durable servers; null: there are none
   * @param writing runs the one task that writes to the store, until {@link #shutDown}
   */
  public Servers(
      Kinds kinds,
      Limits limits,
      Clock clock,
      Executor executor,
      ScheduledExecutorService clockwork,
      Listener listener,
      @Nullable StateStore store,
      Executor writing) {
    this(kinds, limits, clock, executor, clockwork, listener, store, writing, GRACE, STUCK);
  }

  /**
   * Makes a house.
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
      @Nullable StateStore store,
      Executor writing,
      Duration grace,
      Duration stuck) {
    this.registry = new Registry(kinds, store == null ? Map.of() : store.counts());
    this.limits = limits;
    this.clock = clock;
    this.executor = executor;
    this.clockwork = clockwork;
    this.listener = listener;
    this.store = store;
    this.loader = store == null ? null : new Loader(store, this);
    this.committer = store == null ? null : new Committer(store, listener);
    this.watches = new Watches(this, limits.watchers());
    this.residence = new Residence(this, registry, store, loader);
    this.runs = new Runs(executor);
    this.supervision = new Supervision(this, runs, grace);
    this.sys = new Sys(this, supervision, runs);
    repeat(() -> runs.lookForStuck(stuck), stuck);
    if (committer != null) {
      writing.execute(committer);
      repeat(residence::unloadIdle, Residence.POLL);
      later(residence::wakeDue, Duration.ZERO);
    }
  }

  private void repeat(Runnable task, Duration period) {
    var _ =
        clockwork.scheduleWithFixedDelay(
            task, period.toNanos(), period.toNanos(), TimeUnit.NANOSECONDS);
  }

  /** A new name for a server that was started without one: 22 characters that nobody guesses. */
  public static String newName() {
    return Turn.randomId();
  }

  /**
   * Starts a server and waits for its {@code init}, {@code timeout} at most.
   *
   * @param wanted what is not as usual
   * @return Started, AlreadyStarted, StartFailed, LimitReached, StoreUnavailable, ShuttingDown, or
   *     TimedOut
   */
  public Outcome start(
      Kind kind, String name, Behaviour<?, ?> arguments, Wanted wanted, Duration timeout) {
    return start(kind, name, new Start(arguments, wanted, false), timeout);
  }

  /** The same. */
  Outcome start(Kind kind, String name, Start start, Duration timeout) {
    Server server = find(kind, name);
    if (server != null && server.isUpForGood()) {
      Outcome there = answerTo(start, server, false);
      if (there != null && !start.reconfigure()) {
        return there;
      }
    }
    Call call = new Call(start, Origin.INFO, System.nanoTime(), timeout, false);
    Outcome refused = send(kind, name, call);
    return answered(kind, refused == null ? call.await() : refused);
  }

  /** What a start comes to where the server is up; null if it has just gone. */
  static @Nullable Outcome answerTo(Start start, Server server, boolean created) {
    Status status = server.status();
    if (status == null) {
      return null;
    }
    boolean same =
        created
            || (start.wanted().fits(server.options)
                && server.kind().sameArguments(status.arguments(), start.arguments()));
    return same ? new Outcome.Started(status, created) : new Outcome.AlreadyStarted();
  }

  /**
   * Has these supervisors look after their children, and starts these in order.
   *
   * @throws NotStarted if one can't be
   */
  public void supervise(List<Supervisor> supervisors) {
    supervision.supervise(supervisors);
  }

  /** The supervision tree, from its root. */
  public Branch supervisors() {
    return supervision.tree().branch();
  }

  /** The supervisors whose children are held down for having failed too often: ms that are left. */
  public Map<String, Long> heldDown() {
    return supervision.tree().heldDown();
  }

  /** Whether servers may be started that outlive the process. */
  public boolean isDurable() {
    return store != null;
  }

  /**
   * Sends a message and waits for the outcome.
   *
   * @param startIfMissing whether to start a server that is not there with its kind's defaults
   * @param timeout how long to wait, more than zero
   */
  public Outcome call(
      Kind kind, String name, Object message, Duration timeout, boolean startIfMissing) {
    Call call = new Call(message, Origin.CALL, System.nanoTime(), timeout, startIfMissing);
    Outcome refused = sendOnce(kind, name, call);
    return answered(kind, refused == null ? call.await() : refused);
  }

  /**
   * Sends a message, and has {@code receiver} told of the outcome: at once, or later on another
   * thread, such as the one that writes to the store. It must be quick and must not throw.
   */
  public Posted post(
      Kind kind,
      String name,
      Object message,
      Duration timeout,
      boolean startIfMissing,
      Consumer<Outcome> receiver) {
    Posted posted =
        new Posted(
            message, timeout, startIfMissing, outcome -> receiver.accept(answered(kind, outcome)));
    Outcome refused = sendOnce(kind, name, posted);
    if (refused != null) {
      posted.complete(refused);
    }
    return posted;
  }

  /** Sends a server's call to another; it is handled on another thread. */
  Posted postFrom(
      Kind kind, String name, Object message, Duration timeout, Consumer<Outcome> receiver) {
    Posted posted =
        new Posted(message, timeout, true, outcome -> receiver.accept(answered(kind, outcome)));
    Outcome refused = send(kind, name, posted, false);
    if (refused != null) {
      posted.complete(refused);
    }
    return posted;
  }

  /** Sends a server's cast to another. */
  void castFrom(Kind kind, String name, Object message) {
    boolean mayStart = !(message instanceof Query);
    Envelope cast = new Envelope(message, Origin.CAST, System.nanoTime(), mayStart);
    if (send(kind, name, cast, false) != null) {
      supervision.deadLetter(new Server(registry.of(kind), name), message);
    }
  }

  /** The kind of this name; there must be one. */
  Kind kind(String name) {
    Kind kind = registry.kind(name);
    if (kind == null) {
      throw new IllegalArgumentException("there is no kind " + name);
    }
    return kind;
  }

  /** The same; the message must be one of it. */
  Kind kind(String name, Object message) {
    Kind kind = kind(name);
    if (!kind.has(message)) {
      throw new IllegalArgumentException(name + " have no message " + message);
    }
    return kind;
  }

  /** Sends a call, unless the idempotency key that it may have is taken. */
  private @Nullable Outcome sendOnce(Kind kind, String name, Call call) {
    if (call.message instanceof Request(Object message, Condition _, String key) && key != null) {
      String fingerprint = Answer.fingerprint(kind, message);
      Outcome taken = underway.claim(kind.name(), name, key, fingerprint, call);
      if (taken != null) {
        return taken;
      }
    }
    Outcome refused = send(kind, name, call);
    if (refused != null) {
      call.complete(refused);
    }
    return refused;
  }

  /**
   * Sends a message to many servers, none of which it starts, and waits for all the outcomes, for
   * {@code timeout} altogether.
   */
  public Map<String, Outcome> callAll(
      Kind kind, Collection<String> names, Object message, Duration timeout) {
    long now = System.nanoTime();
    Map<String, Outcome> outcomes = new LinkedHashMap<>();
    Map<String, Call> calls = new LinkedHashMap<>();
    for (String name : names) {
      Call call = new Call(message, Origin.CALL, now, timeout, false);
      Outcome refused = send(kind, name, call);
      calls.put(name, call);
      if (refused != null) {
        call.complete(refused);
      }
    }
    calls.forEach((name, call) -> outcomes.put(name, answered(kind, call.await())));
    return outcomes;
  }

  /** Sends a message that nobody waits for to many servers, none of which it starts. */
  public Map<String, Outcome> castAll(Kind kind, Collection<String> names, Object message) {
    Map<String, Outcome> outcomes = new LinkedHashMap<>();
    Map<String, Cast> casts = new LinkedHashMap<>();
    for (String name : names) {
      Cast cast = new Cast(message, System.nanoTime(), CAST_TIMEOUT, false);
      Outcome refused = send(kind, name, cast);
      casts.put(name, cast);
      if (refused != null) {
        cast.complete(refused);
      }
    }
    casts.forEach(
        (name, cast) -> outcomes.put(name, accepted(answered(kind, awaitSafe(kind, name, cast)))));
    return outcomes;
  }

  /**
   * Begins to watch what a query comes to. The query itself is sent first, and waited for.
   *
   * @param renderer makes of an outcome what watchers are given: the same for all watchers of the
   *     query, for it is done once for all of them
   */
  public Watch watch(
      Kind kind, String name, Object query, Duration timeout, Function<Outcome, byte[]> renderer) {
    Watch watch = new Watch(watches, kind, name, query, renderer);
    if (watches.join(watch)) {
      watch.begin(call(kind, name, new Look(query), timeout, false));
    } else {
      watch.begin(
          rejected(
              kind,
              Rejection.LIMIT_REACHED,
              new Outcome.LimitReached(
                  "this service may have " + limits.watchers() + " watchers")));
    }
    return watch;
  }

  /** How many watch servers of this kind. */
  public int watchers(Kind kind) {
    return watches.count(kind);
  }

  /** The limits that it keeps to. */
  public Limits limits() {
    return limits;
  }

  /**
   * Sends a message that nobody waits for. When this returns Accepted it is in the mailbox, and, if
   * the server is a durable one, stored.
   */
  public Outcome cast(Kind kind, String name, Object message, boolean startIfMissing) {
    Outcome atOnce = castAtOnce(kind, name, message, startIfMissing);
    if (atOnce != null) {
      return atOnce;
    }
    Cast cast = new Cast(message, System.nanoTime(), CAST_TIMEOUT, startIfMissing);
    Outcome refused = sendOnce(kind, name, cast);
    return refused == null ? accepted(answered(kind, awaitSafe(kind, name, cast))) : refused;
  }

  /**
   * The same if its sender need not wait: the server is there, in memory. Null: it would have to,
   * and nothing was sent.
   */
  public @Nullable Outcome castAtOnce(
      Kind kind, String name, Object message, boolean startIfMissing) {
    Server server = find(kind, name);
    if (server == null
        || server.state == null
        || server.journal != null
        || message instanceof Request) {
      return null;
    }
    Outcome refused =
        send(kind, name, new Envelope(message, Origin.CAST, System.nanoTime(), startIfMissing));
    return refused == null ? Outcome.Accepted.INSTANCE : refused;
  }

  private static Outcome accepted(Outcome outcome) {
    return outcome instanceof Outcome.Replayed
        ? new Outcome.Replayed(Outcome.Accepted.INSTANCE)
        : isHandled(outcome) ? Outcome.Accepted.INSTANCE : outcome;
  }

  /**
   * Whether a message came to its handler, which is all that the sender of a cast wants to know.
   */
  public static boolean isHandled(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Replied _, Outcome.Refused _, Outcome.Crashed _, Outcome.Stopped _ -> true;
      case Outcome.Accepted _, Outcome.Replayed _ -> true;
      default -> false;
    };
  }

  /**
   * Waits until the cast's step is committed, or has it stored if that does not come soon. In
   * memory it is as safe as it can be in the mailbox already.
   */
  private Outcome awaitSafe(Kind kind, String name, Cast cast) {
    for (long wait = cast.patience().toNanos(); true; wait = MOMENT.toNanos()) {
      long until = System.nanoTime() + wait;
      if (until - cast.deadline() >= 0) {
        return cast.await();
      }
      Outcome outcome = cast.await(until);
      if (outcome != null) {
        return outcome;
      }
      Server server = find(kind, name);
      if (server != null && server.state != null && server.journal == null) {
        return Outcome.Accepted.INSTANCE;
      }
      Journal journal = server == null ? null : server.journal;
      if (journal != null && journal.isStored() && !journal.isBroken() && !cast.asked) {
        cast.asked = true;
        submit(
            new Entry(
                Entry.What.KEEP,
                journal,
                null,
                0,
                Unsaid.NOTHING,
                cast,
                Outcome.Accepted.INSTANCE));
      }
    }
  }

  /**
   * Tells what there is to tell of a server without asking it; null if there is none.
   *
   * @throws Unavailable if that stands in the store, which can't be read now
   */
  public @Nullable Status status(Kind kind, String name) {
    Server server = find(kind, name);
    Status status = server == null ? null : server.status();
    if (status != null || loader == null || store == null) {
      return status;
    }
    try {
      ServerRow row = store.find(kind.name(), name);
      return row == null ? null : loader.status(kind, row);
    } catch (StoreFailure e) {
      throw new Unavailable(e);
    }
  }

  /**
   * The servers of the given kinds whose names start with {@code prefix}, by name, then kind.
   *
   * @param after the last one of the page before; null for the first page
   * @throws Unavailable if the store can't be read now
   */
  public List<Status> list(List<Kind> kinds, String prefix, @Nullable Position after, int limit) {
    SortedMap<Position, Status> found = new TreeMap<>();
    if (loader != null && store != null) {
      Map<String, Kind> byName = kinds.stream().collect(Collectors.toMap(Kind::name, k -> k));
      StateStore.Place place =
          after == null ? null : new StateStore.Place(after.name(), after.kind());
      try {
        for (ServerRow row : store.list(byName.keySet(), prefix, place, limit)) {
          Kind kind = Objects.requireNonNull(byName.get(row.kind()));
          found.put(new Position(row.name(), row.kind()), loader.status(kind, row));
        }
      } catch (StoreFailure e) {
        throw new Unavailable(e);
      }
    }
    for (Kind kind : kinds) {
      for (Server server : registry.of(kind).page(prefix, after, limit)) {
        Status status = server.status();
        if (status != null) {
          found.put(new Position(server.name, kind.name()), status);
        }
      }
    }
    return found.values().stream().limit(limit).toList();
  }

  /** A place in a listing. */
  public record Position(String name, String kind) implements Comparable<Position> {
    @Override
    public int compareTo(Position other) {
      int byName = name.compareTo(other.name);
      return byName != 0 ? byName : kind.compareTo(other.kind);
    }
  }

  /**
   * Stops a server: the step in hand may finish, all else is gone for good. Returns Ended,
   * NoServer, or why it could not be.
   */
  public Outcome stop(Kind kind, String name) {
    while (true) {
      Server server = find(kind, name);
      if (server == null || server.behaviour == null) {
        Outcome up = bringUp(kind, name);
        if (!(up instanceof Outcome.Replied)) {
          return up;
        }
        server = find(kind, name);
      }
      if (server == null) {
        continue;
      }
      Ending ending = supervision.end(server, Reason.NORMAL, Outcome.Stopped.INSTANCE);
      Outcome outcome = supervision.awaitEnd(ending, server);
      if (!(outcome instanceof Outcome.NoServer)) {
        return outcome;
      }
      // It has left memory in this moment: look for it in the store.
    }
  }

  /** Has a server loaded that may be in the store. Returns Replied, or why it is not there. */
  Outcome bringUp(Kind kind, String name) {
    if (store == null && find(kind, name) == null) {
      return Outcome.NoServer.INSTANCE;
    }
    Call call = new Call(Drain.WAKE, Origin.INFO, System.nanoTime(), LOAD_TIMEOUT, false);
    Outcome refused = send(kind, name, call);
    return refused == null ? call.await() : refused;
  }

  /**
   * Shuts down: takes no more messages in, ends what watches, lets mailboxes empty for as long as
   * the limits say, tells those who still wait, lets servers terminate, all of them at once, and
   * stores the rest.
   */
  public void shutDown() {
    closing = true;
    watches.shutDown();
    supervision.events().end();
    Outcome goodbye = Outcome.ShuttingDown.INSTANCE;
    List<Ending> endings = new ArrayList<>();
    if (!runs.awaitNone(limits.drain())) {
      runs.forEach(run -> endings.add(supervision.end(run.server(), Reason.SHUTDOWN, goodbye)));
    }
    supervision.awaitEnds(endings);
    supervision.tree().shutDown();
    for (Registry.Family family : registry.families()) {
      for (Server server : family.all()) {
        Extras extras = server.extrasIfAny();
        if (extras != null) {
          extras.deferred.completeAll(goodbye);
        }
        if (family.kind().terminates() || (server.controlIfAny() != null && server.isBusy())) {
          endings.add(supervision.end(server, Reason.SHUTDOWN, goodbye));
        } else {
          residence.saveTouched(server);
        }
      }
    }
    supervision.awaitEnds(endings);
    if (committer != null) {
      committer.close();
    }
  }

  /** How many servers of this kind there are, in memory or stored. */
  public long count(Kind kind) {
    return registry.of(kind).places();
  }

  /** How many bytes the store has, 0 without one, or NaN when it can't tell. */
  public double storeSize() {
    try {
      return store == null ? 0 : store.size();
    } catch (StoreFailure e) {
      return Double.NaN;
    }
  }

  /** How many servers of this kind are in memory. */
  public int inMemory(Kind kind) {
    return registry.of(kind).size();
  }

  /** How many messages wait for all servers of this kind together. */
  public long queued(Kind kind) {
    return runs.servers(kind).mapToLong(Mailbox::waiting).sum();
  }

  /** How many messages wait for that server of this kind for which the most do. */
  public int longestMailbox(Kind kind) {
    return runs.servers(kind).mapToInt(Mailbox::waiting).max().orElse(0);
  }

  /** How many places are taken, see {@link Limits#servers}. */
  int reserved() {
    return registry.reserved();
  }

  /** How many runs are under way. */
  int running() {
    return runs.count();
  }

  boolean isClosing() {
    return closing;
  }

  @Nullable Server find(Kind kind, String name) {
    return registry.of(kind).find(name);
  }

  // Messages.

  /** Delivers a timer that is due. */
  void info(Server server, Timer timer) {
    if (!closing) {
      offer(server, Envelope.info(timer));
    }
  }

  /** Returns null if the message is in a mailbox. */
  @Nullable Outcome send(Kind kind, String name, Envelope envelope) {
    return send(kind, name, envelope, true);
  }

  /**
   * The same.
   *
   * @param here whether it may be handled on this thread
   */
  private @Nullable Outcome send(Kind kind, String name, Envelope envelope, boolean here) {
    if (closing) {
      return rejected(kind, Rejection.SHUTTING_DOWN, Outcome.ShuttingDown.INSTANCE);
    }
    Registry.Family family = registry.of(kind);
    while (true) {
      Server server = family.find(name);
      if (server == null) {
        Server fresh = new Server(family, name);
        fresh.offer(envelope, limits.mailboxCapacity());
        if (family.putIfAbsent(fresh) == null) {
          wake(fresh, false);
          return null;
        }
        continue;
      }
      long held = heldFor(server, envelope);
      if (held > 0) {
        return rejected(kind, Rejection.RESTARTING, new Outcome.Restarting(held));
      }
      switch (offer(server, envelope, here)) {
        case FIRST, QUEUED -> {
          return null;
        }
        case FULL -> {
          return rejected(kind, Rejection.MAILBOX_FULL, Outcome.MailboxFull.INSTANCE);
        }
        case SEALED -> Thread.onSpinWait(); // it is gone and its name is about to be free
      }
    }
  }

  private long heldFor(Server server, Envelope envelope) {
    Control control = server.controlIfAny();
    return control == null || envelope.origin == Origin.INFO ? 0 : control.heldFor(clock.millis());
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

  void submit(Entry entry) {
    Objects.requireNonNull(committer).submit(entry);
  }

  /** Runs a task after a while, unless the service shuts down. */
  void later(Runnable task, Duration delay) {
    var _ = schedule(task, delay);
  }

  /** The same; it can be cancelled. */
  Future<?> schedule(Runnable task, Duration delay) {
    try {
      return clockwork.schedule(
          () -> executor.execute(task), delay.toMillis(), TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) { // the service shuts down
      return CompletableFuture.completedFuture(null);
    }
  }

  // Running.

  Mailbox.Offer offer(Server server, Envelope envelope) {
    return offer(server, envelope, true);
  }

  private Mailbox.Offer offer(Server server, Envelope envelope, boolean here) {
    Mailbox.Offer offer = server.offer(envelope, limits.mailboxCapacity());
    if (offer == Mailbox.Offer.FIRST) {
      wake(server, here && envelope.origin != Origin.INFO && isPrompt(server));
    }
    return offer;
  }

  /** Whether a message may be handled on its sender's thread. What must be loaded first may not. */
  private static boolean isPrompt(Server server) {
    return server.state != null && server.kind().isPrompt();
  }

  private void wake(Server server, boolean here) {
    runs.begin(new Drain(this, server), here);
  }

  // Supervision.

  /** What an operator may do to servers. */
  public Sys sys() {
    return sys;
  }

  /** What happens to servers. */
  public Events events() {
    return supervision.events();
  }

  // What a run needs.

  void execute(Runnable task) {
    executor.execute(task);
  }

  Residence residence() {
    return residence;
  }

  Runs runs() {
    return runs;
  }

  Errands errands() {
    return errands;
  }

  Supervision supervision() {
    return supervision;
  }

  Watches watches() {
    return watches;
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
