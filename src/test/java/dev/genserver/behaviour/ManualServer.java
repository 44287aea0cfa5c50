package dev.genserver.behaviour;

import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One server without threads: takes each step as the runtime does, delivers timers when told to.
 */
public final class ManualServer<S, O> {
  public final ManualSelf self = new ManualSelf();
  public final Behaviour<S, O> behaviour;
  public S state;
  private final Keeper keeper;

  public ManualServer(Behaviour<S, O> behaviour) {
    this(behaviour, Keeper.NONE);
  }

  public ManualServer(Behaviour<S, O> behaviour, Keeper keeper) {
    this.behaviour = behaviour;
    this.keeper = keeper;
    Step<S> step = behaviour.init(self);
    if (step instanceof Step.Refusal<S> refusal) {
      throw new IllegalArgumentException("init refused: " + refusal);
    }
    state = step.state();
    keep(true);
  }

  /**
   * Handles a message, and what its step puts before all others; a refusal's state is adopted, its
   * timers are not.
   */
  @SuppressWarnings("unchecked")
  public Step<S> send(O message) {
    Step<S> step = turn(message);
    Step.Next next = step.next();
    while (next instanceof Step.Next.Then then) {
      next = turn((O) then.message()).next();
    }
    return step;
  }

  @SuppressWarnings("ReferenceEquality") // a state that nothing has changed is meant by identity
  private Step<S> turn(O message) {
    Map<String, ManualSelf.Timer> timers = new LinkedHashMap<>(self.timers);
    Step<S> step;
    try {
      step = behaviour.handle(message, state, self);
    } catch (RuntimeException | Error e) {
      restore(timers);
      throw e;
    }
    if (step instanceof Step.Refusal<S>) {
      restore(timers);
    }
    S before = state;
    if (step.state() != null && (message instanceof Touch || !(message instanceof Query))) {
      state = step.state();
    }
    keep(state != before && !(message instanceof Query));
    return step;
  }

  @SuppressWarnings("unchecked")
  private void keep(boolean changed) {
    state = (S) keeper.keep(state, changed, self);
  }

  private void restore(Map<String, ManualSelf.Timer> timers) {
    self.timers.clear();
    self.timers.putAll(timers);
  }

  /** The reply's value (null where there is none), or a refusal's code as a string. */
  public Object ask(O message) {
    return switch (send(message)) {
      case Step.Reply<S> reply -> reply.value();
      case Step.Refusal<S> refusal -> refusal.code();
      case Step.Later<S> later -> throw new AssertionError("left open: " + later);
    };
  }

  /** Moves the clock alone: timers stay undelivered, as behind a long mailbox. */
  public void pass(Duration time) {
    self.now = self.now.plus(time);
  }

  /** The timers that are due, the earliest first. */
  public List<ManualSelf.Timer> due() {
    return self.timers.values().stream()
        .filter(timer -> !timer.due().isAfter(self.now))
        .sorted(Comparator.comparing(ManualSelf.Timer::due))
        .toList();
  }

  /** Delivers a timer's message. */
  @SuppressWarnings("unchecked")
  public void deliver(ManualSelf.Timer timer) {
    self.timers.remove(timer.name(), timer);
    send((O) timer.message());
  }

  /** Moves the clock and delivers all that comes due by then, each at its time. */
  public void advance(Duration time) {
    var end = self.now.plus(time);
    while (true) {
      var next =
          self.timers.values().stream()
              .filter(timer -> !timer.due().isAfter(end))
              .min(Comparator.comparing(ManualSelf.Timer::due));
      if (next.isEmpty()) {
        self.now = end;
        return;
      }
      self.now = next.get().due().isAfter(self.now) ? next.get().due() : self.now;
      deliver(next.get());
    }
  }
}
