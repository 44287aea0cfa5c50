package dev.genserver.runtime;

/** Tells tests of other packages who waits. */
public final class Waiters {
  private Waiters() {}

  /** How many wait for events. */
  public static int forEvents(Servers servers) {
    return servers.events().waiting();
  }
}
