package dev.genserver.wire;

import java.io.Serial;

/** Start arguments that are well-formed, but the kind says no. */
public final class InvalidArguments extends RuntimeException {
  @Serial private static final long serialVersionUID = 1;

  InvalidArguments(String detail) {
    super(detail, null, false, false);
  }

  /** The kind's words: always there, and safe to show. */
  public String detail() {
    return String.valueOf(getMessage());
  }
}
