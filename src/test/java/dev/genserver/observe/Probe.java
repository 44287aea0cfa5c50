package dev.genserver.observe;

import dev.genserver.behaviour.Behaviour;
import dev.genserver.behaviour.Name;
import dev.genserver.behaviour.Self;
import dev.genserver.behaviour.Signal;
import dev.genserver.behaviour.Step;
import java.time.Duration;
import java.util.concurrent.Semaphore;

/** A kind that does whatever a test wants to see. */
@Name("probes")
public record Probe() implements Behaviour<Long, Probe.Op> {
  /** Has a permit for each handler that hangs. */
  public static final Semaphore HANGING = new Semaphore(0);

  /** A handler that hangs needs a permit of this one to go on; interrupts don't help. */
  public static final Semaphore GO_ON = new Semaphore(0);

  public sealed interface Op {}

  public record Answer() implements Op {}

  public record Refuse() implements Op {}

  public record Crash() implements Op {}

  public record Defer() implements Op {}

  public record Hang() implements Op {}

  public record Count(String event, long times) implements Op {}

  public record Later() implements Op {}

  record Tick() implements Op, Signal {}

  @Override
  public Step<Long> init(Self self) {
    return Step.done(0L);
  }

  @Override
  public Step<Long> handle(Op op, Long state, Self self) {
    return switch (op) {
      case Answer a -> Step.reply(state, state + 1);
      case Refuse r -> Step.refuse("empty", "as asked");
      case Crash c -> throw new IllegalStateException("as asked");
      case Defer d -> {
        self.from();
        yield Step.later(state);
      }
      case Hang h -> {
        HANGING.release();
        GO_ON.acquireUninterruptibly();
        yield Step.done(state);
      }
      case Count(String event, long times) -> {
        self.count(event, times);
        yield Step.done(state);
      }
      case Later l -> {
        self.timer("tick", Duration.ZERO, new Tick());
        yield Step.done(state);
      }
      case Tick t -> Step.done(state);
    };
  }
}
