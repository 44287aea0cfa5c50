package dev.genserver.behaviour;

/** What becomes of a server's state and timers between two turns. */
public interface Keeper {
  /** They stay in memory, untouched. */
  Keeper NONE = (state, changed, self) -> state;

  /**
   * Keeps both, and brings them back.
   *
   * @param changed whether the turn has changed the state in a way that must be kept
   * @param self has the timers, and then those that came back
   * @return the state that came back
   */
  Object keep(Object state, boolean changed, ManualSelf self);
}
