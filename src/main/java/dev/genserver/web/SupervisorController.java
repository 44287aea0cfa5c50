package dev.genserver.web;

import dev.genserver.runtime.Branch;
import dev.genserver.runtime.Servers;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** The supervision tree over HTTP. */
@RestController
@RequestMapping(produces = MediaType.APPLICATION_JSON_VALUE)
class SupervisorController {
  private final Servers servers;

  SupervisorController(Servers servers) {
    this.servers = servers;
  }

  /** Draws the supervision tree of the configuration, from its root. */
  @GetMapping("/v1/supervisors")
  Branch supervisors() {
    return servers.supervisors();
  }
}
