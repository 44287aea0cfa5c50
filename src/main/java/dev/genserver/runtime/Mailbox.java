package dev.genserver.runtime;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The only door to a server: any number of threads put messages in, one at a time takes them out,
 * in the order in which they came in. It also decides who that one is, so that a server never runs
 * on two threads, and needs none while it is idle.
 *
 * <p>All of it hangs on one word, {@link #top}:
 *
 * <ul>
 *   <li>{@code null}: idle. Whoever replaces it by an envelope has woken the server and must see to
 *       it that it is drained.
 *   <li>an envelope: busy. It is the newest one; its {@code below} is the one that came before it,
 *       and so on down to the one that the drainer has seen last. Whoever puts one more on top need
 *       do nothing else.
 *   <li>{@link #SEALED}: closed for good.
 * </ul>
 *
 * <p>The drainer reads the chain downwards and links it upwards as it goes ({@link Envelope#next}),
 * because it is handled from the oldest on. It leaves the newest on top while it works, as the mark
 * that the server is busy; when it has handled that one and nothing lies above it, one
 * compare-and-set makes the server idle. The chain is a Treiber stack (R. K. Treiber, "Systems
 * Programming: Coping with Parallelism", 1986) that is only ever emptied whole, so there is no ABA
 * problem.
 *
 * <p>The length is counted anew each time the server wakes: each envelope holds how many counted
 * ones came in with it since then, and all of them share one counter of those that were taken out.
 * So an idle mailbox is one field, and a thread that found it idle a while ago brings no old count
 * along when it puts its envelope in.
 */
@SuppressWarnings("ReferenceEquality") // an envelope is itself and equals no other
class Mailbox {
  /** What became of a message that was offered. */
  enum Offer {
    /** It is in, and the mailbox was idle: it must be drained now. */
    FIRST,
    /** It is in. */
    QUEUED,
    /** As many as the capacity wait already. */
    FULL,
    /** It is closed for good. */
    SEALED
  }

  private static final Envelope SEALED = new Envelope("sealed", Origin.INFO, 0, false);
  private static final VarHandle TOP;

  static {
    try {
      TOP = MethodHandles.lookup().findVarHandle(Mailbox.class, "top", Envelope.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private volatile @Nullable Envelope top;

  /**
   * Puts a message in.
   *
   * @param capacity how many messages may wait, 1 or more; those of {@link Origin#INFO} always may,
   *     and never count
   */
  final Offer offer(Envelope envelope, int capacity) {
    boolean counts = envelope.origin != Origin.INFO;
    while (true) {
      Envelope newest = top;
      if (newest == SEALED) {
        return Offer.SEALED;
      }
      if (counts && newest != null && waiting(newest) >= capacity) {
        return Offer.FULL;
      }
      int before = newest == null ? 0 : newest.position;
      envelope.position = counts ? before + 1 : before;
      envelope.taken = newest == null ? new AtomicInteger() : newest.taken;
      envelope.below = newest;
      if (TOP.compareAndSet(this, newest, envelope)) {
        return newest == null ? Offer.FIRST : Offer.QUEUED;
      }
    }
  }

  /**
   * Takes the oldest message out; for the one thread that drains.
   *
   * @param last the one that was taken before, null at the first time after {@link Offer#FIRST}
   * @return null if there is none, and the mailbox is idle: from then on the caller drains no more
   */
  final @Nullable Envelope take(@Nullable Envelope last) {
    Envelope taken;
    if (last == null) {
      taken = link(null);
    } else if (last.next != null) {
      taken = last.next;
      last.next = null;
    } else if (TOP.compareAndSet(this, last, null)) {
      return null;
    } else {
      taken = link(last);
    }
    taken.taken.setOpaque(taken.position);
    return taken;
  }

  /**
   * Closes an empty mailbox for good; for the one thread that drains, in place of a {@link #take}
   * that finds nothing.
   */
  final boolean seal(Envelope last) {
    return last.next == null && TOP.compareAndSet(this, last, SEALED);
  }

  /** How many counted messages wait, the one in hand not among them. */
  final int waiting() {
    Envelope newest = top;
    return newest == null ? 0 : waiting(newest);
  }

  /** Whether messages wait or one is in hand. */
  final boolean isBusy() {
    Envelope newest = top;
    return newest != null && newest != SEALED;
  }

  /**
   * The messages behind this one, the oldest first; for those who look on: while the drainer works
   * it may show one that has just left, or miss one.
   *
   * @param last the one that was taken last, or null
   */
  final List<Envelope> behind(@Nullable Envelope last, int most) {
    List<Envelope> linked = new ArrayList<>();
    Envelope envelope = last == null ? null : last.next;
    while (envelope != null && linked.size() < most) {
      linked.add(envelope);
      envelope = envelope.next;
    }
    Envelope end = linked.isEmpty() ? last : linked.getLast();
    List<Envelope> above = new ArrayList<>();
    for (Envelope newer = top;
        newer != null && newer != end && newer != SEALED;
        newer = newer.below) {
      above.add(newer);
    }
    linked.addAll(above.reversed());
    return linked.size() <= most ? linked : linked.subList(0, most);
  }

  private static int waiting(Envelope newest) {
    return Math.max(0, newest.position - newest.taken.getOpaque());
  }

  /** Links what came in since {@code last} upwards, and returns the oldest of it. There is some. */
  private Envelope link(@Nullable Envelope last) {
    Envelope oldest = Objects.requireNonNull(top);
    for (Envelope older = oldest.below; older != null && older != last; older = oldest.below) {
      older.next = oldest;
      oldest.below = null;
      oldest = older;
    }
    oldest.below = null;
    return oldest;
  }
}
