package dev.genserver.runtime;

import dev.genserver.behaviour.Behaviour;

/**
 * The message that starts a server, or finds it started.
 *
 * @param reconfigure whether one that was started with other arguments takes these on
 */
record Start(Behaviour<?, ?> arguments, Wanted wanted, boolean reconfigure) {
  /** Whether it asks for what the configuration says. */
  boolean isLike(Supervisor.Child configured) {
    return configured.kind().sameArguments(configured.arguments(), arguments)
        && wanted.isWithin(configured.wanted());
  }
}
