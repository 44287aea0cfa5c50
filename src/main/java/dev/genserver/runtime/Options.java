package dev.genserver.runtime;

/**
 * How a server is kept, beside its arguments; the form in which it is stored.
 *
 * @param durability see {@link Durability#word}
 */
record Options(String durability) {}
