package dev.genserver.wire;

import java.io.Serial;

/** A state that is none of its kind. The message starts with the field's name. */
public final class InvalidState extends RuntimeException {
  @Serial private static final long serialVersionUID = 1;

  InvalidState(Malformed why) {
    super(why.detail(), why, false, false);
  }

  /** The message: always there, and safe to show. */
  public String detail() {
    return String.valueOf(getMessage());
  }
}
