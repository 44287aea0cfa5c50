package dev.genserver.kinds;

import dev.genserver.behaviour.Behaviour;
import dev.genserver.behaviour.Default;
import dev.genserver.behaviour.Invalid;
import dev.genserver.behaviour.Json;
import dev.genserver.behaviour.Name;
import dev.genserver.behaviour.Prompt;
import dev.genserver.behaviour.Query;
import dev.genserver.behaviour.Ranked;
import dev.genserver.behaviour.Refuses;
import dev.genserver.behaviour.Self;
import dev.genserver.behaviour.Sensitive;
import dev.genserver.behaviour.Signal;
import dev.genserver.behaviour.Step;
import dev.genserver.behaviour.Table;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Sessions that end when nobody refreshes them. All live equally long, so the one refreshed longest
 * ago ends first, and sweeping is taking from that end.
 *
 * @param timeout how long a session lives past its creation or last refresh, 1 ms to 3,650 days
 */
@Prompt
@Name("session-stores")
public record SessionStore(@Default("\"60s\"") Duration timeout)
    implements Behaviour<SessionStore.Sessions, SessionStore.Op> {

  /** How many expired sessions one turn removes, so that other messages get in between. */
  private static final int SWEEP = 500;

  /** Checks the timeout. */
  public SessionStore {
    if (timeout.isZero() || timeout.compareTo(Duration.ofDays(3650)) > 0) {
      throw new Invalid("timeout", "must be from 1ms to 3650d");
    }
  }

  /**
   * The sessions, by id.
   *
   * @param swept how many sessions have been swept after their end
   */
  public record Sessions(@Sensitive Table<Session> byId, long created, long swept) {}

  /** One session as it is kept. */
  public record Session(
      @Sensitive String userId,
      @Sensitive @Nullable Json data,
      Instant createdAt,
      Instant lastAccessedAt)
      implements Ranked {
    @Override
    public long rank() {
      return lastAccessedAt.toEpochMilli();
    }
  }

  /** What a session store can be asked. */
  public sealed interface Op {}

  /**
   * Begins a session.
   *
   * @param data a JSON object to keep with it
   */
  public record Create(@Sensitive String userId, @Sensitive @Nullable Json data) implements Op {
    /** Checks the data. */
    public Create {
      if (data != null && !data.isObject()) {
        throw new Invalid("data", "must be an object");
      }
    }
  }

  /** A session. Does not refresh it. */
  @Refuses({"not-found", "expired"})
  public record Get(@Sensitive String sessionId) implements Op, Query {}

  /** Makes a session last for another timeout. */
  @Refuses({"not-found", "expired"})
  public record Refresh(@Sensitive String sessionId) implements Op {}

  /** Ends a session. */
  @Refuses("not-found")
  public record Delete(@Sensitive String sessionId) implements Op {}

  /** How many sessions there are, and were. */
  public record Stats() implements Op, Query {}

  /** Removes what has expired. */
  record Sweep() implements Op, Signal {}

  /** A session as a reply. */
  public record View(
      String sessionId,
      String userId,
      @Nullable Json data,
      Instant createdAt,
      Instant lastAccessedAt,
      Instant expiresAt) {}

  /**
   * Counts as a reply.
   *
   * @param size sessions kept, expired ones that are not yet swept among them
   * @param created sessions begun since the server started
   * @param expired sessions swept since the server started
   */
  public record Counts(int size, Duration timeout, long created, long expired) {}

  @Override
  public Step<Sessions> init(Self self) {
    return Step.done(new Sessions(Table.empty(), 0, 0));
  }

  @Override
  public Step<Sessions> handle(Op message, Sessions sessions, Self self) {
    return switch (message) {
      case Create create -> create(create, sessions, self);
      case Get(String id) -> {
        Session session = sessions.byId().get(id);
        yield session == null || isOver(session, self)
            ? refusal(session)
            : Step.reply(view(id, session), sessions);
      }
      case Refresh(String id) -> refresh(id, sessions, self);
      case Delete(String id) ->
          sessions.byId().get(id) == null
              ? refusal(null)
              : Step.done(with(sessions, sessions.byId().remove(id)));
      case Stats() ->
          Step.reply(
              new Counts(sessions.byId().size(), timeout, sessions.created(), sessions.swept()),
              sessions);
      case Sweep() -> sweep(sessions, self);
    };
  }

  private Step<Sessions> create(Create create, Sessions sessions, Self self) {
    String id = self.newId();
    Session session = new Session(create.userId(), create.data(), self.now(), self.now());
    if (sessions.byId().size() == 0) {
      self.timer("sweep", timeout.plusMillis(1), new Sweep());
    }
    Table<Session> byId = sessions.byId().put(id, session);
    return Step.reply(
        view(id, session), new Sessions(byId, sessions.created() + 1, sessions.swept()));
  }

  private Step<Sessions> refresh(String id, Sessions sessions, Self self) {
    Session session = sessions.byId().get(id);
    if (session == null || isOver(session, self)) {
      return refusal(session);
    }
    Session refreshed =
        new Session(session.userId(), session.data(), session.createdAt(), self.now());
    return Step.done(with(sessions, sessions.byId().put(id, refreshed)));
  }

  private Step<Sessions> sweep(Sessions sessions, Self self) {
    Table<Session> byId = sessions.byId().removeFirstWhile(s -> isOver(s, self), SWEEP);
    int swept = sessions.byId().size() - byId.size();
    self.count("expirations", swept);
    Session next = byId.first();
    if (next != null) {
      Duration left = Duration.between(self.now(), next.lastAccessedAt().plus(timeout));
      self.timer("sweep", left.isNegative() ? Duration.ZERO : left.plusMillis(1), new Sweep());
    }
    return Step.done(new Sessions(byId, sessions.created(), sessions.swept() + swept));
  }

  private boolean isOver(Session session, Self self) {
    return self.now().isAfter(session.lastAccessedAt().plus(timeout));
  }

  private static Step<Sessions> refusal(@Nullable Session session) {
    return session == null
        ? Step.refuse("not-found", "no session of this id")
        : Step.refuse("expired", "the session has expired");
  }

  private static Sessions with(Sessions sessions, Table<Session> byId) {
    return new Sessions(byId, sessions.created(), sessions.swept());
  }

  private View view(String id, Session session) {
    return new View(
        id,
        session.userId(),
        session.data(),
        session.createdAt(),
        session.lastAccessedAt(),
        session.lastAccessedAt().plus(timeout));
  }
}
