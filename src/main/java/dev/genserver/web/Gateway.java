package dev.genserver.web;

import dev.genserver.behaviour.Behaviour;
import dev.genserver.runtime.Durability;
import dev.genserver.runtime.Outcome;
import dev.genserver.runtime.Servers;
import dev.genserver.wire.Kind;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The way from a controller to the servers of one kind: what is not a reply leaves as {@link
 * NotDone}.
 */
final class Gateway {
  private final Servers servers;
  private final Kind kind;

  Gateway(Servers servers, Kind kind) {
    this.servers = servers;
    this.kind = kind;
  }

  /** Calls a server that may have to be started first. */
  <R> R call(String name, Object message, Timeout timeout, Class<R> reply) {
    return reply.cast(call(name, message, timeout, true));
  }

  /** Calls a server that must be there. */
  <R> R ask(String name, Object message, Timeout timeout, Class<R> reply) {
    return reply.cast(call(name, message, timeout, false));
  }

  private Object call(String name, Object message, Timeout timeout, boolean startIfMissing) {
    Outcome outcome =
        servers.call(kind, Address.checkName(name), message, timeout.limit(), startIfMissing);
    if (outcome instanceof Outcome.Replied(@Nullable Object value)) {
      return value == null ? Map.of() : value;
    }
    throw notDone(outcome, name);
  }

  /** Casts to a server that may have to be started first. */
  void cast(String name, Object message) {
    Outcome outcome = servers.cast(kind, Address.checkName(name), message, true);
    if (!(outcome instanceof Outcome.Accepted)) {
      throw notDone(outcome, name);
    }
  }

  Outcome.Started start(
      String name, Behaviour<?, ?> arguments, @Nullable Durability durability, Timeout timeout) {
    Outcome outcome =
        servers.start(kind, Address.checkName(name), arguments, durability, timeout.limit());
    if (outcome instanceof Outcome.Started started) {
      return started;
    }
    throw notDone(outcome, name);
  }

  void stop(String name) {
    Outcome outcome = servers.stop(kind, Address.checkName(name));
    if (!(outcome instanceof Outcome.Ended)) {
      throw notDone(outcome, name);
    }
  }

  NotDone notDone(Outcome outcome, String name) {
    return new NotDone(outcome, kind + "/" + name);
  }
}
