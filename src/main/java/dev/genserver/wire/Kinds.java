package dev.genserver.wire;

import dev.genserver.behaviour.Behaviour;
import java.util.Collection;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** All kinds that this service knows, by name. */
public final class Kinds {
  private final SortedMap<String, Kind> byName = new TreeMap<>();
  private final Map<Class<?>, Kind> byType = new java.util.HashMap<>();

  /**
   * Describes each class.
   *
   * @throws IllegalArgumentException if one can't be a kind, or two have one name
   */
  public Kinds(Collection<Class<? extends Behaviour<?, ?>>> behaviours) {
    for (Class<? extends Behaviour<?, ?>> type : behaviours) {
      Kind kind = Kind.of(type);
      if (byName.put(kind.name(), kind) != null) {
        throw new IllegalArgumentException("two kinds are called " + kind.name());
      }
      byType.put(type, kind);
    }
  }

  /** The kind of this name, or null. */
  public @Nullable Kind find(String name) {
    return byName.get(name);
  }

  /**
   * The kind whose start arguments are of this class; it must be one of those given at the start.
   */
  public Kind of(Class<? extends Behaviour<?, ?>> type) {
    Kind kind = byType.get(type);
    if (kind == null) {
      throw new IllegalArgumentException(type.getName() + " is no kind of this service");
    }
    return kind;
  }

  /** Every kind, by name. */
  public Collection<Kind> all() {
    return byName.values();
  }
}
