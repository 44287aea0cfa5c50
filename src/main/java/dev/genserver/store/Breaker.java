package dev.genserver.store;

import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Spares callers the wait for something that is known to be down. After a failure one caller in a
 * while tries again, and the others fail at once, as it did.
 */
final class Breaker {
  /** Between one failure and the next attempt. */
  static final long PAUSE_NANOS = 500_000_000;

  /** Longer than an attempt takes. */
  private static final long ATTEMPT_NANOS = 5_000_000_000L;

  private record Outage(StoreFailure failure, long until) {}

  private final LongSupplier nanoTime;
  private final AtomicReference<@Nullable Outage> outage = new AtomicReference<>();

  Breaker(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  <T> T attempt(Supplier<T> work) {
    enter();
    try {
      T result = work.get();
      outage.set(null);
      return result;
    } catch (StoreFailure e) {
      // Who is interrupted fails for a reason of its own.
      if (!Thread.currentThread().isInterrupted()) {
        outage.set(new Outage(e, nanoTime.getAsLong() + PAUSE_NANOS));
      }
      throw e;
    }
  }

  private void enter() {
    Outage now = outage.get();
    if (now == null) {
      return;
    }
    long time = nanoTime.getAsLong();
    boolean due = time - now.until() >= 0;
    if (!due || !outage.compareAndSet(now, new Outage(now.failure(), time + ATTEMPT_NANOS))) {
      throw now.failure().again();
    }
  }
}
