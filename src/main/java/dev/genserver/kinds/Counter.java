package dev.genserver.kinds;

import dev.genserver.behaviour.Behaviour;
import dev.genserver.behaviour.Default;
import dev.genserver.behaviour.Name;
import dev.genserver.behaviour.Prompt;
import dev.genserver.behaviour.Query;
import dev.genserver.behaviour.Refuses;
import dev.genserver.behaviour.Self;
import dev.genserver.behaviour.Step;

/**
 * A number that moves only when told to.
 *
 * @param initialValue what it begins with
 */
@Prompt
@Name("counters")
public record Counter(@Default("0") long initialValue) implements Behaviour<Long, Counter.Op> {

  /** What a counter can be asked. */
  public sealed interface Op {}

  /** The number. */
  public record Value() implements Op, Query {}

  /**
   * Adds to it, as far as a 64-bit integer goes.
   *
   * @param by how much, negative to subtract
   */
  @Refuses("out-of-range")
  public record Increment(@Default("1") long by) implements Op {}

  /** Makes it 0. */
  public record Reset() implements Op {}

  /** The number as a reply. */
  public record Count(long value) {}

  @Override
  public Step<Long> init(Self self) {
    return Step.done(initialValue);
  }

  @Override
  public Step<Long> handle(Op message, Long count, Self self) {
    return switch (message) {
      case Value() -> Step.reply(new Count(count), count);
      case Increment(long by) -> add(count, by);
      case Reset() -> Step.done(0L);
    };
  }

  private static Step<Long> add(long count, long by) {
    long sum = count + by;
    // Overflow: the sum's sign differs from that of both summands (H. Warren, Hacker's Delight,
    // 2-13).
    return ((count ^ sum) & (by ^ sum)) < 0
        ? Step.refuse("out-of-range", count + " plus " + by + " is more than 64 bits hold")
        : Step.reply(new Count(sum), sum);
  }
}
