package dev.genserver.web;

import dev.genserver.runtime.Outcome;
import dev.genserver.runtime.Servers;
import dev.genserver.runtime.Status;
import dev.genserver.runtime.TimerRequest;
import dev.genserver.runtime.Wanted;
import dev.genserver.wire.Kind;
import dev.genserver.wire.Kinds;
import dev.genserver.wire.Malformed;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Servers of any kind over HTTP: start, look, list, stop, and the generic call and cast. */
@RestController
@RequestMapping(value = "/v1", produces = MediaType.APPLICATION_JSON_VALUE)
class ServerController {
  private static final int LONGEST_PAGE = 1000;

  private final Servers servers;
  private final Kinds kinds;

  ServerController(Servers servers, Kinds kinds) {
    this.servers = servers;
    this.kinds = kinds;
  }

  /**
   * Starts a server under a name. One that runs with the same arguments already is left as it is.
   */
  @PutMapping(value = "/{kind}/{name}", consumes = MediaType.APPLICATION_JSON_VALUE)
  ResponseEntity<Status> start(
      @PathVariable String kind,
      @PathVariable String name,
      @RequestBody(required = false) byte @Nullable [] body,
      Wanted wanted,
      Timeout timeout) {
    Gateway gateway = gateway(kind);
    Outcome.Started started =
        gateway.start(name, gateway.kind().decodeArguments(bytes(body)), wanted, timeout);
    return started.created()
        ? ResponseEntity.created(locationOf(started.status())).body(started.status())
        : ResponseEntity.ok(started.status());
  }

  /** Starts a server under a name that nobody guesses. */
  @PostMapping(value = "/{kind}", consumes = MediaType.APPLICATION_JSON_VALUE)
  ResponseEntity<Status> startUnnamed(
      @PathVariable String kind,
      @RequestBody(required = false) byte @Nullable [] body,
      Wanted wanted,
      Timeout timeout) {
    return start(kind, Servers.newName(), body, wanted, timeout);
  }

  /** Tells what there is to tell of a server without asking it. Never starts one. */
  @GetMapping("/{kind}/{name}")
  Status status(@PathVariable String kind, @PathVariable String name) {
    Gateway gateway = gateway(kind);
    Status status = servers.status(gateway.kind(), Address.checkName(name));
    if (status == null) {
      throw gateway.notDone(new Outcome.NoServer(), name);
    }
    return status;
  }

  /** Stops a server. Its state, timers and waiting messages are gone for good. */
  @DeleteMapping("/{kind}/{name}")
  @ResponseStatus(HttpStatus.NO_CONTENT)
  void stop(@PathVariable String kind, @PathVariable String name) {
    gateway(kind).stop(name);
  }

  /** Sends a message and waits for the reply. An operation without one answers an empty object. */
  @PostMapping(
      value = "/{kind}/{name}/call/{operation}",
      consumes = MediaType.APPLICATION_JSON_VALUE)
  Object call(
      @PathVariable String kind,
      @PathVariable String name,
      @PathVariable String operation,
      @RequestBody(required = false) byte @Nullable [] body,
      Exchange exchange) {
    Gateway gateway = gateway(kind);
    Object message = gateway.operation(operation).decode(bytes(body));
    return gateway.call(name, message, exchange, Object.class);
  }

  /**
   * Sends a message that nobody waits for. Once this has answered it is in the mailbox; with {@code
   * delay} or {@code every} it will be when it is due, and the answer names the timer.
   */
  @PostMapping(
      value = "/{kind}/{name}/cast/{operation}",
      consumes = MediaType.APPLICATION_JSON_VALUE)
  @ResponseStatus(HttpStatus.ACCEPTED)
  ResponseEntity<TimerRequest.Set> cast(
      @PathVariable String kind,
      @PathVariable String name,
      @PathVariable String operation,
      @RequestParam(required = false) @Nullable String delay,
      @RequestParam(required = false) @Nullable String every,
      @RequestBody(required = false) byte @Nullable [] body,
      Exchange exchange) {
    Gateway gateway = gateway(kind);
    Object message = gateway.operation(operation).decode(bytes(body));
    exchange.withoutCondition("goes with a call, whose sender hears of it");
    if (delay != null || every != null) {
      return Timers.set(gateway, name, message, delay, every, exchange);
    }
    gateway.send(name, message, exchange);
    return ResponseEntity.accepted().build();
  }

  /** Lists the servers of a kind by name, page by page. */
  @GetMapping("/{kind}")
  Listing listOfKind(
      @PathVariable String kind,
      @RequestParam(defaultValue = "") String prefix,
      @RequestParam(defaultValue = "100") int limit,
      @RequestParam(required = false) @Nullable String cursor) {
    return list(List.of(gateway(kind).kind()), prefix, limit, cursor);
  }

  /** Lists the servers of all kinds by name, page by page. */
  @GetMapping("/servers")
  Listing listAll(
      @RequestParam(defaultValue = "") String prefix,
      @RequestParam(defaultValue = "100") int limit,
      @RequestParam(required = false) @Nullable String cursor) {
    return list(List.copyOf(kinds.all()), prefix, limit, cursor);
  }

  /** Lists the kinds with their start arguments and operations. */
  @GetMapping("/kinds")
  KindList kinds() {
    return new KindList(kinds.all().stream().map(KindView::of).toList());
  }

  /** Tells the start arguments and operations of a kind. */
  @GetMapping("/kinds/{kind}")
  KindView kind(@PathVariable String kind) {
    return KindView.of(gateway(kind).kind());
  }

  /** A page of servers. */
  record Listing(List<Item> servers, @Nullable String cursor) {
    /** A server in a listing. */
    record Item(String kind, String name, String status) {}
  }

  /** All kinds. */
  record KindList(List<KindView> kinds) {}

  /** One kind. */
  record KindView(
      String kind, List<dev.genserver.wire.Field> arguments, List<OperationView> operations) {
    static KindView of(Kind kind) {
      return new KindView(
          kind.name(),
          kind.arguments(),
          kind.operations().stream()
              .map(o -> new OperationView(o.name(), o.query(), o.fields()))
              .toList());
    }
  }

  /** One operation. */
  record OperationView(String operation, boolean query, List<dev.genserver.wire.Field> fields) {}

  private Listing list(List<Kind> among, String prefix, int limit, @Nullable String cursor) {
    if (limit < 1 || limit > LONGEST_PAGE) {
      throw new Malformed("limit", "must be from 1 to " + LONGEST_PAGE);
    }
    List<Status> found = servers.list(among, prefix, positionOf(cursor), limit + 1);
    boolean more = found.size() > limit;
    List<Status> page = more ? found.subList(0, limit) : found;
    return new Listing(
        page.stream().map(s -> new Listing.Item(s.kind(), s.name(), s.status())).toList(),
        more ? cursorOf(page.getLast()) : null);
  }

  private static String cursorOf(Status last) {
    String position = last.name() + "/" + last.kind();
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(position.getBytes(StandardCharsets.US_ASCII));
  }

  private static Servers.@Nullable Position positionOf(@Nullable String cursor) {
    if (cursor == null) {
      return null;
    }
    try {
      String position =
          new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.US_ASCII);
      int slash = position.indexOf('/');
      return new Servers.Position(position.substring(0, slash), position.substring(slash + 1));
    } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
      throw new Malformed("cursor", "must be one that a page before gave");
    }
  }

  private Gateway gateway(String kind) {
    return Gateway.of(kind, kinds, servers);
  }

  private static URI locationOf(Status status) {
    return URI.create("/v1/" + status.kind() + "/" + status.name());
  }

  private static byte[] bytes(byte @Nullable [] body) {
    return body == null ? new byte[0] : body;
  }
}
