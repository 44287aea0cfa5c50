package dev.genserver.runtime;

import dev.genserver.runtime.Listener.Result;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The messages of one server from now on. Who is slow to take them misses some. */
@SuppressWarnings("ReferenceEquality") // the last one is meant by identity
public final class Trace {
  private static final int MOST = 1000;

  private static final Message LAST = new Message("", Origin.INFO, Result.REPLIED, 0, 0, "");

  private final BlockingQueue<Message> waiting = new LinkedBlockingQueue<>(MOST);

  private volatile boolean isOver;

  Trace() {}

  /**
   * One message that was handled.
   *
   * @param waited ns from its sending to its handling
   * @param handled ns that its handler took
   * @param content what it said
   */
  public record Message(
      String operation, Origin origin, Result outcome, long waited, long handled, Object content) {}

  void tell(Message message) {
    var _ = waiting.offer(message);
  }

  /** The server has gone. */
  void end() {
    isOver = true;
    var _ = waiting.offer(LAST); // whoever waits looks up
  }

  /** Whether the server has gone, and no more messages come. */
  public boolean isOver() {
    return isOver && waiting.isEmpty();
  }

  /** Waits for the next message; null if none comes in time. */
  public @Nullable Message next(Duration limit) {
    try {
      Message next = waiting.poll(limit.toNanos(), TimeUnit.NANOSECONDS);
      return next == LAST ? null : next;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return null;
    }
  }
}
