package dev.genserver.runtime;

import dev.genserver.runtime.Listener.Result;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Those who look on at the messages of one server. */
final class Traces {
  private final List<Trace> all = new CopyOnWriteArrayList<>();

  void add(Trace trace) {
    all.add(trace);
  }

  /** Whether nobody is left. */
  boolean remove(Trace trace) {
    all.remove(trace);
    return all.isEmpty();
  }

  void end() {
    all.forEach(Trace::end);
  }

  void tell(
      String operation, Origin origin, Result result, long waited, long handled, Object message) {
    Trace.Message told =
        new Trace.Message(operation, origin, result, waited, handled, Command.within(message));
    all.forEach(trace -> trace.tell(told));
  }
}
