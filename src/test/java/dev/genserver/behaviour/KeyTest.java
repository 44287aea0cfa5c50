package dev.genserver.behaviour;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class KeyTest {
  private static final String SMILE = "\ud83d\ude00";

  static String[] good() {
    return new String[] {
      "a", " ", "/", "//", ".", "..", "\u0001", "\uffff", SMILE, "x".repeat(512), SMILE.repeat(512)
    };
  }

  static String[] bad() {
    return new String[] {
      "",
      "x".repeat(513),
      SMILE.repeat(513),
      "\0",
      "a\0b",
      "\ud83d",
      "\ude00",
      "a\ud83d",
      "\ude00\ud83d",
      "\ud83da",
      "\ud83d" + SMILE
    };
  }

  @ParameterizedTest
  @MethodSource("good")
  void check_good(String key) {
    assertThat(Key.check("key", key)).isSameAs(key);
  }

  @ParameterizedTest
  @MethodSource("bad")
  void check_bad(String key) {
    assertThatThrownBy(() -> Key.check("name", key))
        .isInstanceOf(Invalid.class)
        .hasMessageStartingWith("name: must ");
  }

  @Test
  void compare_anyTwo_asTheirBytesInUtf8() {
    int[] codePoints = {0, 'a', 'b', 0xD7FF, 0xE000, 0xFFFD, 0xFFFF, 0x10000, 0x1F600, 0x10FFFF};
    Random random = new Random(1);
    for (int i = 0; i < 100_000; i++) {
      String a =
          random
              .ints(random.nextInt(4), 0, codePoints.length)
              .map(c -> codePoints[c])
              .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
              .toString();
      String b =
          random
              .ints(random.nextInt(4), 0, codePoints.length)
              .map(c -> codePoints[c])
              .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
              .toString();

      int expected =
          Arrays.compareUnsigned(
              a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8));
      assertThat(Integer.signum(Key.compare(a, b)))
          .as("%s against %s", a, b)
          .isEqualTo(Integer.signum(expected));
    }
  }
}
