package dev.genserver.wire;

import dev.genserver.behaviour.Query;
import dev.genserver.behaviour.Refuses;
import java.util.List;

/**
 * One operation of a kind, as callers see it.
 *
 * @param name its name in paths, in kebab-case
 * @param type the record it is decoded into
 * @param query whether it only looks, see {@link Query}
 * @param fields what its body holds
 */
public record Operation(String name, Class<?> type, boolean query, List<Field> fields) {

  static Operation of(Class<?> type) {
    return new Operation(
        kebab(type.getSimpleName()), type, Query.class.isAssignableFrom(type), Field.of(type));
  }

  /**
   * Reads the operation from a request's body; an empty body is an empty object.
   *
   * @throws Malformed if it is not JSON or not this operation; names the field
   */
  public Object decode(byte[] body) {
    return Wire.decode(body, type);
  }

  /** The codes with which it may be refused, see {@link Refuses}. */
  public List<String> refusals() {
    Refuses refuses = type.getAnnotation(Refuses.class);
    return refuses == null ? List.of() : List.of(refuses.value());
  }

  static String names(Class<?> enumType) {
    return java.util.Arrays.toString(enumType.getEnumConstants());
  }

  /** {@code CamelCase} as {@code kebab-case}. */
  public static String kebab(String camel) {
    return camel.replaceAll("(?<=[a-z0-9])(?=[A-Z])", "-").toLowerCase(java.util.Locale.ROOT);
  }
}
