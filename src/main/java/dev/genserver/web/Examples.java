package dev.genserver.web;

import dev.genserver.behaviour.Default;
import dev.genserver.behaviour.Json;
import dev.genserver.wire.Wire;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Examples of records as JSON, made from their components: names, types and defaults. */
final class Examples {
  static final String SESSION = "N_8ooS8s4vtKfkkbDHCMlg";

  /** What reads better than what a type alone suggests. */
  private static final Map<String, Object> BY_NAME =
      Map.of(
          "key",
          "theme",
          "keys",
          List.of("theme", "users/1"),
          "cursor",
          "dXNlcnMvMQ",
          "value",
          "dark",
          "item",
          Map.of("name", "rice"),
          "items",
          List.of("tea", Map.of("name", "rice")),
          "userId",
          "alice",
          "sessionId",
          SESSION,
          "data",
          Map.of("theme", "dark"));

  private Examples() {}

  /** What a client may send: all but what may be null, which is seldom sent. */
  static Object sent(Class<?> type) {
    return record(type, false);
  }

  /** What the service may answer. */
  static Object answered(Class<?> type) {
    return record(type, true);
  }

  /** The JSON of a value. */
  static Object of(Object value) {
    return Wire.mapper().readValue(Wire.encode(value), Object.class);
  }

  private static Map<String, Object> record(Class<?> type, boolean whole) {
    Map<String, Object> example = new LinkedHashMap<>();
    for (RecordComponent component : type.getRecordComponents()) {
      if (whole || !component.getAnnotatedType().isAnnotationPresent(Nullable.class)) {
        example.put(component.getName(), component(component, whole));
      }
    }
    return example;
  }

  private static Object component(RecordComponent component, boolean whole) {
    Class<?> type = component.getType();
    Default given = component.getAnnotation(Default.class);
    Object known = BY_NAME.get(component.getName());
    if (known != null && isOf(type, known)) {
      return known;
    }
    return given == null
        ? byType(component.getName(), component.getGenericType(), whole)
        : Objects.requireNonNull(Wire.mapper().readValue(given.value(), Object.class));
  }

  private static boolean isOf(Class<?> type, Object known) {
    return type == Json.class
        || (type == String.class && known instanceof String)
        || (Collection.class.isAssignableFrom(type) && known instanceof Collection);
  }

  private static Object byType(String name, Type type, boolean whole) {
    if (type instanceof ParameterizedType generic) {
      Type[] of = generic.getActualTypeArguments();
      return of.length == 2
          ? Map.of("a", byType("a", of[1], whole))
          : List.of(byType("a", of[0], whole), byType("b", of[0], whole));
    }
    return ofClass(name, (Class<?>) type, whole);
  }

  private static Object ofClass(String name, Class<?> type, boolean whole) {
    if (type == Json.class || type == String.class) {
      return name;
    } else if (type == Duration.class) {
      return "1h";
    } else if (type == Instant.class) {
      return "2026-11-24T04:13:18.539Z";
    } else if (type == boolean.class || type == Boolean.class) {
      return true;
    } else if (type.isEnum()) {
      return type.getEnumConstants()[0].toString();
    } else if (type.isRecord()) {
      return record(type, whole);
    }
    return type.isPrimitive() || Number.class.isAssignableFrom(type) ? 1 : Map.of();
  }
}
