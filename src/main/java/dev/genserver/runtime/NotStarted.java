package dev.genserver.runtime;

import java.io.Serial;

/** A child of the configuration can't be started. */
public final class NotStarted extends RuntimeException {
  @Serial private static final long serialVersionUID = 1;

  private final String place;

  /** It can't, {@code why} says the reason. */
  public NotStarted(String place, String why) {
    super(why, null, false, false);
    this.place = place;
  }

  /** Where in the configuration the child stands. */
  public String place() {
    return place;
  }
}
