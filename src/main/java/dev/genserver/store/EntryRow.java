package dev.genserver.store;

/**
 * An entry of a server's table.
 *
 * @param value JSON
 * @param version the server's version with which it was last put; 0 if that is not known
 */
public record EntryRow(String value, long version) {}
