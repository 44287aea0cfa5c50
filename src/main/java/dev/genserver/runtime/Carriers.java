package dev.genserver.runtime;

import java.lang.management.ManagementFactory;
import java.util.HashSet;
import java.util.Set;
import jdk.management.VirtualThreadSchedulerMXBean;
import org.jspecify.annotations.Nullable;

/**
 * Platform threads lent to the JDK's scheduler of virtual threads: one for each handler that spins.
 *
 * <p>The scheduler has as many threads as there are cores, and takes none from a virtual thread
 * that runs without ever waiting: as many spinning handlers as cores would be the end of
 * everything. With a thread more for each of them the operating system shares the cores out. That
 * costs nothing as long as nobody spins.
 */
final class Carriers {
  /** Far more than can spin to any purpose, far less than the scheduler's limit of 256 threads. */
  private static final int MOST = 100;

  private final @Nullable VirtualThreadSchedulerMXBean scheduler =
      ManagementFactory.getPlatformMXBean(VirtualThreadSchedulerMXBean.class);
  private final Set<Thread> spinning = new HashSet<>();
  private int lent;

  /** Lends what is needed for these threads, of those that never wait, and takes the rest back. */
  synchronized void lendFor(Set<Thread> stuck) {
    spinning.addAll(stuck);
    spinning.removeIf(thread -> thread.getState() != Thread.State.RUNNABLE);
    int needed = Math.min(spinning.size(), MOST);
    if (scheduler != null && needed != lent) {
      scheduler.setParallelism(scheduler.getParallelism() + needed - lent);
      lent = needed;
    }
    if (needed > 0) {
      Thread.ofVirtual().start(() -> {}); // the scheduler makes a thread only when there is a task
    }
  }
}
