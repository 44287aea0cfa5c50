package dev.genserver.web;

import dev.genserver.behaviour.Behaviour;
import dev.genserver.behaviour.Json;
import dev.genserver.behaviour.Query;
import dev.genserver.runtime.Batch;
import dev.genserver.runtime.Durability;
import dev.genserver.runtime.Outcome;
import dev.genserver.runtime.Servers;
import dev.genserver.runtime.Tag;
import dev.genserver.runtime.Wanted;
import dev.genserver.runtime.Watch;
import dev.genserver.wire.Kind;
import dev.genserver.wire.Kinds;
import dev.genserver.wire.Malformed;
import dev.genserver.wire.Operation;
import dev.genserver.wire.Wire;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;

/**
 * The way from a controller to the servers of one kind: what is not a reply leaves as {@link
 * NotDone}.
 */
final class Gateway {
  private static final NoFields NOTHING = new NoFields();

  private final Servers servers;
  private final Kind kind;

  Gateway(Servers servers, Kind kind) {
    this.servers = servers;
    this.kind = kind;
  }

  /** The way to the servers of the kind in a path. */
  static Gateway of(String kind, Kinds kinds, Servers servers) {
    Kind found = kinds.find(kind);
    if (found == null) {
      throw Unknown.kind(kind, kinds);
    }
    return new Gateway(servers, found);
  }

  Kind kind() {
    return kind;
  }

  /** A server as it stands in paths. */
  String address(String name) {
    return kind + "/" + name;
  }

  /** The operation of this name. */
  Operation operation(String name) {
    Operation operation = kind.operation(name);
    if (operation == null) {
      throw Unknown.operation(name, kind);
    }
    return operation;
  }

  /** A message as it stands within a body: its operation's name, and its fields if it has any. */
  Object message(String operation, @Nullable Json arguments) {
    return operation(operation)
        .decode(
            arguments == null ? new byte[0] : arguments.text().getBytes(StandardCharsets.UTF_8));
  }

  /** Calls a server that may have to be started first. */
  <R> R call(String name, Object message, Exchange exchange, Class<R> reply) {
    return call(name, message, exchange, true, reply);
  }

  /**
   * Calls a server that must be there; or has the query watched, if that is what is wanted, and
   * leaves as {@link Exchange.Streamed} when that is over.
   */
  <R> R ask(String name, Object message, Exchange exchange, Class<R> reply) {
    if (exchange.wantsEvents()) {
      watch(name, message, exchange);
      throw new Exchange.Streamed();
    }
    return call(name, message, exchange, false, reply);
  }

  private <R> R call(
      String name, Object message, Exchange exchange, boolean startIfMissing, Class<R> reply) {
    Outcome outcome =
        exchange.answered(
            exchange.call(
                servers, kind, Address.checkName(name), exchange.message(message), startIfMissing));
    if (outcome instanceof Outcome.Replied(@Nullable Object value, Tag _)) {
      return as(reply, value == null ? NOTHING : value);
    }
    throw notDone(outcome, name);
  }

  private void watch(String name, Object message, Exchange exchange) {
    if (!(message instanceof Query)) {
      throw EventStreams.notHere();
    }
    exchange.withoutCondition("goes with no stream").withoutKey("goes with no stream");
    Watching watching = new Watching(address(name));
    exchange.mayWait();
    Duration timeout = exchange.limit();
    try (Watch watch =
        servers.watch(kind, Address.checkName(name), message, timeout, watching::render)) {
      switch (watch.first()) {
        case Outcome.Replied _, Outcome.Refused _ -> exchange.events().write(watching.of(watch));
        default -> throw notDone(watch.first(), name);
      }
    }
  }

  /** Has a server that may have to be started first handle many messages in one turn. */
  Outcome.Replies batch(String name, Batch batch, Exchange exchange) {
    exchange.mayWait();
    Outcome outcome = servers.call(kind, Address.checkName(name), batch, exchange.limit(), true);
    if (outcome instanceof Outcome.Replies replies) {
      return replies;
    }
    throw notDone(outcome, name);
  }

  /** A reply that was stored meanwhile comes as JSON. */
  private static <R> R as(Class<R> reply, Object value) {
    return value instanceof Json(String text) && !reply.isInstance(value)
        ? Wire.decode(text.getBytes(StandardCharsets.UTF_8), reply)
        : reply.cast(value);
  }

  /** Casts to a server that may have to be started first. */
  void send(String name, Object message, Exchange exchange) {
    Outcome outcome =
        exchange.answered(
            exchange.cast(servers, kind, Address.checkName(name), exchange.message(message)));
    if (!(outcome instanceof Outcome.Accepted)) {
      throw notDone(outcome, name);
    }
  }

  /** Casts likewise; but what is tied to a condition is called, so that its sender hears of it. */
  ResponseEntity<NoFields> cast(String name, Object message, Exchange exchange) {
    if (exchange.isConditional()) {
      call(name, message, exchange, Object.class);
      return ResponseEntity.ok(NOTHING);
    }
    send(name, message, exchange);
    return ResponseEntity.accepted().build();
  }

  Outcome.Started start(String name, Behaviour<?, ?> arguments, Wanted wanted, Timeout timeout) {
    Durability durability = wanted.durability();
    if (durability != null && durability != Durability.MEMORY && !servers.isDurable()) {
      throw new Malformed(
          "durability", "must be memory: genserver.durability is memory, so there is no store");
    }
    Outcome outcome =
        servers.start(kind, Address.checkName(name), arguments, wanted, timeout.limit());
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
    return new NotDone(outcome, address(name));
  }
}
