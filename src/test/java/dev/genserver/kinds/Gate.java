package dev.genserver.kinds;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;

/** A place where a test holds a handler up, and learns that it came there. */
public final class Gate implements AutoCloseable {
  private static final Map<String, Gate> GATES = new ConcurrentHashMap<>();

  private final String name;
  private final CountDownLatch reached = new CountDownLatch(1);
  private final CountDownLatch open = new CountDownLatch(1);
  private final CountDownLatch interrupted = new CountDownLatch(1);

  /** A shut gate of this name. */
  public Gate(String name) {
    this.name = name;
    GATES.put(name, this);
  }

  /** Waits until a handler has come to the gate. */
  public void awaitReached() throws InterruptedException {
    reached.await();
  }

  /** Waits until a handler was interrupted at the gate. */
  public void awaitInterrupted() throws InterruptedException {
    interrupted.await();
  }

  /** Lets whoever is held up pass. */
  public void open() {
    open.countDown();
  }

  @Override
  public void close() {
    open();
    GATES.remove(name);
  }

  /** Waits at the gate; where there is none it passes. */
  static void pass(String name) {
    Gate gate = GATES.get(name);
    if (gate != null) {
      gate.reached.countDown();
      try {
        gate.open.await();
      } catch (InterruptedException e) {
        gate.interrupted.countDown();
        throw new IllegalStateException("interrupted at " + name, e);
      }
    }
  }

  /** As {@link #pass}, but keeps its core busy, and no interrupt gets through to it. */
  static void spin(String name) {
    Gate gate = GATES.get(name);
    if (gate != null) {
      gate.reached.countDown();
      while (gate.open.getCount() > 0) {
        Thread.onSpinWait();
      }
    }
  }
}
