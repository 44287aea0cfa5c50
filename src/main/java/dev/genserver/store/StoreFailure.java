package dev.genserver.store;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/** The store could not do what was asked. The message says what is wrong and the way out. */
public final class StoreFailure extends RuntimeException {
  @Serial private static final long serialVersionUID = 1;

  private final boolean outcomeUnknown;

  /**
   * A failure.
   *
   * @param outcomeUnknown whether a commit may have been made all the same
   */
  public StoreFailure(String message, boolean outcomeUnknown, @Nullable Throwable cause) {
    super(message, cause);
    this.outcomeUnknown = outcomeUnknown;
  }

  /** The same for one who did not even try. */
  StoreFailure again() {
    return new StoreFailure(String.valueOf(getMessage()), false, this);
  }

  /** Whether a commit may have been made all the same; false: surely nothing was changed. */
  public boolean outcomeUnknown() {
    return outcomeUnknown;
  }
}
