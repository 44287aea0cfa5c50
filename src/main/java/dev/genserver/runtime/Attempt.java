package dev.genserver.runtime;

import dev.genserver.behaviour.Keyed;
import dev.genserver.behaviour.Query;
import dev.genserver.behaviour.Signal;
import dev.genserver.behaviour.Step;
import dev.genserver.behaviour.Table;
import dev.genserver.behaviour.Touch;
import dev.genserver.runtime.Listener.Rejection;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What one turn makes of a message, or of a whole {@link Batch} of them: the state goes from hand
 * to hand here, and the server knows nothing of it before the turn is committed. So whatever is
 * undone, be it a step that threw, one that was refused or all of a batch, is simply not looked at
 * again.
 */
@SuppressWarnings("ReferenceEquality") // states that nothing has changed are meant by identity
final class Attempt {
  private final Servers servers;
  private final Server server;
  private final Turn turn;

  /** The state as far as it has come; null before {@code init}. */
  private @Nullable Object state;

  private long version;
  private Step.Next next = Step.Next.GO_ON;
  private int handled;
  private int crashes;
  private boolean hasOwnCrash;
  private boolean isDeferred;

  Attempt(Servers servers, Server server, Turn turn) {
    this.servers = servers;
    this.server = server;
    this.turn = turn;
  }

  @Nullable Object state() {
    return state;
  }

  long version() {
    return version;
  }

  /** What follows. */
  Step.Next next() {
    return next;
  }

  /** How many messages handlers were given. */
  int handled() {
    return handled;
  }

  /** How many of them threw, apart from one whose exception has left {@link #begin}. */
  int crashes() {
    return crashes;
  }

  /** Whether one of these was of the server's own. */
  boolean hasOwnCrash() {
    return hasOwnCrash;
  }

  /** Whether a later step answers. */
  boolean isDeferred() {
    return isDeferred;
  }

  /**
   * Takes the message on; null means that the answer comes later. What the handler of a single
   * message throws comes out as it is.
   */
  @Nullable Outcome begin(Envelope envelope) {
    turn.begin(envelope);
    state = server.state;
    version = server.version;
    next = Step.Next.GO_ON;
    handled = 0;
    crashes = 0;
    hasOwnCrash = false;
    isDeferred = false;
    Object message =
        envelope.message instanceof Errand.Brought brought
            ? brought.make()
            : Drain.said(envelope.message);
    if (message == Drain.INIT && state != null) {
      turn.beginAnew();
    }
    return message instanceof Command command ? look(command) : handle(message, false);
  }

  private @Nullable Outcome look(Command command) {
    return switch (command) {
      case Batch batch -> batch(batch);
      case Look(Object query) -> look(query);
      case Request request -> request(request, true);
      case TimerRequest request -> turn.timers(request);
    };
  }

  // One message.

  private @Nullable Outcome handle(Object message, boolean tagged) {
    if (message != Drain.INIT) {
      handled++;
      server.handled++; // at once: those who look on see what is in hand
    }
    int wishes = turn.wishes();
    int counts = turn.counts();
    Step<Object> step = step(message);
    Object then = step.state();
    boolean changes = then != null && then != state && adopts(message);
    if (changes && then != null && !fits(then)) {
      turn.backTo(wishes, counts);
      return full();
    }
    if (changes) {
      boolean isFirst = state == null;
      state = then;
      version += isFirst || message instanceof Query ? 0 : 1;
    }
    next = step.next();
    return switch (step) {
      case Step.Reply<Object> reply ->
          new Outcome.Replied(reply.value(), tagged ? tag(message) : null);
      case Step.Refusal<Object> refusal -> {
        turn.backTo(wishes, then == null ? counts : turn.counts());
        yield new Outcome.Refused(refusal.code(), refusal.detail());
      }
      case Step.Later<Object> later -> {
        isDeferred = true;
        yield null;
      }
    };
  }

  private @Nullable Outcome look(Object query) {
    Outcome outcome = handle(query, true);
    return outcome == null ? null : new Outcome.Replied(new Look.Seen(outcome, version));
  }

  private Step<Object> step(Object message) {
    Step<Object> step =
        message == Drain.INIT
            ? server.arguments().init(turn)
            : server.arguments().handle(message, Objects.requireNonNull(state), turn);
    return Objects.requireNonNull(step, "a handler returned no step");
  }

  private static boolean adopts(Object message) {
    return !(message instanceof Query) || message instanceof Touch;
  }

  /** Whether the server may hold what the step has it hold; what it held already it may. */
  private boolean fits(Object then) {
    long entries = server.kind().form().entries(then);
    return entries <= servers.limits().entries()
        || state == null
        || entries <= server.kind().form().entries(state);
  }

  private Outcome full() {
    servers.listener().rejected(server.kind(), Rejection.LIMIT_REACHED);
    return new Outcome.LimitReached(
        "this server may hold " + servers.limits().entries() + " entries");
  }

  // What a client ties to a message.

  private @Nullable Outcome request(Request request, boolean tagged) {
    String key = request.key();
    Object message = request.message();
    String fingerprint = key == null ? "" : Answer.fingerprint(server.kind(), message);
    Outcome earlier = key == null ? null : turn.recall(key, fingerprint);
    if (earlier != null) {
      return earlier;
    }
    if (request.condition() != null && !holds(request.condition(), message)) {
      return Outcome.VersionMismatch.INSTANCE;
    }
    Outcome outcome = message instanceof Command command ? look(command) : handle(message, tagged);
    if (key != null && (outcome != null || !turn.isAwaited())) {
      turn.remember(key, fingerprint, outcome == null ? new Outcome.Replied(null) : outcome);
    }
    return outcome;
  }

  private boolean holds(Condition condition, Object message) {
    boolean isThere = !(message instanceof Keyed keyed) || isThere(keyed);
    return switch (condition) {
      case Condition.Absent() -> !isThere;
      case Condition.Exists() -> isThere;
      case Condition.Matches(var tags) -> {
        Tag tag = isThere ? tag(message) : null;
        yield tag != null && tags.contains(tag.toString());
      }
    };
  }

  /** Whether the kind itself finds the entry: what has expired is not there. */
  private boolean isThere(Keyed message) {
    int wishes = turn.wishes();
    int counts = turn.counts();
    Step<Object> found = step(message.lookUp());
    turn.backTo(wishes, counts);
    return found instanceof Step.Reply<Object>;
  }

  private @Nullable Tag tag(Object message) {
    return tag(server, Objects.requireNonNull(state), version, message);
  }

  /** The tag of what the message is about; null if it is about an entry that is not there. */
  static @Nullable Tag tag(Server server, Object state, long version, Object message) {
    if (!(message instanceof Keyed keyed)) {
      return new Tag(server.tags(), version);
    }
    Table<?> table = server.kind().form().tables(state).values().iterator().next();
    return table.get(keyed.key()) == null
        ? null
        : new Tag(server.tags(), table.changed() == null ? version : table.version(keyed.key()));
  }

  // Many messages.

  private Outcome batch(Batch batch) {
    Object before = state;
    long versionBefore = version;
    List<Outcome> outcomes = new ArrayList<>(batch.messages().size());
    for (Object message : batch.messages()) {
      Outcome outcome =
          next instanceof Step.Next.Stop ? Outcome.Stopped.INSTANCE : oneOfMany(message);
      if (batch.atomic() && !isDone(outcome)) {
        turn.backTo(0, 0);
        turn.forgetAnswers();
        state = before;
        version = versionBefore;
        next = Step.Next.GO_ON;
        return new Outcome.Undone(outcomes.size(), outcome);
      }
      outcomes.add(outcome);
    }
    return new Outcome.Replies(outcomes);
  }

  private static boolean isDone(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Replied _, Outcome.Accepted _ -> true;
      case Outcome.Replayed(Outcome first) -> isDone(first);
      default -> false;
    };
  }

  /** One message of a batch, and what its step puts before all others. */
  private Outcome oneOfMany(Object message) {
    Outcome outcome = carefully(message);
    while (next instanceof Step.Next.Then(var signal)) {
      next = Step.Next.GO_ON;
      carefully(signal);
    }
    return outcome;
  }

  private Outcome carefully(Object message) {
    int wishes = turn.wishes();
    int counts = turn.counts();
    next = Step.Next.GO_ON;
    try {
      Outcome outcome =
          message instanceof Request one ? request(one, false) : handle(message, false);
      return outcome == null ? Outcome.Accepted.INSTANCE : outcome;
    } catch (Throwable t) { // as for a message of its own: its step is undone
      Object crashed = message instanceof Request one ? one.message() : message;
      if (server.options.beginsAnew()) {
        throw t; // and the whole turn, for what came of it would not last
      }
      turn.backTo(wishes, counts);
      crashes++;
      hasOwnCrash |= crashed instanceof Signal;
      servers.supervision().crashed(server, server.kind().nameOf(crashed) + " in a batch", t);
      return new Outcome.Crashed(true);
    }
  }
}
