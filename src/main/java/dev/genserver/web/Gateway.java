package dev.genserver.web;

import dev.genserver.behaviour.Behaviour;
import dev.genserver.runtime.Outcome;
import dev.genserver.runtime.Servers;
import dev.genserver.wire.Kind;
import dev.genserver.wire.Malformed;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The way from a controller to the servers of one kind: what is not a reply leaves as {@link
 * NotDone}.
 */
final class Gateway {
  /** The timeout of a call that names none, as in OTP. */
  static final String DEFAULT_TIMEOUT = "5s";

  private static final Duration LONGEST = Duration.ofMinutes(10);

  private final Servers servers;
  private final Kind kind;

  Gateway(Servers servers, Kind kind) {
    this.servers = servers;
    this.kind = kind;
  }

  /** Calls a server that may have to be started first. */
  <R> R call(String name, Object message, Duration timeout, Class<R> reply) {
    return reply.cast(call(name, message, timeout, true));
  }

  /** Calls a server that must be there. */
  <R> R ask(String name, Object message, Duration timeout, Class<R> reply) {
    return reply.cast(call(name, message, timeout, false));
  }

  private Object call(String name, Object message, Duration timeout, boolean startIfMissing) {
    Outcome outcome =
        servers.call(kind, Address.checkName(name), message, check(timeout), startIfMissing);
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

  Outcome.Started start(String name, Behaviour<?, ?> arguments, Duration timeout) {
    Outcome outcome = servers.start(kind, Address.checkName(name), arguments, check(timeout));
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

  private static Duration check(Duration timeout) {
    if (timeout.isZero() || timeout.compareTo(LONGEST) > 0) {
      throw new Malformed("timeout", "must be from 1ms to 10m");
    }
    return timeout;
  }
}
