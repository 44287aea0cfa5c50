package dev.genserver.runtime;

import dev.genserver.store.StoreFailure;
import java.io.Serial;

/** Thrown where something is looked up without a server, and the store can't be read now. */
public final class Unavailable extends RuntimeException {
  @Serial private static final long serialVersionUID = 1;

  Unavailable(StoreFailure cause) {
    super(cause.getMessage(), cause, false, false);
  }

  /** The same as an outcome. */
  public Outcome outcome() {
    return new Outcome.StoreUnavailable(String.valueOf(getMessage()));
  }
}
