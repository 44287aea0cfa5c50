package dev.genserver.behaviour;

/**
 * An operation that only looks. Its step's state is ignored: the server keeps the one it had, and
 * its version. Queries may be asked with GET.
 */
public interface Query {}
