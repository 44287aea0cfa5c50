package dev.genserver.web;

import java.util.concurrent.Executor;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.springframework.core.task.VirtualThreadTaskExecutor;

/**
 * Jetty's threads: a few that accept connections and read what comes, and virtual ones for all that
 * takes its time. A connection whose answer was written on another thread than its own goes on on a
 * virtual thread too, for waking another thread costs as much as the answer.
 */
public final class HttpThreads extends QueuedThreadPool {
  private final Executor virtual = new VirtualThreadTaskExecutor("http-");

  /** Makes threads that are not started. */
  public HttpThreads() {
    setVirtualThreadsExecutor(virtual);
  }

  @Override
  public void execute(Runnable job) {
    if (!(job instanceof Connection)) {
      super.execute(job);
    } else if (!LateAnswers.goOnHere(job)) {
      virtual.execute(job);
    }
  }
}
