package dev.genserver.web;

import dev.genserver.kinds.SessionStore;
import dev.genserver.runtime.Servers;
import dev.genserver.wire.Kinds;
import java.net.URI;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Session stores over HTTP. */
@RestController
@RequestMapping(value = "/v1/session-stores/{name}", produces = MediaType.APPLICATION_JSON_VALUE)
class SessionStoreController {
  private final Gateway stores;

  SessionStoreController(Servers servers, Kinds kinds) {
    stores = new Gateway(servers, kinds.of(SessionStore.class));
  }

  @PostMapping("/sessions")
  ResponseEntity<SessionStore.View> create(
      @PathVariable String name, @RequestBody SessionStore.Create body, Exchange exchange) {
    SessionStore.View session = stores.call(name, body, exchange, SessionStore.View.class);
    URI location = URI.create("/v1/session-stores/" + name + "/sessions/" + session.sessionId());
    return ResponseEntity.created(location).body(session);
  }

  @GetMapping("/sessions/{sessionId}")
  SessionStore.View get(
      @PathVariable String name, @PathVariable String sessionId, Exchange exchange) {
    SessionStore.Get get = new SessionStore.Get(sessionId);
    return stores.ask(name, get, exchange, SessionStore.View.class);
  }

  @PostMapping("/sessions/{sessionId}/refresh")
  @ResponseStatus(HttpStatus.ACCEPTED)
  ResponseEntity<NoFields> refresh(
      @PathVariable String name,
      @PathVariable String sessionId,
      @RequestBody(required = false) @Nullable NoFields body,
      Exchange exchange) {
    return stores.cast(name, new SessionStore.Refresh(sessionId), exchange);
  }

  @DeleteMapping("/sessions/{sessionId}")
  @ResponseStatus(HttpStatus.NO_CONTENT)
  void delete(@PathVariable String name, @PathVariable String sessionId, Exchange exchange) {
    stores.ask(name, new SessionStore.Delete(sessionId), exchange, Object.class);
  }

  @GetMapping("/stats")
  SessionStore.Counts stats(@PathVariable String name, Exchange exchange) {
    return stores.ask(name, new SessionStore.Stats(), exchange, SessionStore.Counts.class);
  }
}
