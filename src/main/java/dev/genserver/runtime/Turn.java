package dev.genserver.runtime;

import dev.genserver.behaviour.Down;
import dev.genserver.behaviour.From;
import dev.genserver.behaviour.Result;
import dev.genserver.behaviour.Self;
import dev.genserver.behaviour.Signal;
import dev.genserver.runtime.Listener.Rejection;
import dev.genserver.store.AnswerRow;
import dev.genserver.store.TimerRow;
import dev.genserver.wire.Kind;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a handler sees of its server, and what it asks for: kept here until the step is committed.
 */
final class Turn implements Self {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final AtomicLong CALLS = new AtomicLong();

  /** What is due later than that is due then. */
  private static final Duration LONGEST = Duration.ofDays(36_500);

  private final Servers servers;
  private final Server server;
  private @Nullable Envelope envelope;
  private @Nullable Instant now;
  private final List<Runnable> wishes = new ArrayList<>(0);
  private final List<Runnable> counts = new ArrayList<>(0);

  /** Timers that were set, and, with null, those that are no more; of a durable server alone. */
  private Map<String, @Nullable TimerRow> timers = Map.of();

  private List<Unsaid.Answer> answers = List.of();

  private List<Runnable> errands = List.of();

  /** First answers to idempotency keys. */
  private Map<String, Answer> remembered = Map.of();

  Turn(Servers servers, Server server) {
    this.servers = servers;
    this.server = server;
  }

  void begin(Envelope envelope) {
    this.envelope = envelope;
    now = null;
    wishes.clear();
    counts.clear();
    timers = Map.of();
    answers = List.of();
    errands = List.of();
    remembered = Map.of();
    if (envelope.message instanceof Timer timer && timer.id != null) {
      note(timer.id, timer.isDueAgain() ? timer.row() : null);
    }
  }

  /** What is to be stored and said of it beside the state; once, after {@link #commit}. */
  Unsaid unsaid() {
    Map<String, @Nullable AnswerRow> rows = keepAnswers();
    return timers.isEmpty() && rows.isEmpty() && answers.isEmpty() && errands.isEmpty()
        ? Unsaid.NOTHING
        : new Unsaid(timers, rows, answers, errands);
  }

  /** How many wishes there are so far, for {@link #backTo}. */
  int wishes() {
    return wishes.size();
  }

  /** How many counts there are so far, for {@link #backTo}. */
  int counts() {
    return counts.size();
  }

  /** Takes back what was asked for since. */
  void backTo(int wishes, int counts) {
    this.wishes.subList(wishes, this.wishes.size()).clear();
    this.counts.subList(counts, this.counts.size()).clear();
  }

  /**
   * Does what was asked for.
   *
   * @param deferred the call that one of the wishes, or a later step, answers; null if there is
   *     none
   */
  void commit(@Nullable Call deferred) {
    if (deferred != null && deferred.id != 0) {
      server.extras().deferred.add(deferred);
    }
    wishes.forEach(Runnable::run);
    counts.forEach(Runnable::run);
  }

  // Idempotency keys.

  /** What comes of a message whose key came before; null if it did not. */
  @Nullable Outcome recall(String key, String fingerprint) {
    Extras extras = server.extrasIfAny();
    Answer answer = remembered.get(key);
    if (answer == null && extras != null) {
      answer = extras.answers.find(key, oldestAnswer());
      Call other = answer == null ? extras.deferred.withKey(key) : null;
      if (other != null) {
        return fingerprint.equals(other.fingerprint())
            ? Outcome.InProgress.INSTANCE
            : Outcome.KeyReused.INSTANCE;
      }
    }
    return answer == null
        ? null
        : answer.request().equals(fingerprint)
            ? new Outcome.Replayed(answer.outcome())
            : Outcome.KeyReused.INSTANCE;
  }

  void remember(String key, String fingerprint, Outcome outcome) {
    if (Answer.isKept(outcome)) {
      remembered = remembered.isEmpty() ? new LinkedHashMap<>() : remembered;
      remembered.put(key, new Answer(now().toEpochMilli(), fingerprint, outcome));
    }
  }

  void forgetAnswers() {
    remembered = Map.of();
  }

  private long oldestAnswer() {
    return Answers.oldest(servers.clock().millis(), servers.limits().answersFor());
  }

  /**
   * Keeps the answers that were to be remembered, and tells what is to be stored of them and of
   * those forgotten for them.
   */
  private Map<String, @Nullable AnswerRow> keepAnswers() {
    if (remembered.isEmpty()) {
      return Map.of();
    }
    Answers answers = server.extras().answers;
    Map<String, @Nullable AnswerRow> rows = new LinkedHashMap<>();
    remembered.forEach((key, answer) -> {
      answers.put(key, answer);
      rows.put(key, server.journal == null ? null : answer.row(key));
    });
    answers
        .trim(servers.limits().answers(), oldestAnswer())
        .forEach(forgotten -> rows.put(forgotten, null));
    return server.journal == null ? Map.of() : rows;
  }

  @Override
  public String kind() {
    return server.kind().name();
  }

  @Override
  public String name() {
    return server.name;
  }

  @Override
  public Instant now() {
    if (now == null) {
      now = servers.clock().instant();
    }
    return now;
  }

  @Override
  public String newId() {
    return randomId();
  }

  static String randomId() {
    byte[] bits = new byte[16];
    RANDOM.nextBytes(bits);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bits);
  }

  static long randomLong() {
    return RANDOM.nextLong();
  }

  @Override
  public @Nullable From from() {
    if (!(envelope instanceof Call call) || !isAwaited()) {
      return null;
    }
    if (call.id == 0) {
      call.id = CALLS.incrementAndGet();
    }
    return new From(call.id, now().plusNanos(call.deadline() - System.nanoTime()));
  }

  /** Whether somebody waits for the answer to this very message. */
  boolean isAwaited() {
    return envelope instanceof Call call
        && call.origin == Origin.CALL
        && !(call.message instanceof Batch)
        && !call.isOver();
  }

  @Override
  public void reply(From to, Object value) {
    wishes.add(() -> answer(to, new Outcome.Replied(value)));
  }

  @Override
  public void refuse(From to, String code, String detail) {
    wishes.add(() -> answer(to, new Outcome.Refused(code, detail)));
  }

  private void answer(From to, Outcome outcome) {
    Extras extras = server.extrasIfAny();
    Call call = extras == null ? null : extras.deferred.take(to.id());
    if (call == null) {
      servers.supervision().lateReply(server);
    } else {
      answers = answers.isEmpty() ? new ArrayList<>() : answers;
      answers.add(new Unsaid.Answer(call, outcome));
      if (call.message instanceof Request(Object message, Condition _, String key) && key != null) {
        remember(key, Answer.fingerprint(server.kind(), message), outcome);
      }
    }
  }

  // Timers.

  private void note(String timer, @Nullable TimerRow row) {
    if (server.journal != null) {
      timers = timers.isEmpty() ? new LinkedHashMap<>() : timers;
      timers.put(timer, row);
    }
  }

  /** Answers what is asked of the timers. */
  Outcome timers(TimerRequest request) {
    return switch (request) {
      case TimerRequest.All() -> new Outcome.Replied(listing());
      case TimerRequest.Cancel(String id) -> cancel(id);
      case TimerRequest.Cast cast -> set(cast);
    };
  }

  private TimerRequest.Listing listing() {
    Extras extras = server.extrasIfAny();
    return new TimerRequest.Listing(
        extras == null
            ? List.of()
            : extras.timers.values().stream()
                .sorted(
                    Comparator.comparingLong((Timer timer) -> timer.due).thenComparing(t -> t.id))
                .map(Timer::item)
                .toList());
  }

  private Outcome cancel(String id) {
    Extras extras = server.extrasIfAny();
    if (extras != null && extras.timers.containsKey(Timer.OWN + id)) {
      return new Outcome.Refused("own-timer", "the server itself has set this timer");
    }
    Timer timer = extras == null ? null : extras.timers.get(Timer.CAST + id);
    if (timer == null) {
      return new Outcome.Refused("not-found", "no timer of this id waits");
    }
    wishes.add(() -> drop(Timer.CAST + id));
    long left = Math.max(0, timer.due - servers.clock().millis());
    return new Outcome.Replied(new TimerRequest.Cancelled(Duration.ofMillis(left)));
  }

  private Outcome set(TimerRequest.Cast cast) {
    Extras extras = server.extrasIfAny();
    if (extras != null && extras.timers.size() >= servers.limits().timers()) {
      servers.listener().rejected(server.kind(), Rejection.LIMIT_REACHED);
      return new Outcome.LimitReached(
          "this server may have " + servers.limits().timers() + " timers");
    }
    String id = newId();
    wishes.add(() -> set(Timer.CAST + id, cast.message(), cast.delay(), cast.every()));
    return new Outcome.Replied(new TimerRequest.Set(id));
  }

  private void set(String id, Object message, Duration delay, @Nullable Duration every) {
    Duration wait = delay.compareTo(LONGEST) > 0 ? LONGEST : delay;
    long due = servers.clock().instant().plus(wait).toEpochMilli();
    Timer timer = new Timer(servers, server, id, message, due, every);
    note(id, server.journal == null ? null : timer.row());
    Timer replaced = server.extras().timers.put(id, timer);
    if (replaced != null) {
      replaced.cancel();
    }
    timer.schedule(servers.clockwork(), wait);
  }

  /** For a server that begins anew: what it has set and begun before is no more. */
  void beginAnew() {
    Extras extras = server.extrasIfAny();
    if (extras != null) {
      wishes.add(extras::cancelErrands);
      extras.timers.keySet().stream()
          .filter(id -> id.startsWith(Timer.OWN))
          .forEach(id -> wishes.add(() -> drop(id)));
    }
  }

  private void drop(String id) {
    Timer timer = server.extras().timers.remove(id);
    if (timer != null) {
      timer.cancel();
      note(id, null);
    }
  }

  @Override
  public void timer(String name, Duration delay, Signal message) {
    wishes.add(() -> set(Timer.OWN + name, message, delay, null));
  }

  @Override
  public void cancelTimer(String name) {
    wishes.add(() -> drop(Timer.OWN + name));
  }

  // Errands.

  @Override
  public <T> void task(Callable<T> work, Function<Result<T>, ? extends Signal> toMessage) {
    errand(null, errand -> servers.errands().task(server, errand, work, toMessage));
  }

  @Override
  public void cast(String kind, String name, Object message) {
    Kind to = servers.kind(kind, message);
    wishes.add(() -> begin(() -> servers.castFrom(to, name, message)));
  }

  @Override
  public void call(
      String kind,
      String name,
      Object message,
      Duration timeout,
      Function<Result<Object>, ? extends Signal> toMessage) {
    Kind to = servers.kind(kind, message);
    errand(
        null,
        errand -> servers.errands().call(server, errand, to, name, message, timeout, toMessage));
  }

  @Override
  public void monitor(String kind, String name, Function<Down, ? extends Signal> toMessage) {
    Kind of = servers.kind(kind);
    demonitor(kind, name);
    errand(
        kind + "/" + name,
        errand -> servers.errands().monitor(server, errand, of, name, toMessage));
  }

  @Override
  public void demonitor(String kind, String name) {
    String target = kind + "/" + name;
    wishes.add(() ->
        server
            .extras()
            .errands
            .removeIf(errand -> {
              boolean isIt = target.equals(errand.monitored);
              if (isIt) {
                errand.cancel();
              }
              return isIt;
            }));
  }

  private void errand(@Nullable String monitored, Consumer<Errand> work) {
    wishes.add(() -> {
      Errand errand = new Errand(monitored);
      server.extras().errands.add(errand);
      begin(() -> work.accept(errand));
    });
  }

  /** Begins something when all that it is based on is stored. */
  private void begin(Runnable work) {
    errands = errands.isEmpty() ? new ArrayList<>() : errands;
    errands.add(work);
  }

  @Override
  public void count(String event, long times) {
    counts.add(() -> servers.listener().counted(server.kind(), event, times));
  }
}
