package dev.genserver.observe;

import dev.genserver.runtime.Servers;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/**
 * Whether the store can be read. It is no part of readiness: servers of {@code memory} go on
 * without it, and the others come back by themselves.
 */
public final class StoreHealth implements HealthIndicator {
  private final Servers servers;

  /** The health of these servers' store. */
  public StoreHealth(Servers servers) {
    this.servers = servers;
  }

  @Override
  public Health health() {
    double bytes = servers.storeSize();
    return Double.isNaN(bytes)
        ? Health.down().build()
        : Health.up().withDetail("bytes", (long) bytes).build();
  }
}
