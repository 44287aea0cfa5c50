package dev.genserver.behaviour;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.function.Function;

/** A {@link Self} without threads: its clock is moved by hand, what is asked of it is kept. */
public final class ManualSelf implements Self {

  /** A timer that has been asked for. */
  public record Timer(String name, Instant due, Signal message) {}

  /** What a caller was told in a later turn: a value, or a refusal's code. */
  public record Answer(From to, Object valueOrCode) {}

  public Instant now = Instant.parse("2026-01-02T03:04:05.678Z");
  public From from;
  public final Map<String, Timer> timers = new LinkedHashMap<>();
  public final Map<String, Long> counts = new LinkedHashMap<>();
  public final List<Answer> answers = new ArrayList<>();
  private final Random ids = new Random(1);

  @Override
  public String kind() {
    return "tests";
  }

  @Override
  public String name() {
    return "a-test";
  }

  @Override
  public Instant now() {
    return now;
  }

  @Override
  public String newId() {
    byte[] bits = new byte[16];
    ids.nextBytes(bits);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bits);
  }

  @Override
  public From from() {
    return from;
  }

  @Override
  public void reply(From to, Object value) {
    answers.add(new Answer(to, value));
  }

  @Override
  public void refuse(From to, String code, String detail) {
    answers.add(new Answer(to, code));
  }

  @Override
  public void timer(String name, Duration delay, Signal message) {
    timers.remove(name);
    timers.put(name, new Timer(name, now.plus(delay), message));
  }

  @Override
  public void cancelTimer(String name) {
    timers.remove(name);
  }

  @Override
  public <T> void task(Callable<T> work, Function<Result<T>, ? extends Signal> toMessage) {
    throw new UnsupportedOperationException("no kind here has tasks");
  }

  @Override
  public void cast(String kind, String name, Object message) {
    throw new UnsupportedOperationException("no kind here casts");
  }

  @Override
  public void call(
      String kind,
      String name,
      Object message,
      Duration timeout,
      Function<Result<Object>, ? extends Signal> toMessage) {
    throw new UnsupportedOperationException("no kind here calls");
  }

  @Override
  public void monitor(String kind, String name, Function<Down, ? extends Signal> toMessage) {
    throw new UnsupportedOperationException("no kind here monitors");
  }

  @Override
  public void demonitor(String kind, String name) {
    throw new UnsupportedOperationException("no kind here monitors");
  }

  @Override
  public void count(String event, long times) {
    if (times != 0) {
      counts.merge(event, times, Long::sum);
    }
  }
}
