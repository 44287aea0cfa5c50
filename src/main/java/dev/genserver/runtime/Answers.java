package dev.genserver.runtime;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The first answers to the last idempotency keys of a server, the oldest first; touched by the
 * thread that drains alone.
 */
final class Answers {
  private final Map<String, Answer> byKey = new LinkedHashMap<>();

  @Nullable Answer find(String key, long oldest) {
    Answer answer = byKey.get(key);
    return answer == null || answer.at() < oldest ? null : answer;
  }

  void put(String key, Answer answer) {
    byKey.remove(key);
    byKey.put(key, answer);
  }

  /** Forgets what is too old or too much, and tells the keys. */
  List<String> trim(int most, long oldest) {
    List<String> forgotten = new ArrayList<>(0);
    Iterator<Map.Entry<String, Answer>> all = byKey.entrySet().iterator();
    while (all.hasNext()) {
      Map.Entry<String, Answer> first = all.next();
      if (byKey.size() <= most && first.getValue().at() >= oldest) {
        break;
      }
      forgotten.add(first.getKey());
      all.remove();
    }
    return forgotten;
  }

  /** The first instant from which answers are remembered, in epoch milliseconds. */
  static long oldest(long now, Duration remembered) {
    return now - remembered.toMillis();
  }

  void clear() {
    byKey.clear();
  }
}
