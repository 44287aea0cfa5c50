package dev.genserver.web;

import dev.genserver.wire.Malformed;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a path says: {@code /v1/{kind}/{name}/…}. */
public final class Address {
  static final Pattern NAME = Pattern.compile("[A-Za-z0-9._~:@-]{1,128}");

  /** Words that have a meaning of their own below a kind. */
  private static final Set<String> TAKEN =
      Set.of(
          ".",
          "..",
          "call",
          "cast",
          "batch",
          "timers",
          "events",
          "down",
          "sys",
          "multi-call",
          "abcast");

  private Address() {}

  /**
   * Returns {@code name} if a server may have it.
   *
   * @throws Malformed if not
   */
  public static String checkName(String name) {
    if (!NAME.matcher(name).matches()) {
      throw new Malformed("name", "must be 1 to 128 characters of A-Z a-z 0-9 . _ ~ : @ -");
    }
    if (TAKEN.contains(name)) {
      throw new Malformed("name", "must not be the word " + name + ", which is taken");
    }
    return name;
  }

  /** The kind and name of the server in a path, if it names a possible one. */
  static @Nullable String serverIn(String uri) {
    String[] path = uri.split("/", 5);
    return path.length > 3
            && path[1].equals("v1")
            && !path[2].equals("kinds")
            && NAME.matcher(path[3]).matches()
            && !TAKEN.contains(path[3])
        ? path[2] + "/" + path[3]
        : null;
  }

  /**
   * The key in a path {@code /v1/{kind}/{name}/entries/{key}}, which may hold slashes and anything
   * else.
   *
   * @throws Malformed if its percent-encoding is not one of UTF-8, or a segment is empty, {@code .}
   *     or {@code ..}
   */
  static String keyIn(String uri) {
    String[] path = uri.split("/", 6);
    String key = decode("key", path.length < 6 ? "" : path[5]);
    if (Arrays.stream(key.split("/", -1))
        .anyMatch(s -> s.isEmpty() || s.equals(".") || s.equals(".."))) {
      throw new Malformed(
          "key", "must not have empty, . or .. segments in a path; POST …/call/… takes any key");
    }
    return key;
  }

  private static String decode(String field, String encoded) {
    if (encoded.indexOf('%') < 0) {
      return encoded;
    }
    ByteBuffer bytes = ByteBuffer.allocate(encoded.length());
    for (int i = 0; i < encoded.length(); i++) {
      char c = encoded.charAt(i);
      if (c != '%') {
        bytes.put((byte) c);
        continue;
      }
      if (i + 2 >= encoded.length() || !isHex(encoded, i + 1) || !isHex(encoded, i + 2)) {
        throw new Malformed(field, "has a % that no two hexadecimal digits follow");
      }
      bytes.put((byte) HexFormat.fromHexDigits(encoded, i + 1, i + 3));
      i += 2;
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(bytes.flip()).toString();
    } catch (CharacterCodingException e) {
      throw new Malformed(field, "must be percent-encoded UTF-8");
    }
  }

  private static boolean isHex(String text, int at) {
    return HexFormat.isHexDigit(text.charAt(at));
  }
}
