package dev.genserver.runtime;

import dev.genserver.behaviour.Behaviour;
import dev.genserver.behaviour.Step;
import dev.genserver.wire.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A name that is watched. The server shows it each state that it has committed, and does no more
 * for it: states are immutable and queries are pure, so another thread asks them.
 *
 * <p>That thread makes a round: it takes the newest state, puts each query to it that anybody
 * watches, renders what came of it once, and wakes the watchers, a few at a time. Whatever is
 * committed during a round waits for the next one, the last of it alone. The pauses between make
 * sure that watching takes no more than a share of the machine, however many watch: few watchers
 * see nearly every version, thousands some in a second.
 */
final class Watched implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(Watched.class);

  /**
   * The time from one watcher to the next, in ns. One that is told costs about 40 µs, waking and
   * writing together, so all watchers of a name take a quarter of a core.
   */
  private static final long PACE = 160_000;

  /** So many are woken at once: whoever calls the server meanwhile waits behind them. */
  private static final int AT_ONCE = 10;

  /** The shortest time from one round to the next, in ns: few watchers need no more than that. */
  private static final long SHORTEST = 1_000_000;

  /** For each ns that putting the queries took, so many pass until they are put again. */
  private static final int REST = 3;

  private final Servers servers;
  private final Kind kind;
  private final Map<Object, Group> groups = new ConcurrentHashMap<>();
  private final AtomicReference<@Nullable Shown> newest = new AtomicReference<>();
  private final AtomicBoolean isBusy = new AtomicBoolean();
  private volatile boolean isStopped;

  /** A state that was committed. */
  private record Shown(
      Server server, Behaviour<Object, Object> behaviour, Object state, long version) {}

  /** All who watch the same query. */
  static final class Group {
    private final Function<Outcome, byte[]> renderer;
    private final Set<Watch> watches = ConcurrentHashMap.newKeySet();

    /** What the query last came to, null before a commit was seen. */
    volatile Watch.@Nullable Event newest;

    /**
     * Whether somebody came whose own first event may say something else than the newest: what is
     * no news to the others may be to him.
     */
    volatile boolean hasNewcomer;

    Group(Function<Outcome, byte[]> renderer) {
      this.renderer = renderer;
    }

    /** Takes in what the query came to, and says who is to be woken for it. */
    Set<Watch> tell(Outcome outcome, long version) {
      Watch.Event before = newest;
      if (before != null && version <= before.version) {
        return Set.of();
      }
      boolean isKnown = before != null && before.says(outcome) && !hasNewcomer;
      byte[] shown = isKnown && before != null ? before.rendered : renderer.apply(outcome);
      newest = new Watch.Event(outcome, version, shown);
      if (isKnown && !hasNewcomer) {
        return Set.of();
      }
      hasNewcomer = false; // who comes from here on sees the newest
      return watches;
    }
  }

  Watched(Servers servers, Kind kind) {
    this.servers = servers;
    this.kind = kind;
  }

  // Who watches; one change at a time, see Watches.

  void add(Watch watch) {
    Group group = groups.computeIfAbsent(watch.query, query -> new Group(watch.renderer));
    group.watches.add(watch);
    watch.group = group;
  }

  void remove(Watch watch) {
    Group group = watch.group;
    if (group != null && group.watches.remove(watch) && group.watches.isEmpty()) {
      groups.remove(watch.query, group);
    }
  }

  boolean isEmpty() {
    return groups.isEmpty();
  }

  int watchers() {
    return groups.values().stream().mapToInt(group -> group.watches.size()).sum();
  }

  /** Nothing more comes. */
  void end(Watch.End why) {
    groups.values().forEach(group -> group.watches.forEach(watch -> watch.end(why)));
  }

  /** The server is gone: they are told after what it showed last. */
  void stopped() {
    isStopped = true;
    begin();
  }

  // What they see.

  /** Takes a state in that was committed; from the thread that committed it. */
  void show(Server server, @Nullable Object state, long version) {
    Behaviour<Object, Object> behaviour = server.behaviour;
    if (state == null || behaviour == null) {
      return;
    }
    Shown shown = new Shown(server, behaviour, state, version);
    newest.accumulateAndGet(
        shown, (there, next) -> there == null || next.version >= there.version ? next : there);
    begin();
  }

  private void begin() {
    if (isBusy.compareAndSet(false, true)) {
      try {
        servers.execute(this);
      } catch (RejectedExecutionException e) {
        // The service shuts down: there is nobody to tell any more.
      }
    }
  }

  @Override
  public void run() {
    for (Shown shown; (shown = newest.getAndSet(null)) != null; ) {
      try {
        round(shown);
      } catch (RuntimeException e) { // the next state may be told of again
        LOG.error("{} was not shown to those who watch it", shown.server(), e);
      }
    }
    if (isStopped) {
      end(Watch.End.STOPPED);
      return;
    }
    isBusy.set(false);
    if (newest.get() != null || isStopped) {
      begin();
    }
  }

  private void round(Shown shown) {
    long began = System.nanoTime();
    List<Watch> toWake = new ArrayList<>();
    groups.forEach((query, group) -> toWake.addAll(group.tell(put(query, shown), shown.version)));
    long took = System.nanoTime() - began;
    for (int from = 0; from < toWake.size(); from += AT_ONCE) {
      List<Watch> some = toWake.subList(from, Math.min(from + AT_ONCE, toWake.size()));
      some.forEach(Watch::wake);
      pause(PACE * some.size());
    }
    pause(Math.max(SHORTEST, REST * took));
  }

  private static void pause(long nanos) {
    LockSupport.parkNanos(nanos);
  }

  /** What the query comes to; what the handler asks of itself is forgotten. */
  private Outcome put(Object query, Shown shown) {
    try {
      Step<Object> step =
          shown.behaviour.handle(query, shown.state, new Turn(servers, shown.server));
      return switch (step) {
        case Step.Reply<Object> reply ->
            new Outcome.Replied(
                reply.value(), Attempt.tag(shown.server, shown.state, shown.version, query));
        case Step.Refusal<Object> refusal -> new Outcome.Refused(refusal.code(), refusal.detail());
        case Step.Later<Object> _ -> Outcome.TimedOut.STARTED;
      };
    } catch (Throwable t) { // as in a turn: the others are told all the same
      LOG.debug("{} crashed on {}, which is watched", shown.server, kind.nameOf(query), t);
      return new Outcome.Crashed(true);
    }
  }
}
