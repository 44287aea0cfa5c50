package dev.genserver.web;

import dev.genserver.behaviour.Json;
import dev.genserver.runtime.Posted;
import dev.genserver.wire.Wire;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/**
 * Writes the replies to lines while more lines are read, and bounds how many are under way: a
 * client that does not read is not read from any more.
 *
 * <p>Two threads work on it. The reader sends messages; those that are answered at once are queued
 * here without waking anybody, because more are likely to follow: the reader wakes the writer when
 * it is about to wait itself. The writer is the only one that writes, and looks after the time of
 * those that are still open.
 */
final class BulkReplies implements Runnable {
  /** The most lines that were read and whose replies are not written yet. */
  static final int MOST_OPEN = 4096;

  private static final long LOOK_AT_TIMES = TimeUnit.MILLISECONDS.toNanos(50);
  private static final int FULL = 32 * 1024;

  private final OutputStream out;
  private final boolean errorsOnly;
  private final Thread reader;
  private final Queue<ReplyLine> answered = new ConcurrentLinkedQueue<>();
  private final Set<Posted> open = ConcurrentHashMap.newKeySet();
  private final AtomicInteger unwritten = new AtomicInteger();
  private final ByteArrayOutputStream buffer = new ByteArrayOutputStream(FULL + 1024);
  private final JsonGenerator json =
      Wire.mapper().writer().withRootValueSeparator("").createGenerator(buffer);
  private final CountDownLatch written = new CountDownLatch(1);
  private volatile @Nullable Thread writer;
  private volatile boolean idle;
  private volatile boolean flushWanted;
  private volatile boolean finishing;
  private volatile boolean broken;
  private long done;
  private long failed;
  private boolean unflushed;
  private long lookedAt = System.nanoTime();

  BulkReplies(OutputStream out, boolean errorsOnly, Thread reader) {
    this.out = out;
    this.errorsOnly = errorsOnly;
    this.reader = reader;
  }

  /**
   * The reply to a line.
   *
   * @param id the line's id, or its number if it has none
   */
  record ReplyLine(Json id, int status, @Nullable Object body, @Nullable Boolean replayed) {}

  /** How it went, where only errors are told. */
  record Summary(long done, long failed) {}

  // The reader's side.

  /** Waits until one more line may be under way. */
  void admit() {
    if (unwritten.get() >= MOST_OPEN) {
      wake();
      while (unwritten.get() >= MOST_OPEN && !broken) {
        LockSupport.parkNanos(this, LOOK_AT_TIMES);
      }
    }
    unwritten.incrementAndGet();
  }

  /** Looks after the time of what was not answered at once. */
  void watch(Posted posted) {
    if (!posted.isDone()) {
      open.add(posted);
      if (posted.isDone()) {
        open.remove(posted);
      }
    }
  }

  /** Takes the reply to one admitted line, from whatever thread. */
  void reply(ReplyLine line) {
    answered.add(line);
    if (Thread.currentThread() != reader) {
      wake();
    }
  }

  /** To be called before the reader waits for more lines. */
  void pause() {
    wake();
  }

  /** Whether nobody is there any more to write to. */
  boolean isBroken() {
    return broken;
  }

  /** Writes no more. */
  void breakOff() {
    broken = true;
  }

  /** Waits until all is written. */
  void finish() {
    finishing = true;
    wake();
    while (true) {
      try {
        written.await();
        return;
      } catch (InterruptedException e) {
        broken = true;
      }
    }
  }

  private void wake() {
    flushWanted = true;
    if (idle) {
      LockSupport.unpark(writer);
    }
  }

  // The writer's side.

  @Override
  public void run() {
    writer = Thread.currentThread();
    try {
      while (!isOver()) {
        lookAtTimes();
        if (!writeAnswered()) {
          flushIfWanted();
          rest();
        }
      }
      if (errorsOnly && !broken) {
        append(new Summary(done, failed));
      }
      flush();
    } catch (IOException | RuntimeException e) { // the client is gone
      broken = true;
    } finally {
      written.countDown();
      LockSupport.unpark(reader);
      json.close();
    }
  }

  private boolean isOver() {
    return finishing && (broken || unwritten.get() == 0);
  }

  /** Writes what there is; false if there was nothing. */
  private boolean writeAnswered() throws IOException {
    int lines = 0;
    ReplyLine line;
    while ((line = answered.poll()) != null) {
      write(line);
      lines++;
      if (buffer.size() >= FULL) {
        send();
        break;
      }
    }
    if (lines > 0 && unwritten.addAndGet(-lines) + lines >= MOST_OPEN) {
      LockSupport.unpark(reader);
    }
    return lines > 0;
  }

  private void write(ReplyLine line) {
    boolean isDone = line.status() < 300;
    done += isDone ? 1 : 0;
    failed += isDone ? 0 : 1;
    if (!isDone || !errorsOnly) {
      append(line);
    }
  }

  private void append(Object line) {
    json.writePOJO(line);
    json.writeRaw('\n');
  }

  private void send() throws IOException {
    json.flush();
    if (buffer.size() > 0) {
      buffer.writeTo(out);
      buffer.reset();
      unflushed = true;
    }
  }

  private void flush() throws IOException {
    send();
    if (unflushed) { // or the answer would begin before a body that waits for "100 Continue"
      out.flush();
      unflushed = false;
    }
  }

  /**
   * Not whenever there is nothing more: the reader is about to send more, or says that it waits.
   */
  private void flushIfWanted() throws IOException {
    if (flushWanted) {
      flushWanted = false;
      writeAnswered(); // what came before it was wanted
      flush();
    }
  }

  private void rest() {
    idle = true;
    if (answered.isEmpty() && !flushWanted && !isOver()) {
      LockSupport.parkNanos(this, LOOK_AT_TIMES);
    }
    idle = false;
  }

  /** Now and then gives up what has taken too long. */
  private void lookAtTimes() {
    long now = System.nanoTime();
    if (now - lookedAt >= LOOK_AT_TIMES) {
      lookedAt = now;
      open.removeIf(posted -> {
        posted.expire(now);
        return posted.isDone();
      });
    }
  }
}
