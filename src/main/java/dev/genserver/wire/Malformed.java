package dev.genserver.wire;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/**
 * Input that is not what it should be. The message starts with the field's name and says what would
 * be right.
 */
public final class Malformed extends RuntimeException {
  @Serial private static final long serialVersionUID = 1;

  /** Input that is wrong as a whole or in {@code field}: {@code why} says what would be right. */
  public Malformed(String field, String why) {
    this(field + ": " + why, (Throwable) null);
  }

  Malformed(String message, @Nullable Throwable cause) {
    super(message, cause, false, false);
  }

  /** The message: always there, and safe to show. */
  public String detail() {
    return String.valueOf(getMessage());
  }
}
