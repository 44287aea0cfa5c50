package dev.genserver.runtime;

import dev.genserver.runtime.Mailbox.Offer;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The mailbox against a plain queue: first in, first out, nothing lost, sealed for good. */
@Tag("lincheck")
public class MailboxLincheckTest {
  private static final int TIMES = Boolean.getBoolean("genserver.test.long") ? 20 : 1;
  private static final int CAPACITY = 2;
  private final Mailbox mailbox = new Mailbox();
  private Envelope last;

  /** Puts a counted message in. */
  @Operation
  public Offer offer(@Param(gen = IntGen.class) int value) {
    return mailbox.offer(new Envelope(value, Origin.CAST, 0, false), CAPACITY);
  }

  /** Puts a message in that does not count. */
  @Operation
  public Offer inform(@Param(gen = IntGen.class) int value) {
    return mailbox.offer(new Envelope(value, Origin.INFO, 0, false), CAPACITY);
  }

  /** Takes one out, as the one drainer that there is while the mailbox is busy. */
  @Operation(nonParallelGroup = "drainer")
  public Object take() {
    if (last == null && !mailbox.isBusy()) {
      return null;
    }
    last = mailbox.take(last);
    return last == null ? null : last.message;
  }

  /** Closes it, if the drainer has come to its end. */
  @Operation(nonParallelGroup = "drainer")
  public boolean seal() {
    if (last == null || !mailbox.seal(last)) {
      return false;
    }
    last = null;
    return true;
  }

  @Test
  void modelChecking() {
    new ModelCheckingOptions()
        .threads(3)
        .actorsPerThread(3)
        .iterations(10 * TIMES)
        .invocationsPerIteration(500)
        .sequentialSpecification(Queue.class)
        .check(MailboxLincheckTest.class);
  }

  @Test
  void stress() {
    new StressOptions()
        .threads(3)
        .actorsPerThread(4)
        .iterations(10 * TIMES)
        .invocationsPerIteration(500)
        .sequentialSpecification(Queue.class)
        .check(MailboxLincheckTest.class);
  }

  /** What a mailbox is to be. */
  public static class Queue {
    private record Message(int value, boolean counts) {}

    private final Deque<Message> waiting = new ArrayDeque<>();
    private boolean busy;
    private boolean inHand;
    private boolean sealed;

    /** See {@link MailboxLincheckTest#offer}. */
    public Offer offer(int value) {
      boolean full = waiting.stream().filter(Message::counts).count() >= CAPACITY;
      return full && !sealed ? Offer.FULL : add(new Message(value, true));
    }

    /** See {@link MailboxLincheckTest#inform}. */
    public Offer inform(int value) {
      return add(new Message(value, false));
    }

    private Offer add(Message message) {
      if (sealed) {
        return Offer.SEALED;
      }
      waiting.add(message);
      boolean first = !busy;
      busy = true;
      return first ? Offer.FIRST : Offer.QUEUED;
    }

    /** See {@link MailboxLincheckTest#take}. */
    public Object take() {
      if (!busy) {
        return null;
      }
      inHand = !waiting.isEmpty();
      busy = inHand;
      return inHand ? waiting.remove().value() : null;
    }

    /** See {@link MailboxLincheckTest#seal}. */
    public boolean seal() {
      if (!inHand || !waiting.isEmpty()) {
        return false;
      }
      sealed = true;
      busy = false;
      inHand = false;
      return true;
    }
  }
}
