package dev.genserver.web;

import dev.genserver.kinds.Cache;
import dev.genserver.runtime.Servers;
import dev.genserver.wire.Kinds;
import jakarta.servlet.http.HttpServletRequest;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
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
  void put(@PathVariable String name, @RequestBody ValueBody body, HttpServletRequest request) {
    caches.cast(name, new Cache.Put(Address.keyIn(request), body.value()));
  }

  @GetMapping("/entries/{*key}")
  Cache.Value get(@PathVariable String name, Timeout timeout, HttpServletRequest request) {
    Cache.Get get = new Cache.Get(Address.keyIn(request));
    return caches.ask(name, get, timeout, Cache.Value.class);
  }

  @DeleteMapping("/entries/{*key}")
  Cache.Value delete(@PathVariable String name, Timeout timeout, HttpServletRequest request) {
    Cache.Delete delete = new Cache.Delete(Address.keyIn(request));
    return caches.ask(name, delete, timeout, Cache.Value.class);
  }

  @GetMapping("/stats")
  Cache.Counts stats(@PathVariable String name, Timeout timeout) {
    return caches.ask(name, new Cache.Stats(), timeout, Cache.Counts.class);
  }
}
