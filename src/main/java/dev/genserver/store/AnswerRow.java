package dev.genserver.store;

/**
 * The first answer to a request with an idempotency key.
 *
 * @param at epoch milliseconds when it was given
 * @param request identifies what was asked, so that the key can't be used for something else
 * @param answer what was answered, JSON
 */
public record AnswerRow(String key, long at, String request, String answer) {}
