package dev.genserver.runtime;

import dev.genserver.behaviour.Behaviour;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What can be told of a server from outside, without asking it.
 *
 * @param kind its kind's name
 * @param name its name
 * @param status {@code running}, {@code hibernated}: stored, and out of memory, {@code suspended}
 *     by an operator, or {@code restarting}: held down after too many restarts
 * @param arguments its start arguments
 * @param durability what it outlives, see {@link Durability#word}
 * @param mailbox how many messages wait
 * @param handled how many messages it began to handle, its own among them but not {@code init}
 * @param crashes how many of these threw
 * @param restarts how often it was restarted
 * @param version how many steps have changed its state
 * @param startedAt when it was started
 * @param options how it is kept and supervised, if that is not as usual
 */
public record Status(
    String kind,
    String name,
    String status,
    Behaviour<?, ?> arguments,
    String durability,
    int mailbox,
    long handled,
    int crashes,
    int restarts,
    long version,
    Instant startedAt,
    @Nullable Options options) {}
