package dev.genserver.runtime;

import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The requests with an idempotency key that are under way: from before they are in the mailbox
 * until it is sure what has come of them.
 */
final class Underway {
  private final ConcurrentHashMap<String, Call> calls = new ConcurrentHashMap<>();

  /** Takes the key for this call; if another one has it, says what comes of this one. */
  @Nullable Outcome claim(String kind, String name, String key, String fingerprint, Call call) {
    String place = kind + "/" + name + "/" + key;
    call.claims(place, fingerprint); // before anybody else can see it here
    Call other = calls.putIfAbsent(place, call);
    if (other == null) {
      call.claimed(this);
      return null;
    }
    return fingerprint.equals(other.fingerprint())
        ? Outcome.InProgress.INSTANCE
        : Outcome.KeyReused.INSTANCE;
  }

  void release(String place, Call call) {
    calls.remove(place, call);
  }
}
