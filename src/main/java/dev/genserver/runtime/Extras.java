package dev.genserver.runtime;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What most servers never have: timers, calls that a later step answers, idempotency keys, errands.
 */
final class Extras {
  /** By id; touched by the thread that drains alone. */
  final Map<String, Timer> timers = new HashMap<>();

  final Deferred deferred = new Deferred();

  final Answers answers = new Answers();

  /** The idle timeout that runs, if one does; touched by the thread that drains alone. */
  @Nullable Timer idle;

  /** What goes on outside for it; touched by the thread that drains alone. */
  final Set<Errand> errands = new HashSet<>(0);

  /** Whether nothing would be missed if this were not in memory until that epoch millisecond. */
  boolean canWait(long until) {
    return idle == null
        && errands.isEmpty()
        && deferred.isEmpty()
        && timers.values().stream().noneMatch(timer -> timer.due <= until);
  }

  void cancelAll() {
    timers.values().forEach(Timer::cancel);
    timers.clear();
    cancelErrands();
    cancelIdle();
  }

  void cancelErrands() {
    errands.forEach(Errand::cancel);
    errands.clear();
  }

  void cancelIdle() {
    if (idle != null) {
      idle.cancel();
      idle = null;
    }
  }
}
