package dev.genserver.wire;

import dev.genserver.behaviour.Default;
import dev.genserver.behaviour.Json;
import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One start argument of a kind, or one field of an operation.
 *
 * @param name its name in JSON
 * @param type integer, number, boolean, string, duration, array, object, or any
 * @param required whether it must be given
 * @param defaultValue what it is when it is left out, if that is anything
 */
public record Field(String name, String type, boolean required, @Nullable Json defaultValue) {

  static List<Field> of(Class<?> type) {
    return Arrays.stream(type.getRecordComponents()).map(Field::of).toList();
  }

  private static Field of(RecordComponent component) {
    Default given = component.getAnnotation(Default.class);
    boolean required = given == null && !isNullable(component);
    return new Field(
        component.getName(),
        typeOf(component.getType()),
        required,
        given == null ? null : new Json(given.value()));
  }

  static boolean isNullable(RecordComponent component) {
    return component.getAnnotatedType().isAnnotationPresent(Nullable.class);
  }

  static String typeOf(Class<?> type) {
    if (type == long.class || type == int.class || type == Long.class || type == Integer.class) {
      return "integer";
    } else if (type == double.class || type == Double.class) {
      return "number";
    } else if (type == boolean.class || type == Boolean.class) {
      return "boolean";
    } else if (type == String.class || type.isEnum()) {
      return "string";
    } else if (type == Duration.class) {
      return "duration";
    } else if (type == Json.class) {
      return "any";
    } else if (Collection.class.isAssignableFrom(type)) {
      return "array";
    }
    return "object";
  }
}
