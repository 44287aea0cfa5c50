package dev.genserver.web;

import dev.genserver.kinds.Counter;
import dev.genserver.runtime.Servers;
import dev.genserver.wire.Kinds;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Counters over HTTP. */
@RestController
@RequestMapping(value = "/v1/counters/{name}", produces = MediaType.APPLICATION_JSON_VALUE)
class CounterController {
  private final Gateway counters;

  CounterController(Servers servers, Kinds kinds) {
    counters = new Gateway(servers, kinds.of(Counter.class));
  }

  @GetMapping("/value")
  Counter.Count value(@PathVariable String name, Exchange exchange) {
    return counters.ask(name, new Counter.Value(), exchange, Counter.Count.class);
  }

  @PostMapping("/increment")
  Counter.Count increment(
      @PathVariable String name,
      @RequestBody(required = false) Counter.@Nullable Increment body,
      Exchange exchange) {
    Counter.Increment increment = body == null ? new Counter.Increment(1) : body;
    return counters.call(name, increment, exchange, Counter.Count.class);
  }

  @PostMapping("/reset")
  @ResponseStatus(HttpStatus.ACCEPTED)
  ResponseEntity<NoFields> reset(
      @PathVariable String name,
      @RequestBody(required = false) @Nullable NoFields body,
      Exchange exchange) {
    return counters.cast(name, new Counter.Reset(), exchange);
  }
}
