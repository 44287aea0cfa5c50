package dev.genserver.web;

import dev.genserver.kinds.Cache;
import dev.genserver.runtime.Servers;
import dev.genserver.wire.Kinds;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Caches over HTTP. */
@RestController
@RequestMapping(value = "/v1/caches/{name}", produces = MediaType.APPLICATION_JSON_VALUE)
class CacheController {
  private final Gateway caches;

  CacheController(Servers servers, Kinds kinds) {
    caches = new Gateway(servers, kinds.of(Cache.class));
  }

  @PutMapping("/entries/{*key}")
  @ResponseStatus(HttpStatus.ACCEPTED)
  ResponseEntity<NoFields> put(
      @PathVariable String name, @RequestBody ValueBody body, Exchange exchange) {
    return caches.cast(name, new Cache.Put(exchange.entry(), body.value()), exchange);
  }

  @GetMapping("/entries/{*key}")
  Cache.Value get(@PathVariable String name, Exchange exchange) {
    Cache.Get get = new Cache.Get(exchange.entry());
    return caches.ask(name, get, exchange, Cache.Value.class);
  }

  @DeleteMapping("/entries/{*key}")
  Cache.Value delete(@PathVariable String name, Exchange exchange) {
    Cache.Delete delete = new Cache.Delete(exchange.entry());
    return caches.ask(name, delete, exchange, Cache.Value.class);
  }

  @GetMapping("/stats")
  Cache.Counts stats(@PathVariable String name, Exchange exchange) {
    return caches.ask(name, new Cache.Stats(), exchange, Cache.Counts.class);
  }
}
