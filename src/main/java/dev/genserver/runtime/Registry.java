package dev.genserver.runtime;

import dev.genserver.wire.Kind;
import dev.genserver.wire.Kinds;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** All servers in memory by kind and name, and how many there are altogether. */
final class Registry {
  private final Map<String, Family> families;
  private final AtomicInteger places = new AtomicInteger();

  /**
   * A registry of nothing.
   *
   * @param stored how many servers there are of each kind although they are not in memory
   */
  Registry(Kinds kinds, Map<String, Long> stored) {
    families =
        kinds.all().stream()
            .collect(
                Collectors.toMap(
                    Kind::name,
                    kind -> new Family(kind, places, stored.getOrDefault(kind.name(), 0L))));
  }

  /** The kind of this name, or null. */
  @Nullable Kind kind(String name) {
    Family family = families.get(name);
    return family == null ? null : family.kind();
  }

  Family of(Kind kind) {
    Family family = families.get(kind.name());
    if (family == null) {
      throw new IllegalArgumentException(kind + " is no kind of this service");
    }
    return family;
  }

  Collection<Family> families() {
    return families.values();
  }

  /** How many places are taken. */
  int reserved() {
    return places.get();
  }

  /**
   * The servers of one kind: a hash table to find one, a skip list to list them in the order of
   * their names. Names are ASCII, so that the order of strings is the order of code points.
   */
  static final class Family {
    private final Kind kind;
    private final ConcurrentHashMap<String, Server> byName = new ConcurrentHashMap<>();
    private final ConcurrentSkipListMap<String, Server> inOrder = new ConcurrentSkipListMap<>();

    private final AtomicInteger allPlaces;
    private final LongAdder places = new LongAdder();

    Family(Kind kind, AtomicInteger allPlaces, long stored) {
      this.kind = kind;
      this.allPlaces = allPlaces;
      places.add(stored);
      allPlaces.addAndGet((int) Math.min(stored, Integer.MAX_VALUE / 2));
    }

    /** Takes a place for one more server, if fewer than {@code most} are taken by all kinds. */
    boolean reserve(int most) {
      while (true) {
        int taken = allPlaces.get();
        if (taken >= most) {
          return false;
        }
        if (allPlaces.compareAndSet(taken, taken + 1)) {
          places.increment();
          return true;
        }
      }
    }

    /** Gives a place back. */
    void release() {
      allPlaces.decrementAndGet();
      places.decrement();
    }

    /** How many places its servers have. */
    long places() {
      return places.sum();
    }

    Kind kind() {
      return kind;
    }

    @Nullable Server find(String name) {
      return byName.get(name);
    }

    /** Puts it in, unless there is one of its name: then returns that. */
    @Nullable Server putIfAbsent(Server server) {
      Server there = byName.putIfAbsent(server.name, server);
      if (there == null) {
        inOrder.put(server.name, server);
      }
      return there;
    }

    /**
     * Takes it out, first from the order, so that the name is free only when nothing is left of it;
     * false if it was not in.
     */
    boolean remove(Server server) {
      inOrder.remove(server.name, server);
      return byName.remove(server.name, server);
    }

    int size() {
      return byName.size();
    }

    Collection<Server> all() {
      return byName.values();
    }

    /**
     * The first {@code limit} servers whose name starts with {@code prefix} and that come after
     * {@code after}.
     */
    List<Server> page(String prefix, Servers.@Nullable Position after, int limit) {
      NavigableMap<String, Server> rest =
          after != null && after.name().compareTo(prefix) >= 0
              ? inOrder.tailMap(after.name(), kind.name().compareTo(after.kind()) > 0)
              : inOrder.tailMap(prefix, true);
      return rest.values().stream()
          .takeWhile(server -> server.name.startsWith(prefix))
          .limit(limit)
          .toList();
    }
  }
}
