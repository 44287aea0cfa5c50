package dev.genserver.runtime;

import dev.genserver.behaviour.Behaviour;
import dev.genserver.wire.Kind;
import java.time.Duration;
import java.util.List;

/**
 * A supervisor of the configuration, as in OTP's {@code Supervisor}.
 *
 * @param place where in the configuration it stands
 * @param maxRestarts how many restarts within {@code window} it bears, 0 or more; past them it
 *     stops its children, and its own supervisor has to do something about it
 * @param children in the order in which they are started
 */
public record Supervisor(
    String place,
    String name,
    Strategy strategy,
    int maxRestarts,
    Duration window,
    List<Supervised> children)
    implements Supervised {

  /** Which children are restarted when one has to be. */
  public enum Strategy {
    /** That one. */
    ONE_FOR_ONE,
    /** All of them. */
    ONE_FOR_ALL,
    /** That one and those that are started after it. */
    REST_FOR_ONE
  }

  /**
   * A server among the children.
   *
   * @param shutdown how long its step in hand may take when it is restarted for others' sake, and
   *     its end when the service shuts down
   * @param reconfigure whether it takes these arguments on if it was stored with others
   */
  public record Child(
      String place,
      Kind kind,
      String name,
      Behaviour<?, ?> arguments,
      Wanted wanted,
      Duration shutdown,
      boolean reconfigure)
      implements Supervised {}
}
