package dev.genserver.runtime;

import dev.genserver.wire.Kind;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * All names that are watched. A server leaves memory and comes back as another object; a watch
 * outlives that, so it hangs on the name. It is no message and keeps no server in memory.
 */
final class Watches {
  private final Servers servers;
  private final int most;
  private final AtomicInteger places = new AtomicInteger();
  private final ConcurrentHashMap<Named, Watched> watched = new ConcurrentHashMap<>();

  private record Named(Kind kind, String name) {}

  Watches(Servers servers, int most) {
    this.servers = servers;
    this.most = most;
  }

  /** Gives the watch a place; false if all are taken. */
  boolean join(Watch watch) {
    if (places.incrementAndGet() > most) {
      places.decrementAndGet();
      return false;
    }
    Named named = new Named(watch.kind, watch.name);
    watched.compute(
        named,
        (_, there) -> {
          Watched among = there == null ? new Watched(servers, watch.kind) : there;
          among.add(watch);
          attach(named, among);
          return among;
        });
    return true;
  }

  void leave(Watch watch) {
    if (watch.group == null) {
      return;
    }
    places.decrementAndGet();
    Named named = new Named(watch.kind, watch.name);
    watched.computeIfPresent(
        named,
        (_, among) -> {
          among.remove(watch);
          if (!among.isEmpty()) {
            return among;
          }
          attach(named, null);
          return null;
        });
    watch.group = null;
  }

  private void attach(Named named, @Nullable Watched among) {
    Server server = servers.find(named.kind, named.name);
    if (server != null) {
      server.watched = among;
    }
  }

  /**
   * Has a server that comes up, and is in the registry already, show its states if it is watched.
   */
  void attach(Server server) {
    watched.computeIfPresent(
        new Named(server.kind(), server.name),
        (_, among) -> {
          server.watched = among;
          return among;
        });
  }

  /** The server is gone for good, and its name not free yet. */
  void stopped(Server server) {
    if (server.watched != null) {
      Watched among = watched.remove(new Named(server.kind(), server.name));
      if (among != null) {
        among.stopped();
      }
    }
  }

  /** Nothing is taken in any more. */
  void shutDown() {
    watched.values().forEach(among -> among.end(Watch.End.SHUTDOWN));
  }

  /** How many watch servers of this kind. */
  int count(Kind kind) {
    return watched.reduceToInt(
        Long.MAX_VALUE,
        (named, among) -> named.kind == kind ? among.watchers() : 0,
        0,
        Integer::sum);
  }
}
