package dev.genserver.store;

import java.util.List;

/**
 * What was read of a server, its entries aside.
 *
 * @param state its state without the tables, JSON
 * @param timers by time, then sequence
 * @param answers the oldest first
 */
public record Stored(ServerRow row, String state, List<TimerRow> timers, List<AnswerRow> answers) {}
