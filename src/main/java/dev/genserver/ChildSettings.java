package dev.genserver;

import dev.genserver.runtime.Durability;
import dev.genserver.runtime.Supervisor.Strategy;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * A child of a supervisor as it stands in the configuration: with a kind it is a server, without
 * one it is a supervisor and has a strategy and children of its own.
 *
 * @param arguments start arguments, JSON
 * @param durability what it is to outlive; null: what its kind does
 * @param restart whether it is restarted: always, unless it has stopped by itself, or never
 * @param onCrash what a crash does: undo its turn, or have it begin anew from its arguments
 * @param shutdown how long it may take to end
 * @param reconfigure whether it takes these arguments on if it was stored with others
 * @param maxRestarts how many restarts within {@code maxSeconds} the supervisor bears
 */
record ChildSettings(
    @Nullable String kind,
    @Nullable String name,
    @DefaultValue("{}") String arguments,
    @Nullable Durability durability,
    @DefaultValue("transient") Restart restart,
    @DefaultValue("keep") OnCrash onCrash,
    @DefaultValue("5s") Duration shutdown,
    @DefaultValue("false") boolean reconfigure,
    @DefaultValue("one-for-one") Strategy strategy,
    @DefaultValue("3") int maxRestarts,
    @DefaultValue("5") int maxSeconds,
    @DefaultValue List<ChildSettings> children) {

  /** Whether it, or any below it, is to outlive the process. */
  boolean needsStore() {
    return (durability != null && durability != Durability.MEMORY)
        || children.stream().anyMatch(ChildSettings::needsStore);
  }

  enum Restart {
    PERMANENT,
    TRANSIENT,
    TEMPORARY
  }

  enum OnCrash {
    KEEP,
    INIT
  }
}
