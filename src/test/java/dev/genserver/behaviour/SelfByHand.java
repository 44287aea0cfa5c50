package dev.genserver.behaviour;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A {@link Self} for tests of a kind: its time moves by hand, and what was asked of it is kept. */
public final class SelfByHand implements Self {
  private record Due(Instant at, Signal message) {}

  private final Map<String, Due> timers = new HashMap<>();
  private final Map<Long, Object> replies = new HashMap<>();
  private final Map<String, Long> counts = new HashMap<>();
  private Instant now = Instant.parse("2026-01-01T00:00:00Z");
  private int ids;
  private @Nullable From from;

  /** Moves time on, and returns the messages that timers deliver by then, in their order. */
  public List<Signal> pass(Duration time) {
    now = now.plus(time);
    List<Due> due =
        timers.values().stream()
            .filter(timer -> !timer.at().isAfter(now))
            .sorted(Comparator.comparing(Due::at))
            .toList();
    timers.values().removeAll(due);
    return new ArrayList<>(due.stream().map(Due::message).toList());
  }

  /** Makes the next turns those of a call with this number. */
  public void calledBy(long id) {
    from = new From(id, now.plusSeconds(5));
  }

  /** The replies to saved callers, by their number. */
  public Map<Long, Object> replies() {
    return replies;
  }

  /** What was counted. */
  public Map<String, Long> counts() {
    return counts;
  }

  @Override
  public String kind() {
    return "tests";
  }

  @Override
  public String name() {
    return "test";
  }

  @Override
  public Instant now() {
    return now;
  }

  @Override
  public String newId() {
    return "id-" + ++ids;
  }

  @Override
  public @Nullable From from() {
    return from;
  }

  @Override
  public void reply(From to, Object value) {
    replies.put(to.id(), value);
  }

  @Override
  public void refuse(From to, String code, String detail) {
    replies.put(to.id(), code);
  }

  @Override
  public void timer(String name, Duration delay, Signal message) {
    timers.put(name, new Due(now.plus(delay), message));
  }

  @Override
  public void cancelTimer(String name) {
    timers.remove(name);
  }

  @Override
  public void count(String event, long times) {
    counts.merge(event, times, Long::sum);
  }
}
