package dev.genserver.runtime;

import dev.genserver.behaviour.Behaviour;
import org.jspecify.annotations.Nullable;

/**
 * The message that starts a server, or finds it started.
 *
 * @param durability what it is to outlive; null: what its kind does
 */
record Start(Behaviour<?, ?> arguments, @Nullable Durability durability) {}
