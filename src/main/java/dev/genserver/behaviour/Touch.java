package dev.genserver.behaviour;

/**
 * A query that counts as a use: it may move an entry in the order of use, count a hit, or drop what
 * has expired, and no more. The state of its step is kept but makes no version, and is not written
 * by itself.
 */
public interface Touch extends Query {}
