package dev.genserver.web;

import dev.genserver.behaviour.Refuses;
import dev.genserver.runtime.Servers;
import dev.genserver.runtime.TimerRequest;
import dev.genserver.wire.Durations;
import dev.genserver.wire.Kinds;
import dev.genserver.wire.Malformed;
import java.math.BigDecimal;
import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** The timers of a server over HTTP: messages that it will receive later, or again and again. */
@RestController
@RequestMapping(value = "/v1/{kind}/{name}/timers", produces = MediaType.APPLICATION_JSON_VALUE)
class Timers {
  private static final Duration SHORTEST_INTERVAL = Duration.ofMillis(10);
  private static final Duration LONGEST = Duration.ofDays(3650);

  private final Servers servers;
  private final Kinds kinds;

  Timers(Servers servers, Kinds kinds) {
    this.servers = servers;
    this.kinds = kinds;
  }

  /** Has a server receive a message after a time, at intervals, or both. */
  static ResponseEntity<TimerRequest.Set> set(
      Gateway gateway,
      String name,
      Object message,
      @Nullable String delay,
      @Nullable String every,
      Exchange exchange) {
    Duration interval = every == null ? null : interval(every);
    Duration wait = delay == null ? interval : duration("delay", delay);
    TimerRequest.Set timer =
        gateway.call(
            name,
            new TimerRequest.Cast(message, wait == null ? Duration.ZERO : wait, interval),
            exchange,
            TimerRequest.Set.class);
    URI location = URI.create("/v1/" + gateway.address(name) + "/timers/" + timer.timer());
    return ResponseEntity.accepted().location(location).body(timer);
  }

  private static Duration interval(String every) {
    Duration interval = duration("every", every);
    if (interval.compareTo(SHORTEST_INTERVAL) < 0) {
      throw new Malformed("every", "must be from 10ms to 3650d");
    }
    return interval;
  }

  private static Duration duration(String field, String text) {
    Duration duration = Durations.parse(field, text);
    if (duration.compareTo(LONGEST) > 0) {
      throw new Malformed(field, "must be at most 3650d");
    }
    return duration;
  }

  /** Lists all timers of a server, its own too, the one due first coming first. */
  @GetMapping
  TimerRequest.Listing timers(
      @PathVariable String kind, @PathVariable String name, Exchange exchange) {
    exchange.withoutCondition("is not taken here").withoutKey("is not taken here");
    exchange.mayWait(); // there may be very many
    return gateway(kind).ask(name, new TimerRequest.All(), exchange, TimerRequest.Listing.class);
  }

  /** Cancels a timer that was set with {@code delay} or {@code every}. */
  @DeleteMapping("/{timer}")
  @Refuses({"not-found", "own-timer"})
  Cancelled cancel(
      @PathVariable String kind,
      @PathVariable String name,
      @PathVariable String timer,
      Exchange exchange) {
    exchange.withoutCondition("is not taken here").withoutKey("is not taken here");
    Duration left =
        gateway(kind)
            .ask(name, new TimerRequest.Cancel(timer), exchange, TimerRequest.Cancelled.class)
            .remaining();
    return new Cancelled(
        BigDecimal.valueOf(left.toMillis(), 3).stripTrailingZeros().toPlainString() + "s");
  }

  /**
   * A timer that was cancelled.
   *
   * @param remaining the seconds that were left until it was due, such as {@code 3.2s}
   */
  record Cancelled(String remaining) {}

  private Gateway gateway(String kind) {
    return Gateway.of(kind, kinds, servers);
  }
}
