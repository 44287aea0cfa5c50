package dev.genserver.observe;

import dev.genserver.runtime.Servers;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/**
 * Which supervisors hold their children down because these have failed too often, and for how many
 * milliseconds still. It is always up: all other servers go on, and another instance would have the
 * same trouble.
 */
public final class SupervisorsHealth implements HealthIndicator {
  private final Servers servers;

  /** The health of these servers' supervisors. */
  public SupervisorsHealth(Servers servers) {
    this.servers = servers;
  }

  @Override
  public Health health() {
    return Health.up().withDetail("heldDown", servers.heldDown()).build();
  }
}
