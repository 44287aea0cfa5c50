package dev.genserver.kinds;

import dev.genserver.behaviour.Behaviour;
import dev.genserver.behaviour.Default;
import dev.genserver.behaviour.Name;
import dev.genserver.behaviour.Self;
import dev.genserver.behaviour.Step;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;

/** Does what a kind should not, so that tests see what becomes of it. */
@Name("misbehaving")
public record Misbehaving(@Default("false") boolean refuse, @Default("false") boolean fail)
    implements Behaviour<Long, Misbehaving.Op> {
  private static final Map<String, CountDownLatch> gates = new ConcurrentHashMap<>();

  public sealed interface Op {}

  public record Crash() implements Op {}

  /** Holds its server up until {@link #release}. */
  public record Hang() implements Op {}

  /** Is never answered. */
  public record Forget() implements Op {}

  /** Replies, and stops its server. */
  public record Leave() implements Op {}

  /** Has the server of this name held up, whatever was released before. */
  public static void holdUp(String name) {
    gates.put(name, new CountDownLatch(1));
  }

  /** Lets the server of this name go on, now and from now on. */
  public static void release(String name) {
    gate(name).countDown();
  }

  @Override
  public Step<Long> init(Self self) {
    if (fail) {
      throw new IllegalStateException("secret");
    }
    return refuse ? Step.refuse("refused", "asked to refuse") : Step.done(0L);
  }

  @Override
  public Step<Long> handle(Op message, Long count, Self self) {
    return switch (message) {
      case Crash() -> throw new IllegalStateException("secret");
      case Hang() -> {
        await(gate(self.name()));
        yield Step.done(count + 1);
      }
      case Forget() -> {
        self.from();
        yield Step.later(count);
      }
      case Leave() -> Step.done(count).stop();
    };
  }

  private static CountDownLatch gate(String name) {
    return gates.computeIfAbsent(name, n -> new CountDownLatch(1));
  }

  private static void await(CountDownLatch gate) {
    try {
      gate.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
