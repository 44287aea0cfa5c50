package dev.genserver.runtime;

import java.util.List;

/**
 * Many messages in one turn: nothing else comes between them. It is answered with {@link
 * Outcome.Replies}, an outcome for each.
 *
 * @param messages operations of the kind or {@link Request}s
 * @param atomic whether the first that is not done undoes all of them; the outcome is {@link
 *     Outcome.Undone} then
 */
public record Batch(List<Object> messages, boolean atomic) implements Command {}
