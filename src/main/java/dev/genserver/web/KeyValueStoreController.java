package dev.genserver.web;

import dev.genserver.kinds.KeyValueStore;
import dev.genserver.runtime.Servers;
import dev.genserver.wire.Kinds;
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

/** Key-value stores over HTTP. */
@RestController
@RequestMapping(value = "/v1/kv-stores/{name}", produces = MediaType.APPLICATION_JSON_VALUE)
class KeyValueStoreController {
  private final Gateway stores;

  KeyValueStoreController(Servers servers, Kinds kinds) {
    stores = new Gateway(servers, kinds.of(KeyValueStore.class));
  }

  @PutMapping("/entries/{*key}")
  @ResponseStatus(HttpStatus.ACCEPTED)
  ResponseEntity<NoFields> put(
      @PathVariable String name, @RequestBody ValueBody body, Exchange exchange) {
    return stores.cast(name, new KeyValueStore.Put(exchange.entry(), body.value()), exchange);
  }

  @GetMapping("/entries/{*key}")
  KeyValueStore.Value get(@PathVariable String name, Exchange exchange) {
    KeyValueStore.Get get = new KeyValueStore.Get(exchange.entry());
    return stores.ask(name, get, exchange, KeyValueStore.Value.class);
  }

  @DeleteMapping("/entries/{*key}")
  KeyValueStore.Value delete(@PathVariable String name, Exchange exchange) {
    KeyValueStore.Delete delete = new KeyValueStore.Delete(exchange.entry());
    return stores.ask(name, delete, exchange, KeyValueStore.Value.class);
  }

  @GetMapping("/keys")
  KeyValueStore.Page keys(
      @PathVariable String name,
      @RequestParam(defaultValue = "") String prefix,
      @RequestParam(defaultValue = "1000") int limit,
      @RequestParam(required = false) @Nullable String cursor,
      Exchange exchange) {
    KeyValueStore.Keys keys = new KeyValueStore.Keys(prefix, limit, cursor);
    return stores.ask(name, keys, exchange, KeyValueStore.Page.class);
  }

  @PostMapping("/clear")
  @ResponseStatus(HttpStatus.ACCEPTED)
  ResponseEntity<NoFields> clear(
      @PathVariable String name,
      @RequestBody(required = false) @Nullable NoFields body,
      Exchange exchange) {
    return stores.cast(name, new KeyValueStore.Clear(), exchange);
  }
}
