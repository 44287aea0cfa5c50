package dev.genserver.observe;

import dev.genserver.runtime.Servers;
import dev.genserver.wire.Kind;
import dev.genserver.wire.Kinds;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.function.Supplier;

/** What there is right now: servers and waiting messages by kind. */
public final class Gauges implements MeterBinder {
  private final Kinds kinds;
  private final Servers servers;

  /** Gauges of these servers. */
  public Gauges(Kinds kinds, Servers servers) {
    this.kinds = kinds;
    this.servers = servers;
  }

  @Override
  public void bindTo(MeterRegistry registry) {
    storeSize(registry);
    for (Kind kind : kinds.all()) {
      gauge(
          registry,
          kind,
          "servers",
          "Servers there are, in memory or stored",
          () -> servers.count(kind));
      gauge(
          registry,
          kind,
          "servers.in.memory",
          "Servers that are in memory",
          () -> servers.inMemory(kind));
      gauge(registry, kind, "watchers", "Clients that watch a query", () -> servers.watchers(kind));
      gauge(registry, kind, "mailbox.messages", "Messages that wait", () -> servers.queued(kind));
      gauge(
          registry,
          kind,
          "mailbox.longest",
          "Messages that wait for the server for which the most do",
          () -> servers.longestMailbox(kind));
    }
  }

  private void storeSize(MeterRegistry registry) {
    Gauge.builder("genserver.store.size", servers::storeSize)
        .description("Size of the database, as far as it can tell")
        .baseUnit("bytes")
        .register(registry);
  }

  private static void gauge(
      MeterRegistry registry, Kind kind, String name, String description, Supplier<Number> value) {
    Gauge.builder("genserver." + name, value)
        .description(description)
        .tag("kind", kind.name())
        .register(registry);
  }
}
