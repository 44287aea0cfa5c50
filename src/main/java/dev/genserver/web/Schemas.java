package dev.genserver.web;

import dev.genserver.behaviour.Default;
import dev.genserver.behaviour.Json;
import dev.genserver.wire.Durations;
import dev.genserver.wire.Wire;
import io.swagger.v3.oas.models.media.Schema;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The JSON of records as schemas of OpenAPI 3.0. It says what {@link Wire} does: a component is
 * required unless it has a default or may be null, and an unknown one of a reply is to be ignored.
 */
final class Schemas {
  private final SortedMap<String, Schema<?>> records = new TreeMap<>();
  private final SortedMap<String, Class<?>> types = new TreeMap<>();

  /** Those of all records that were met so far, by name. */
  Map<String, Schema<?>> records() {
    return records;
  }

  Schema<?> of(Type type) {
    if (type instanceof ParameterizedType generic) {
      Class<?> raw = (Class<?>) generic.getRawType();
      Type[] of = generic.getActualTypeArguments();
      if (Collection.class.isAssignableFrom(raw)) {
        return typed("array", null).items(of(of[0]));
      }
      return Map.class.isAssignableFrom(raw)
          ? typed("object", null).additionalProperties(of(of[1]))
          : of(raw);
    }
    return of((Class<?>) type);
  }

  private Schema<?> of(Class<?> type) {
    if (type.isRecord() && type != Json.class) {
      return new Schema<>().$ref("#/components/schemas/" + define(type));
    } else if (type == long.class || type == Long.class) {
      return typed("integer", "int64");
    } else if (type == int.class || type == Integer.class) {
      return typed("integer", "int32");
    } else if (type == double.class || type == Double.class) {
      return typed("number", "double");
    } else if (type == boolean.class || type == Boolean.class) {
      return typed("boolean", null);
    } else if (type == String.class) {
      return typed("string", null);
    } else if (type.isEnum()) {
      return ofWords(Arrays.stream(type.getEnumConstants()).map(Object::toString).toList());
    } else if (type == Duration.class) {
      return typed("string", null).pattern("^" + Durations.FORM + "$");
    } else if (type == Instant.class) {
      return typed("string", "date-time");
    }
    return type == Json.class ? new Schema<>().nullable(true) : typed("object", null);
  }

  /** One of these words. */
  Schema<?> ofWords(List<String> words) {
    Schema<Object> schema = typed("string", null);
    schema.setEnum(List.copyOf(words));
    return schema;
  }

  private static Schema<Object> typed(String type, @Nullable String format) {
    Schema<Object> schema = new Schema<>();
    schema.type(type).format(format);
    return schema;
  }

  private String define(Class<?> type) {
    String name = nameOf(type);
    Class<?> namesake = types.putIfAbsent(name, type);
    if (namesake == null) {
      Schema<Object> schema = typed("object", null);
      records.put(name, schema);
      schema.description(unlessEmpty(Javadocs.of(type)));
      for (RecordComponent component : type.getRecordComponents()) {
        schema.addProperty(component.getName(), property(type, component));
        if (isRequired(component)) {
          schema.addRequiredItem(component.getName());
        }
      }
    } else if (namesake != type) {
      throw new IllegalStateException("one name for " + namesake + " and " + type);
    }
    return name;
  }

  /**
   * A record within another type bears its name too, for each kind has a {@code Get}; the exception
   * are those whose names are about how the service is made.
   */
  private static String nameOf(Class<?> type) {
    Class<?> around = type.getEnclosingClass();
    return around != null && !around.getSimpleName().endsWith("Controller")
        ? nameOf(around) + type.getSimpleName()
        : type.getSimpleName();
  }

  private Schema<?> property(Class<?> type, RecordComponent component) {
    Schema<?> property = of(component.getGenericType());
    if (property.get$ref() == null) {
      String said = Javadocs.ofComponent(type, component.getName());
      String any = component.getType() == Json.class ? "any JSON" : null;
      property.description(said.isEmpty() ? any : said);
      Default given = component.getAnnotation(Default.class);
      if (given != null) {
        property.setDefault(Wire.mapper().readValue(given.value(), Object.class));
      }
    }
    return property;
  }

  private static @Nullable String unlessEmpty(String text) {
    return text.isEmpty() ? null : text;
  }

  private static boolean isRequired(RecordComponent component) {
    return !component.isAnnotationPresent(Default.class)
        && !component.getAnnotatedType().isAnnotationPresent(Nullable.class);
  }
}
