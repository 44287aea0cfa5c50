package dev.genserver.wire;

import dev.genserver.behaviour.Invalid;
import dev.genserver.behaviour.Json;
import dev.genserver.behaviour.Key;
import dev.genserver.behaviour.Table;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Constructor;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectReader;

/**
 * How a kind's states are taken apart to be stored, and put together again: its tables, entry by
 * entry, and the rest of it, which is called plain. Both are JSON.
 *
 * <p>A state that is a {@link Table} has that one table, without a name, and nothing plain. A
 * record's tables are those among its components, under their names. Any other state is all plain.
 */
public final class StateForm {
  /** The table of a state that is nothing but a table. */
  private static final String UNNAMED = "";

  private static final ObjectReader MEMBERS =
      Wire.mapper().readerFor(new TypeReference<Map<String, Json>>() {});

  private final JavaType type;
  private final List<Part> parts = new ArrayList<>();
  private final List<Part> tables = new ArrayList<>();
  private final @Nullable MethodHandle constructor;

  /** A table or a plain component of a state; null for {@code get}: the state itself. */
  private record Part(
      String name,
      JavaType type,
      boolean isTable,
      boolean nullable,
      @Nullable MethodHandle get,
      ObjectReader reader) {
    Object of(Object state) {
      return get == null ? state : StateForm.call(get, state);
    }
  }

  StateForm(Type stateType) {
    type = Wire.mapper().constructType(stateType);
    Class<?> raw = type.getRawClass();
    if (raw.isRecord()) {
      for (RecordComponent component : raw.getRecordComponents()) {
        add(
            component.getName(),
            component.getGenericType(),
            Field.isNullable(component),
            getter(component));
      }
      constructor = constructor(raw);
    } else {
      add(UNNAMED, stateType, false, null);
      constructor = null;
    }
  }

  private void add(String name, Type of, boolean nullable, @Nullable MethodHandle get) {
    JavaType partType = Wire.mapper().constructType(of);
    boolean isTable = partType.hasRawClass(Table.class);
    JavaType read =
        isTable && of instanceof ParameterizedType p
            ? Wire.mapper().constructType(p.getActualTypeArguments()[0])
            : partType;
    Part part = new Part(name, partType, isTable, nullable, get, Wire.mapper().readerFor(read));
    parts.add(part);
    if (isTable) {
      tables.add(part);
    }
  }

  /** The names of the tables. */
  public Set<String> tableNames() {
    return tables.stream().map(Part::name).collect(Collectors.toSet());
  }

  /** The tables of a state, by name. */
  public Map<String, Table<?>> tables(Object state) {
    if (tables.isEmpty()) {
      return Map.of();
    }
    Map<String, Table<?>> named = new LinkedHashMap<>();
    tables.forEach(part -> named.put(part.name, (Table<?>) part.of(state)));
    return named;
  }

  /** How many entries a state holds in its tables. */
  public long entries(Object state) {
    long entries = 0;
    for (Part table : tables) {
      entries += ((Table<?>) table.of(state)).size();
    }
    return entries;
  }

  /** The same state as of this version, whose tables remember from now on what changes. */
  public Object marked(Object state, long version) {
    if (tables.isEmpty()) {
      return state;
    }
    if (constructor == null) {
      return ((Table<?>) state).mark(version);
    }
    @Nullable Object[] values = new Object[parts.size()];
    for (int i = 0; i < values.length; i++) {
      Object value = parts.get(i).of(state);
      values[i] = value instanceof Table<?> table ? table.mark(version) : value;
    }
    return make(values);
  }

  /** The plain part of a state. */
  public String plain(Object state) {
    if (constructor == null) {
      return tables.isEmpty() ? json(state) : "{}";
    }
    Map<String, @Nullable Object> plain = new LinkedHashMap<>();
    for (Part part : parts) {
      if (!part.isTable) {
        plain.put(part.name, part.of(state));
      }
    }
    return json(plain);
  }

  /** A row of a table as JSON. */
  public String entry(Object row) {
    return row instanceof Json json ? json.text() : json(row);
  }

  /**
   * Reads a state as it is shown, all parts in one piece of JSON. Its tables count as new.
   *
   * @throws InvalidState if it is not a state of this kind; names the field
   */
  public Object read(Json json) {
    try {
      return constructor == null
          ? Objects.requireNonNull(shown(parts.getFirst(), json))
          : shown(new HashMap<>(members("body", json)));
    } catch (JacksonException e) {
      throw new InvalidState(Wire.malformed(e));
    } catch (Malformed e) {
      throw new InvalidState(e);
    } catch (Invalid e) { // the state refuses itself
      throw new InvalidState(new Malformed("state", String.valueOf(e.getMessage())));
    } catch (IllegalArgumentException | NullPointerException e) {
      throw new InvalidState(new Malformed("state", "is none of this kind"));
    }
  }

  private static Map<String, Json> members(String field, Json json) {
    Map<String, Json> members = MEMBERS.readValue(json.text());
    if (members == null) {
      throw new Malformed(field.isEmpty() ? "body" : field, "must be an object");
    }
    return members;
  }

  private Object shown(Map<String, Json> members) {
    @Nullable Object[] values = new Object[parts.size()];
    for (int i = 0; i < values.length; i++) {
      Part part = parts.get(i);
      Json member = members.remove(part.name);
      values[i] = component(part, member == null ? new Json("null") : member);
    }
    if (!members.isEmpty()) {
      throw new Malformed(members.keySet().iterator().next(), "no such field");
    }
    return make(values);
  }

  private static @Nullable Object component(Part part, Json json) {
    try {
      return shown(part, json);
    } catch (JacksonException e) {
      throw new Malformed(part.name, Wire.malformed(e).detail().replaceFirst("^body: ", ""));
    }
  }

  private static @Nullable Object shown(Part part, Json json) {
    if (!part.isTable) {
      @Nullable Object value = part.reader.readValue(json.text());
      if (value == null && !part.nullable) {
        throw new Malformed(part.name.isEmpty() ? "body" : part.name, "is required");
      }
      return value;
    }
    Table<Object> table = Table.empty();
    for (Map.Entry<String, Json> row : members(part.name, json).entrySet()) {
      Key.check("key", row.getKey());
      table = table.put(row.getKey(), row(part, row.getKey(), row.getValue().text()));
    }
    return table;
  }

  private static Object row(Part part, String key, String value) {
    if (part.type.containedTypeOrUnknown(0).hasRawClass(Json.class)) {
      return new Json(value);
    }
    try {
      @Nullable Object row = part.reader.readValue(value);
      if (row == null) {
        throw new Malformed("entry " + key, "must not be null");
      }
      return row;
    } catch (JacksonException e) {
      throw new Malformed("entry " + key, Wire.malformed(e).detail());
    }
  }

  /** Begins to put a state together. */
  public Assembly assembly() {
    return new Assembly();
  }

  /** A state that is being put together from what was stored. */
  public final class Assembly {
    private final Map<String, Table.Builder<Object>> rows = new HashMap<>();

    private Assembly() {
      tables.forEach(part -> rows.put(part.name, Table.builder()));
    }

    /**
     * Adds an entry that was put with this version of the server.
     *
     * @throws Malformed if it is not one of this state
     */
    public void entry(String table, String key, String value, long version) {
      Table.Builder<Object> into = rows.get(table);
      if (into == null) {
        throw new Malformed("table " + table, "is not known to this kind");
      }
      into.add(key, row(part(table), key, value), version);
    }

    /**
     * The state as of this version of the server, already {@link #marked}.
     *
     * @throws Malformed if this is not its plain part
     */
    public Object state(String plain, long version) {
      try {
        return build(plain, version);
      } catch (JacksonException e) {
        throw Wire.malformed(e);
      }
    }

    private Object build(String plain, long version) {
      if (constructor == null) {
        return tables.isEmpty()
            ? parts.getFirst().reader.readValue(plain)
            : table(UNNAMED, version);
      }
      JsonNode tree = Wire.mapper().readTree(plain);
      @Nullable Object[] values = new Object[parts.size()];
      for (int i = 0; i < values.length; i++) {
        Part part = parts.get(i);
        values[i] = part.isTable ? table(part.name, version) : component(part, tree);
      }
      return make(values);
    }

    private @Nullable Object component(Part part, JsonNode tree) {
      JsonNode value = tree.get(part.name);
      if (value != null) {
        return part.reader.readValue(value);
      }
      if (part.nullable) {
        return null;
      }
      throw new Malformed(part.name, "is missing");
    }

    private Table<?> table(String name, long version) {
      return Objects.requireNonNull(rows.get(name)).build(version);
    }
  }

  private Part part(String name) {
    return tables.stream().filter(p -> p.name.equals(name)).findFirst().orElseThrow();
  }

  private Object make(@Nullable Object[] values) {
    if (constructor == null) {
      throw new IllegalStateException(type + " has no components");
    }
    try {
      return constructor.invoke(values);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  private static String json(Object value) {
    return Wire.mapper().writeValueAsString(value);
  }

  private static Object call(MethodHandle get, Object state) {
    try {
      return get.invoke(state);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  private static MethodHandle getter(RecordComponent component) {
    try {
      component.getAccessor().setAccessible(true);
      return MethodHandles.lookup()
          .unreflect(component.getAccessor())
          .asType(MethodType.methodType(Object.class, Object.class));
    } catch (IllegalAccessException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private static MethodHandle constructor(Class<?> record) {
    try {
      Constructor<?> canonical =
          record.getDeclaredConstructor(
              Arrays.stream(record.getRecordComponents())
                  .map(RecordComponent::getType)
                  .toArray(Class<?>[]::new));
      canonical.setAccessible(true);
      return MethodHandles.lookup()
          .unreflectConstructor(canonical)
          .asSpreader(Object[].class, record.getRecordComponents().length)
          .asType(MethodType.methodType(Object.class, Object[].class));
    } catch (ReflectiveOperationException e) {
      throw new IllegalArgumentException(e);
    }
  }
}
