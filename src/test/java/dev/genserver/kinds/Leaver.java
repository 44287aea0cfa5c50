package dev.genserver.kinds;

import dev.genserver.behaviour.Behaviour;
import dev.genserver.behaviour.Default;
import dev.genserver.behaviour.Name;
import dev.genserver.behaviour.Query;
import dev.genserver.behaviour.Reason;
import dev.genserver.behaviour.Self;
import dev.genserver.behaviour.Step;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * It wants to be told of its end.
 *
 * @param gate where it waits in {@code terminate}; it crashes there if this is {@code crash}
 */
@Name("leavers")
public record Leaver(@Default("\"\"") String gate) implements Behaviour<String, Leaver.Op> {
  /** Every goodbye, such as {@code NORMAL x}. */
  public static final Queue<String> GOODBYES = new ConcurrentLinkedQueue<>();

  /** What it can be asked. */
  public sealed interface Op {}

  /** Its name. */
  public record Who() implements Op, Query {}

  /** Waits at a gate. */
  public record Wait(String gate) implements Op {}

  @Override
  public Step<String> init(Self self) {
    return Step.done(self.name());
  }

  @Override
  public Step<String> handle(Op message, String state, Self self) {
    return switch (message) {
      case Who() -> Step.reply(state, state);
      case Wait(String at) -> {
        Gate.pass(at);
        yield Step.done(state);
      }
    };
  }

  @Override
  public void terminate(Reason reason, String state, Self self) {
    GOODBYES.add(reason + " " + state);
    if (gate.equals("crash")) {
      throw new IllegalStateException("told to crash in terminate");
    }
    Gate.pass(gate);
  }
}
