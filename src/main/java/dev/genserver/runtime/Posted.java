package dev.genserver.runtime;

import java.time.Duration;
import java.util.function.Consumer;

/**
 * A call whose sender does not wait but is told, on the thread on which it comes to pass. The
 * sender looks after its time itself, see {@link #expire}.
 */
public final class Posted extends Call {
  private final Consumer<Outcome> receiver;

  Posted(Object message, Duration timeout, boolean mayStart, Consumer<Outcome> receiver) {
    super(message, Origin.CALL, System.nanoTime(), timeout, mayStart);
    this.receiver = receiver;
  }

  @Override
  void tell(Outcome outcome) {
    receiver.accept(outcome);
  }

  /** Whether the sender was told. */
  public boolean isDone() {
    return isOver();
  }

  /** Gives up if its time is over at this {@link System#nanoTime}. */
  public void expire(long now) {
    if (now - deadline() >= 0) {
      giveUp();
    }
  }
}
