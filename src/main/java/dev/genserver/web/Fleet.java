package dev.genserver.web;

import dev.genserver.behaviour.Json;
import dev.genserver.runtime.Outcome;
import dev.genserver.runtime.Servers;
import dev.genserver.runtime.Status;
import dev.genserver.wire.Kinds;
import dev.genserver.wire.Malformed;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** One message to many servers of a kind over HTTP. It starts none of them. */
@RestController
@RequestMapping(value = "/v1/{kind}", produces = MediaType.APPLICATION_JSON_VALUE)
class Fleet {
  private final Servers servers;
  private final Kinds kinds;

  Fleet(Servers servers, Kinds kinds) {
    this.servers = servers;
    this.kinds = kinds;
  }

  /**
   * A message to many.
   *
   * @param names the servers that it goes to; or else give {@code prefix}
   * @param prefix what the names of the servers start with that it goes to; empty: all of the kind
   * @param arguments the operation's fields
   */
  record Message(
      @Nullable List<@Nullable String> names, @Nullable String prefix, @Nullable Json arguments) {}

  /**
   * What has come of it.
   *
   * @param replies by the names of the servers
   * @param failed the problems of the others, likewise
   */
  record Replies(Map<String, Object> replies, Map<String, Problem> failed) {}

  /**
   * How far it has come.
   *
   * @param sent how many servers have it in their mailboxes
   */
  record Sent(int sent) {}

  /** Calls many servers at once, with one deadline for all, and answers what came until then. */
  @PostMapping("/multi-call/{operation}")
  Replies multiCall(
      @PathVariable String kind,
      @PathVariable String operation,
      @RequestBody Message body,
      Exchange exchange) {
    Gateway gateway = plain(kind, exchange);
    Object message = gateway.message(operation, body.arguments());
    Replies replies = new Replies(new LinkedHashMap<>(), new LinkedHashMap<>());
    servers
        .callAll(gateway.kind(), names(gateway, body), message, exchange.limit())
        .forEach((name, outcome) -> {
          if (outcome instanceof Outcome.Replied(Object value, var _)) {
            replies.replies().put(name, value == null ? new NoFields() : value);
          } else {
            replies.failed().put(name, Problems.of(outcome).about(gateway.address(name)));
          }
        });
    return replies;
  }

  /** Casts to many servers. */
  @PostMapping("/abcast/{operation}")
  @ResponseStatus(HttpStatus.ACCEPTED)
  Sent abcast(
      @PathVariable String kind,
      @PathVariable String operation,
      @RequestBody Message body,
      Exchange exchange) {
    Gateway gateway = plain(kind, exchange);
    Object message = gateway.message(operation, body.arguments());
    Collection<Outcome> outcomes =
        servers.castAll(gateway.kind(), names(gateway, body), message).values();
    return new Sent((int) outcomes.stream().filter(Outcome.Accepted.class::isInstance).count());
  }

  private Gateway plain(String kind, Exchange exchange) {
    String why = "is not taken where a message goes to many servers";
    exchange.withoutCondition(why).withoutKey(why);
    return Gateway.of(kind, kinds, servers);
  }

  private Collection<String> names(Gateway gateway, Message body) {
    int most = servers.limits().batch();
    List<@Nullable String> names = body.names();
    String prefix = body.prefix();
    if ((names == null) == (prefix == null)) {
      throw new Malformed("names", "or prefix is required, and not both");
    }
    Collection<String> found =
        names != null ? checked(names) : withPrefix(gateway, String.valueOf(prefix), most + 1);
    if (found.size() > most) {
      throw new Malformed(
          names == null ? "prefix" : "names", "must be of " + most + " servers at the most");
    }
    return found;
  }

  private static Collection<String> checked(List<@Nullable String> names) {
    LinkedHashSet<String> checked = new LinkedHashSet<>();
    for (String name : names) {
      if (name == null) {
        throw new Malformed("names", "must not hold null");
      }
      checked.add(Address.checkName(name));
    }
    return checked;
  }

  private List<String> withPrefix(Gateway gateway, String prefix, int limit) {
    return servers.list(List.of(gateway.kind()), prefix, null, limit).stream()
        .map(Status::name)
        .toList();
  }
}
