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
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** All servers that run, by kind and name. */
final class Registry {
  private final Map<String, Family> families;
  private final AtomicInteger size = new AtomicInteger();

  Registry(Kinds kinds) {
    families = kinds.all().stream().collect(Collectors.toMap(Kind::name, Family::new));
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

  /** Takes a place for one more server, if fewer than {@code most} are taken. */
  boolean reserve(int most) {
    while (true) {
      int taken = size.get();
      if (taken >= most) {
        return false;
      }
      if (size.compareAndSet(taken, taken + 1)) {
        return true;
      }
    }
  }

  int reserved() {
    return size.get();
  }

  /** Gives a reserved place back. */
  void release() {
    size.decrementAndGet();
  }

  /**
   * The servers of one kind: a hash table to find one, a skip list to list them in the order of
   * their names. Names are ASCII, so that the order of strings is the order of code points.
   */
  static final class Family {
    private final Kind kind;
    private final ConcurrentHashMap<String, Server> byName = new ConcurrentHashMap<>();
    private final ConcurrentSkipListMap<String, Server> inOrder = new ConcurrentSkipListMap<>();

    Family(Kind kind) {
      this.kind = kind;
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
