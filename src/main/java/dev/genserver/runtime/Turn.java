package dev.genserver.runtime;

import dev.genserver.behaviour.From;
import dev.genserver.behaviour.Self;
import dev.genserver.behaviour.Signal;
import dev.genserver.store.TimerRow;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
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

  private List<Entry.Answer> answers = List.of();

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
    if (envelope.message instanceof Timer timer && timer.name != null) {
      note(timer.name, null);
    }
  }

  /** What it has done to timers, by the ids of their rows. */
  Map<String, @Nullable TimerRow> timers() {
    return timers;
  }

  /** Whom it has answered. */
  List<Entry.Answer> answers() {
    return answers;
  }

  void commit() {
    wishes.forEach(Runnable::run);
    commitCounts();
  }

  void commitCounts() {
    counts.forEach(Runnable::run);
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
    if (!(envelope instanceof Call call) || call.origin != Origin.CALL || call.isOver()) {
      return null;
    }
    if (call.id == 0) {
      call.id = CALLS.incrementAndGet();
    }
    return new From(call.id, now().plusNanos(call.deadline() - System.nanoTime()));
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
    if (call != null) {
      answers = answers.isEmpty() ? new ArrayList<>() : answers;
      answers.add(new Entry.Answer(call, outcome));
    }
  }

  private void note(String timer, @Nullable TimerRow row) {
    if (server.journal != null) {
      timers = timers.isEmpty() ? new LinkedHashMap<>() : timers;
      timers.put(Timer.id(timer), row);
    }
  }

  @Override
  public void timer(String name, Duration delay, Signal message) {
    wishes.add(() -> {
      Duration wait = delay.compareTo(LONGEST) > 0 ? LONGEST : delay;
      long due = servers.clock().instant().plus(wait).toEpochMilli();
      Timer timer = new Timer(servers, server, name, message, due);
      note(name, server.journal == null ? null : timer.row());
      Timer replaced = server.extras().timers.put(name, timer);
      if (replaced != null) {
        replaced.cancel();
      }
      timer.schedule(servers.clockwork(), wait);
    });
  }

  @Override
  public void cancelTimer(String name) {
    wishes.add(() -> {
      Timer timer = server.extras().timers.remove(name);
      if (timer != null) {
        timer.cancel();
        note(name, null);
      }
    });
  }

  @Override
  public void count(String event, long times) {
    counts.add(() -> servers.listener().counted(server.kind(), event, times));
  }
}
