package dev.genserver.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.genserver.behaviour.Json;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Random JSON texts, in the form in which they are kept and with white space and escapes. */
class JsonRoundTripTest {
  private static final int TEXTS = Boolean.getBoolean("genserver.test.long") ? 2_000_000 : 20_000;
  private static final String SPACE = " \t\r\n";

  private final StringBuilder plain = new StringBuilder();
  private final StringBuilder loose = new StringBuilder();
  private Random random = new Random();

  @Test
  void anyText_keptInMeaning() {
    for (long seed = 1; seed <= TEXTS; seed++) {
      random = new Random(seed);
      plain.setLength(0);
      loose.setLength(0);
      value(0);
      String text = plain.toString();

      Json read = Wire.mapper().readValue(loose.toString().getBytes(UTF_8), Json.class);

      assertThat(read.text()).as("seed %s: %s", seed, loose).isEqualTo(text);
      assertThat(Wire.mapper().readValue(text, Json.class)).isEqualTo(read);
      assertThat(Wire.mapper().writeValueAsString(read)).isEqualTo(text);
    }
  }

  private void value(int depth) {
    space();
    switch (random.nextInt(depth > 4 ? 5 : 7)) {
      case 0 -> both("null");
      case 1 -> both(random.nextBoolean() ? "true" : "false");
      case 2, 3 -> both(number());
      case 4 -> string();
      case 5 -> {
        both("[");
        for (int i = random.nextInt(4); i > 0; i--) {
          value(depth + 1);
          both(i > 1 ? "," : "");
        }
        both("]");
      }
      default -> {
        both("{");
        for (int i = random.nextInt(4); i > 0; i--) {
          space();
          both("\"" + i + "\"");
          space();
          both(":");
          value(depth + 1);
          both(i > 1 ? "," : "");
        }
        both("}");
      }
    }
    space();
  }

  private String number() {
    StringBuilder number = new StringBuilder(random.nextBoolean() ? "-" : "");
    number.append(random.nextInt(3) == 0 ? "0" : 1 + random.nextInt(9) + digits());
    if (random.nextBoolean()) {
      number.append('.').append(random.nextInt(10)).append(digits());
    }
    if (random.nextInt(3) == 0) {
      number.append(random.nextBoolean() ? "e" : "E").append(random.nextBoolean() ? "-" : "+");
      number.append(random.nextInt(1000));
    }
    return number.toString();
  }

  private String digits() {
    return random
        .ints(random.nextInt(30), '0', '9' + 1)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }

  private void string() {
    both("\"");
    for (int i = random.nextInt(6); i > 0; i--) {
      int c =
          switch (random.nextInt(5)) {
            case 0 -> random.nextInt(0x20, 0x7F);
            case 1 -> random.nextInt(0x80, 0xD800);
            case 2 -> random.nextInt(0xE000, 0x10000);
            case 3 -> random.nextInt(0x10000, 0x110000);
            default -> random.nextInt('a', 'z');
          };
      String self = c == '"' || c == '\\' ? "\\" + (char) c : Character.toString(c);
      plain.append(self);
      if (random.nextInt(3) == 0) {
        Character.toString(c).chars().forEach(unit -> loose.append("\\u%04x".formatted(unit)));
      } else {
        loose.append(self);
      }
    }
    both("\"");
  }

  private void space() {
    if (random.nextInt(4) == 0) {
      loose.append(SPACE.charAt(random.nextInt(SPACE.length())));
    }
  }

  private void both(String text) {
    plain.append(text);
    loose.append(text);
  }
}
