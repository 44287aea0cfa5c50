package dev.genserver.runtime;

import dev.genserver.behaviour.Default;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How a server is kept and supervised, beside its arguments; the form in which it is stored.
 *
 * @param durability see {@link Durability#word}
 * @param restart whether its supervisor restarts it: {@code permanent} always, {@code transient}
 *     unless it has stopped by itself, {@code temporary} never
 * @param maxRestarts how many restarts within {@code maxSeconds} there may be, 0 or more; past them
 *     it is held down
 * @param maxSeconds 1 or more
 * @param onCrash what a crash does: {@code keep} undoes its turn, {@code init} has the server begin
 *     anew from its arguments
 */
public record Options(
    String durability,
    @Default("\"transient\"") String restart,
    @Default("3") int maxRestarts,
    @Default("5") int maxSeconds,
    @Default("\"keep\"") String onCrash) {

  private static final Map<Durability, Options> USUAL = new EnumMap<>(Durability.class);

  static {
    for (Durability durability : Durability.values()) {
      USUAL.put(durability, new Options(durability.word(), "transient", 3, 5, "keep"));
    }
  }

  static final String PERMANENT = "permanent";
  static final String TEMPORARY = "temporary";
  static final String INIT = "init";

  /** Whether a crash has the server begin anew from its arguments. */
  boolean beginsAnew() {
    return onCrash.equals(INIT);
  }

  /** Whether it is restarted even when it has stopped by itself. */
  boolean alwaysRestarts() {
    return restart.equals(PERMANENT);
  }

  /** Whether it is stopped where others are restarted. */
  boolean neverRestarts() {
    return restart.equals(TEMPORARY);
  }

  /** These, or null if all but the durability is as usual. */
  @Nullable Options unlessUsual() {
    return USUAL.containsValue(this) ? null : this;
  }

  /** What holds where nobody says otherwise: one object for all. */
  static Options usual(Durability durability) {
    return Objects.requireNonNull(USUAL.get(durability));
  }
}
