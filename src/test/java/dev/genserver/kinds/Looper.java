package dev.genserver.kinds;

import dev.genserver.behaviour.Behaviour;
import dev.genserver.behaviour.Default;
import dev.genserver.behaviour.Name;
import dev.genserver.behaviour.Self;
import dev.genserver.behaviour.Signal;
import dev.genserver.behaviour.Step;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Crashes by itself, again and again, for as long as it is restarted.
 *
 * @param init what {@code init} does whenever it is run again: crash, refuse, or nothing
 */
@Name("loopers")
public record Looper(@Default("\"\"") String init) implements Behaviour<Boolean, Looper.Op> {
  private static final Set<String> STARTED = ConcurrentHashMap.newKeySet();

  /** What it can be asked. */
  public sealed interface Op {}

  /** Crashes. */
  public record Crash() implements Op {}

  record Tick() implements Op, Signal {}

  @Override
  public Step<Boolean> init(Self self) {
    if (!init.isEmpty() && !STARTED.add(self.name())) {
      if (init.equals("refuse")) {
        return Step.refuse("no", "refuses to begin anew");
      }
      throw new IllegalStateException("crashes in init");
    }
    self.timer("tick", Duration.ZERO, new Tick());
    return Step.done(true);
  }

  @Override
  public Step<Boolean> handle(Op message, Boolean state, Self self) {
    throw new IllegalStateException("crashes");
  }
}
