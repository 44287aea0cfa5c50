package dev.genserver.runtime;

import dev.genserver.behaviour.Behaviour;
import dev.genserver.store.StateStore;
import dev.genserver.store.StoreFailure;
import dev.genserver.wire.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How servers come into memory, being started or loaded, and leave it: those that are gone, and
 * durable ones that were idle for long. Of the latter, those wake that have a timer due.
 */
final class Residence {
  /** How often the store is asked for timers that are due. */
  static final Duration POLL = Duration.ofSeconds(1);

  /** How many servers with timers that are due are woken at a time. */
  private static final int DUE_AT_ONCE = 1000;

  private static final Logger LOG = LoggerFactory.getLogger(Residence.class);

  private final long began = System.nanoTime();
  private final Servers servers;
  private final Registry registry;
  private final @Nullable StateStore store;
  private final @Nullable Loader loader;

  Residence(
      Servers servers, Registry registry, @Nullable StateStore store, @Nullable Loader loader) {
    this.servers = servers;
    this.registry = registry;
    this.store = store;
    this.loader = loader;
  }

  /** Takes a place for a server that is to be started; false if there is none. */
  boolean reserve(Server server) {
    server.hasPlace = server.hasPlace || server.family.reserve(servers.limits().servers());
    return server.hasPlace;
  }

  /** Gives a server that is to be started what it begins with. */
  void begin(Server server, Behaviour<?, ?> arguments, Wanted wanted) {
    server.setBehaviour(arguments);
    server.startedAt = servers.clock().millis();
    server.incarnation = Turn.randomLong();
    server.version = 0; // an earlier start that was never stored has left its own
    server.handled = 0;
    server.crashes = 0;
    server.restarts = 0;
    server.options =
        wanted.options(
            store == null ? Durability.MEMORY : servers.limits().durability(server.kind()));
    server.durability =
        Objects.requireNonNull(Durability.of(server.options.durability()), "a durability");
    server.journal =
        server.durability == Durability.MEMORY
            ? null
            : new Journal(server, Objects.requireNonNull(store).epoch(), new ConcurrentHashMap<>());
    server.lastBusy = uptime();
  }

  /**
   * Makes the server what the store has of it, if there is a store and it has anything.
   *
   * @return the casts that come before anything else
   * @throws StoreFailure if it can't be read
   */
  List<Cast> load(Server server) {
    servers.watches().attach(server);
    if (loader == null) {
      return List.of();
    }
    List<Cast> casts = loader.load(server);
    server.show(server.state, server.version);
    server.lastBusy = uptime();
    if (server.state == null && server.hasPlace) { // its start was never stored
      server.hasPlace = false;
      server.family.release();
    }
    return casts;
  }

  /** Takes it out of memory; {@code forGood}: out of the store, too. */
  void unregister(Server server, boolean forGood) {
    if (server.family.remove(server) && server.hasPlace && forGood) {
      server.hasPlace = false;
      server.family.release();
    }
  }

  /** How many seconds the house has been there. */
  int uptime() {
    return (int) TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - began);
  }

  /** Has durable servers leave memory that were idle for long. */
  void unloadIdle() {
    int since = uptime() - (int) servers.limits().idle().toSeconds();
    for (Registry.Family family : registry.families()) {
      for (Server server : family.all()) {
        if (server.journal != null && server.lastBusy < since && !server.isBusy()) {
          servers.offer(server, Envelope.info(Drain.UNLOAD));
        }
      }
    }
  }

  /**
   * Wakes servers that are not in memory and have a message due, and does so again when the next is
   * due, but after a second at the latest: one may have left memory meanwhile.
   */
  void wakeDue() {
    long wait = POLL.toMillis();
    try {
      StateStore from = Objects.requireNonNull(store);
      Instant now = servers.clock().instant();
      int woken = 0;
      List<StateStore.Due> due = from.due(now, DUE_AT_ONCE);
      for (StateStore.Due next : due) {
        Kind kind = registry.kind(next.kind());
        if (kind != null && servers.find(kind, next.name()) == null) {
          servers.send(kind, next.name(), Envelope.info(Drain.WAKE));
          woken++;
        }
      }
      Instant then = due.size() == DUE_AT_ONCE && woken > 0 ? now : from.nextDue(now);
      if (then != null) {
        wait = Math.clamp(Duration.between(now, then).toMillis(), 1, wait);
      }
    } catch (StoreFailure e) {
      LOG.debug("Can't look for timers that are due: {}", e.getMessage());
    }
    if (!servers.isClosing()) {
      servers.later(this::wakeDue, Duration.ofMillis(wait));
    }
  }

  /** Stores what reads have touched, now that nothing else happens to the server. */
  void saveTouched(Server server) {
    Journal journal = server.journal;
    Object state = server.state;
    if (journal != null
        && state != null
        && !server.isBusy()
        && server.kind().form().tables(state).values().stream()
            .anyMatch(table -> !table.touched().isEmpty())) {
      servers.submit(
          new Entry(Entry.What.UNLOAD, journal, state, server.version, Unsaid.NOTHING, null, null));
    }
  }
}
