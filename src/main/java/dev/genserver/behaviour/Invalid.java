package dev.genserver.behaviour;

import java.io.Serial;

/**
 * Thrown by the constructor of start arguments or of an operation, or for a state: a field has the
 * right type, but not a right value.
 */
public final class Invalid extends IllegalArgumentException {
  @Serial private static final long serialVersionUID = 1;

  /** The field's name and what would be right, such as {@code must be 1 or more}. */
  public Invalid(String field, String why) {
    super(field + ": " + why);
  }
}
