package dev.genserver.kinds;

import dev.genserver.wire.Field;
import dev.genserver.wire.Wire;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.StringJoiner;

/** Bodies of requests, made from the description of their fields alone. */
final class Samples {
  private static final List<String> VALUES =
      List.of(
          "null", "0", "-0.0", "1e400", "true", "\"\"", "\"\u00fc\"", "[]", "{}", "{\"a\":[1]}");

  private final Random random;
  private final List<String> strings = new ArrayList<>(List.of("a", "b", "c d", "\ud83d\ude00"));

  Samples(Random random) {
    this.random = random;
  }

  /** Makes known a string that a reply held, an id for one: later bodies may name it. */
  void learn(Object reply) {
    Wire.mapper().valueToTree(reply).values().stream()
        .filter(node -> node.isString() && strings.size() < 50)
        .forEach(node -> strings.add(node.asString()));
  }

  byte[] body(List<Field> fields) {
    StringJoiner body = new StringJoiner(",", "{", "}");
    for (Field field : fields) {
      if (field.required() || random.nextBoolean()) {
        body.add("\"" + field.name() + "\":" + value(field.type()));
      }
    }
    return body.toString().getBytes(java.nio.charset.StandardCharsets.UTF_8);
  }

  private String value(String type) {
    return switch (type) {
      case "integer" -> String.valueOf(random.nextInt(-2, 5));
      case "number" -> String.valueOf(random.nextInt(-2, 5) / 2.0);
      case "boolean" -> String.valueOf(random.nextBoolean());
      case "string" -> Wire.mapper().writeValueAsString(pick(strings));
      case "duration" -> pick(List.of("\"10ms\"", "\"5s\"", "\"1m\""));
      case "array" -> pick(List.of("[]", "[1,2]", "[\"a\",\"b\"]", "[" + pick(VALUES) + "]"));
      case "object" -> "{}";
      case "any" -> pick(VALUES);
      default -> throw new AssertionError("no samples of type " + type);
    };
  }

  private <T> T pick(List<T> from) {
    return from.get(random.nextInt(from.size()));
  }
}
