package dev.genserver.runtime;

import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The calls of one server whose answer a later step gives. */
final class Deferred {
  private final ConcurrentHashMap<Long, Call> calls = new ConcurrentHashMap<>();

  boolean isEmpty() {
    return calls.isEmpty();
  }

  void add(Call call) {
    calls.put(call.id, call);
    call.deferred = this;
    if (call.isOver() && !call.hasKey()) {
      forget(call);
    }
  }

  /** The call of this id, which leaves, or null if it waits no more. */
  @Nullable Call take(long id) {
    return calls.remove(id);
  }

  /** The call that came with this idempotency key, or null. */
  @Nullable Call withKey(String key) {
    for (Call call : calls.values()) {
      if (call.message instanceof Request request && key.equals(request.key())) {
        return call;
      }
    }
    return null;
  }

  void forget(Call call) {
    calls.remove(call.id);
  }

  void completeAll(Outcome outcome) {
    calls
        .values()
        .removeIf(call -> {
          call.complete(outcome);
          return true;
        });
  }
}
