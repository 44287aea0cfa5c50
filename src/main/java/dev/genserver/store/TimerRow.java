package dev.genserver.store;

import org.jspecify.annotations.Nullable;

/**
 * A message that a server will receive: a timer, or a cast that it has not handled yet.
 *
 * @param id identifies it among the server's
 * @param due epoch milliseconds; a cast is due when it was sent
 * @param every the interval in milliseconds, or null if it comes once
 * @param own whether the server itself asked for it
 * @param sequence the order among those that are due at the same time
 * @param operation the message's name
 * @param arguments its fields, a JSON object
 */
public record TimerRow(
    String id,
    long due,
    @Nullable Long every,
    boolean own,
    long sequence,
    String operation,
    String arguments) {}
