package dev.genserver.runtime;

import dev.genserver.behaviour.Invalid;
import dev.genserver.runtime.Listener.Result;
import dev.genserver.wire.Kind;
import dev.genserver.wire.Wire;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What an operator may do to a server, as OTP's {@code sys} module has it. None of it waits behind
 * the server's mailbox, nor counts as activity of it.
 */
@SuppressWarnings("ReferenceEquality") // some messages are meant by identity
public final class Sys {
  /** So many waiting messages are shown. */
  private static final int SHOWN = 1000;

  /** So long a replaced state is waited for. */
  private static final Duration MOMENT = Duration.ofMillis(80);

  private final AtomicInteger lookingOn = new AtomicInteger();
  private final Servers servers;
  private final Supervision supervision;
  private final Runs runs;

  Sys(Servers servers, Supervision supervision, Runs runs) {
    this.servers = servers;
    this.supervision = supervision;
    this.runs = runs;
  }

  /**
   * What a server did with the messages of one operation.
   *
   * @param outcomes how many came to what
   * @param waited ns, all together; the others likewise
   */
  public record Counts(
      Map<Result, Long> outcomes,
      long waited,
      long longestWait,
      long handled,
      long longestHandling) {}

  /**
   * The messages of a server that are not done.
   *
   * @param inHand that whose handler runs
   * @param waiting the others, the oldest first, 1,000 of them at the most
   * @param size how many there are
   */
  public record Queue(@Nullable Item inHand, List<Item> waiting, int size) {}

  /**
   * A message that is not done.
   *
   * @param age ns since it was sent, or since its handler began
   * @param left ns until its sender gives up, or null if nobody waits
   */
  public record Item(String operation, Origin origin, long age, @Nullable Long left) {}

  /**
   * Counts one who will look on for long, until {@link #leave}; false if there are as many as there
   * may be watchers.
   */
  public boolean enter() {
    boolean mayEnter = lookingOn.incrementAndGet() <= servers.limits().watchers();
    if (!mayEnter) {
      leave();
    }
    return mayEnter;
  }

  /** Whoever has looked on does so no more. */
  public void leave() {
    lookingOn.decrementAndGet();
  }

  /** Has it take messages in and handle none. Returns Ended, or why not. */
  public Outcome suspend(Kind kind, String name) {
    return with(
        kind,
        name,
        server -> {
          boolean isNew = server.control().suspend();
          if (!supervision.wake(server)) {
            return null;
          }
          if (isNew) {
            supervision.happened(server, Events.Type.SUSPENDED, "suspended");
          }
          return Outcome.Ended.INSTANCE;
        });
  }

  /** Has it go on. */
  public Outcome resume(Kind kind, String name) {
    return done(
        kind,
        name,
        server -> {
          Control control = server.controlIfAny();
          if (control != null && control.resume()) {
            supervision.happened(server, Events.Type.RESUMED, "resumed");
            supervision.goOn(server);
          }
        });
  }

  /**
   * Restarts it, alone and at once: what it has in hand is done first, if it ever is. That is no
   * failure: it counts in no window, and one that is held down is tried again.
   */
  public Outcome restart(Kind kind, String name) {
    return done(kind, name, supervision::restartNow);
  }

  /** Crashes it here and now, whatever its handler does. */
  public Outcome kill(Kind kind, String name) {
    return done(kind, name, supervision::kill);
  }

  /** Its state as JSON; what is sensitive in it is shown only if {@code reveal}. */
  public Outcome state(Kind kind, String name, boolean reveal) {
    return with(
        kind,
        name,
        server -> {
          Object state = server.state;
          return state == null
              ? Outcome.NoServer.INSTANCE
              : new Outcome.Replied(Wire.shown(state, reveal));
        });
  }

  /**
   * Puts another state in place of the one it has.
   *
   * @return Replied, or Accepted if a message is in hand for long: then it is done after that one
   */
  public Outcome replaceState(Kind kind, String name, Object state) {
    return with(
        kind,
        name,
        server -> {
          if (kind.form().entries(state) > servers.limits().entries()) {
            return new Outcome.LimitReached(
                "this server may hold " + servers.limits().entries() + " entries");
          }
          try {
            server.arguments().check(state);
          } catch (Invalid e) {
            return new Outcome.InvalidState(String.valueOf(e.getMessage()));
          }
          Call call = new Call(Drain.WAKE, Origin.INFO, System.nanoTime(), MOMENT, false);
          if (!supervision.replace(server, state, call)) {
            return null;
          }
          Outcome outcome = call.await();
          return outcome instanceof Outcome.TimedOut ? Outcome.Accepted.INSTANCE : outcome;
        });
  }

  /** Its messages that are not done, a {@link Queue}. */
  public Outcome mailbox(Kind kind, String name) {
    return with(kind, name, server -> new Outcome.Replied(queue(server, System.nanoTime())));
  }

  private Queue queue(Server server, long now) {
    Drain drain = runs.of(server);
    Envelope inHand = drain == null ? null : drain.inHand();
    Item first =
        inHand == null || drain == null
            ? null
            : item(server, inHand, now - drain.inHandSince(), now);
    Control control = server.controlIfAny();
    Drain parked = control == null ? null : control.parked();
    Drain run = parked == null ? drain : parked;
    List<Item> waiting = new ArrayList<>();
    for (Envelope envelope : run == null ? List.<Envelope>of() : run.waiting(SHOWN)) {
      waiting.add(item(server, envelope, now - envelope.sentAt, now));
    }
    int size = waiting.size() < SHOWN ? waiting.size() : server.waiting();
    return new Queue(first, waiting, size);
  }

  /** Whether it is a message, and no way of ours to have a server look up. */
  static boolean isShown(Envelope envelope) {
    return envelope.message != Drain.WAKE && envelope.message != Drain.UNLOAD;
  }

  private static Item item(Server server, Envelope envelope, long age, long now) {
    Long left =
        envelope instanceof Call call && !(envelope instanceof Cast)
            ? Math.max(0, call.deadline() - now)
            : null;
    return new Item(Drain.nameOf(server, envelope.message), envelope.origin, age, left);
  }

  /** What it has done by operation, a map of {@link Counts}. */
  public Outcome statistics(Kind kind, String name) {
    return with(kind, name, server -> new Outcome.Replied(Statistics.told(server.statistics)));
  }

  /** Begins them anew. */
  public Outcome forgetStatistics(Kind kind, String name) {
    return done(kind, name, server -> server.statistics = null);
  }

  /** Looks on at its messages until {@link #endTrace}; answered with a {@link Trace}. */
  public Outcome trace(Kind kind, String name) {
    return with(
        kind,
        name,
        server -> {
          Trace trace = new Trace();
          synchronized (server) {
            Traces traces = server.traces;
            if (traces == null) {
              server.traces = traces = new Traces();
            }
            traces.add(trace);
          }
          return new Outcome.Replied(trace);
        });
  }

  /** Looks on no more. */
  public void endTrace(Kind kind, String name, Trace trace) {
    Server server = servers.find(kind, name);
    if (server != null) {
      synchronized (server) {
        Traces traces = server.traces;
        if (traces != null && traces.remove(trace)) {
          server.traces = null;
        }
      }
    }
  }

  /**
   * Waits until the server goes down, that is stops or is restarted: answered with the {@link
   * Events.Event}, or with Replied(null) if it does not in time.
   */
  public Outcome down(Kind kind, String name, Duration wait) {
    long since = servers.events().last();
    Server server = servers.find(kind, name);
    if (server == null || server.behaviour == null) {
      if (servers.status(kind, name) == null) {
        return Outcome.NoServer.INSTANCE;
      }
    } else if (server.controlIfAny() != null
        && server.control().heldFor(servers.clock().millis()) > 0) {
      Events.Event last = servers.events().newest(kind.name(), name, Events.Type.RESTARTED);
      if (last != null) {
        return new Outcome.Replied(last);
      }
    }
    return new Outcome.Replied(
        servers
            .events()
            .next(since, event -> event.isOf(kind.name(), name) && event.type().isDown(), wait));
  }

  /** Does something with a server that is then done. Returns Ended, or why not. */
  private Outcome done(Kind kind, String name, Consumer<Server> action) {
    return with(
        kind,
        name,
        server -> {
          action.accept(server);
          return Outcome.Ended.INSTANCE;
        });
  }

  /** Does something with a server, once more if it has gone meanwhile: then the action is null. */
  private Outcome with(Kind kind, String name, Function<Server, @Nullable Outcome> action) {
    Outcome outcome = null;
    while (outcome == null) {
      Server server = servers.find(kind, name);
      if (server == null || server.behaviour == null) {
        Outcome up = servers.bringUp(kind, name);
        if (!(up instanceof Outcome.Replied)) {
          return up;
        }
        server = servers.find(kind, name);
      }
      outcome = server == null ? null : action.apply(server);
    }
    return outcome;
  }
}
