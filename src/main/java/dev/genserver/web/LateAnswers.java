package dev.genserver.web;

import java.nio.channels.SelectableChannel;
import java.nio.channels.Selector;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SelectableChannelEndPoint;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.ServerConnector;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers whose outcomes come later, written by the threads that read their connections, round by
 * round. A group of steps that is stored brings many outcomes at once: whoever brings them is not
 * kept by writing, and each thread is woken once for all of its connections, not once for each.
 */
final class LateAnswers {
  /** After so many answers a thread looks at its other connections, too. */
  private static final int ROUND = 256;

  private static final Logger LOG = LoggerFactory.getLogger(LateAnswers.class);

  /** Connections that go on when this thread has written an answer; null: it is at no round. */
  private static final ThreadLocal<@Nullable Queue<Runnable>> GOING_ON = new ThreadLocal<>();

  private final Map<ManagedSelector, Round> rounds = new ConcurrentHashMap<>();

  /**
   * Has the answer written by the thread that reads the request's connection; it must not block.
   */
  void write(Request request, Runnable answer) {
    ManagedSelector selector = selector(request);
    if (selector == null) { // its connection is closed, or the service ends
      request.getComponents().getExecutor().execute(answer);
    } else {
      rounds.computeIfAbsent(selector, Round::new).add(answer);
    }
  }

  private static @Nullable ManagedSelector selector(Request request) {
    EndPoint end = request.getConnectionMetaData().getConnection().getEndPoint();
    while (end instanceof EndPoint.Wrapper wrapper) { // TLS
      end = wrapper.unwrap();
    }
    SelectableChannel channel = ((SelectableChannelEndPoint) end).getChannel();
    ServerConnector connector = (ServerConnector) request.getConnectionMetaData().getConnector();
    return connector.getSelectorManager().getBeans(ManagedSelector.class).stream()
        .filter(selector -> channel.keyFor(selector.getSelector()) != null)
        .findAny()
        .orElse(null);
  }

  /** Has a connection go on with its next request on this thread, if that is at a round. */
  static boolean goOnHere(Runnable connection) {
    Queue<Runnable> goingOn = GOING_ON.get();
    return goingOn != null && goingOn.add(connection);
  }

  private static final class Round implements ManagedSelector.SelectorUpdate {
    private final ManagedSelector selector;
    private final Queue<Runnable> answers = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean isComing = new AtomicBoolean();

    Round(ManagedSelector selector) {
      this.selector = selector;
    }

    void add(Runnable answer) {
      answers.add(answer);
      come();
    }

    private void come() {
      if (!isComing.get() && isComing.compareAndSet(false, true)) {
        selector.submit(this);
      }
    }

    @Override
    public void update(Selector itself) {
      Queue<Runnable> goingOn = new ArrayDeque<>(1);
      GOING_ON.set(goingOn);
      isComing.set(false);
      try {
        Runnable answer;
        for (int i = 0; i < ROUND && (answer = answers.poll()) != null; i++) {
          run(answer);
          while (!goingOn.isEmpty()) {
            run(goingOn.remove());
          }
        }
      } finally {
        GOING_ON.remove();
      }
      if (!answers.isEmpty()) {
        come();
      }
    }

    private static void run(Runnable part) {
      try {
        part.run();
      } catch (Throwable t) { // the others are waiting
        LOG.error("An answer may be lost", t);
      }
    }
  }
}
