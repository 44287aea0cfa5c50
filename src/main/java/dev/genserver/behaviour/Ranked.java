package dev.genserver.behaviour;

/** A row of a {@link Table} that is also kept in an order, such as that of the last use. */
public interface Ranked {
  /** Its place in the order: rows of smaller rank come first. */
  long rank();
}
