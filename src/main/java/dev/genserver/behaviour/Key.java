package dev.genserver.behaviour;

/** The rules for the key of an entry. */
public final class Key {

  /** The longest key, in code points. */
  public static final int MAX_LENGTH = 512;

  private Key() {}

  /**
   * Returns {@code key} if it is 1 to 512 characters without U+0000 and lone surrogates.
   *
   * @throws Invalid if it is not; names {@code field}
   */
  public static String check(String field, String key) {
    int length = key.codePointCount(0, key.length());
    if (length < 1 || length > MAX_LENGTH) {
      throw new Invalid(field, "must be 1 to " + MAX_LENGTH + " characters, not " + length);
    }
    if (key.indexOf('\0') >= 0 || key.codePoints().anyMatch(Key::isSurrogate)) {
      throw new Invalid(field, "must not hold U+0000 or lone surrogates");
    }
    return key;
  }

  /**
   * Compares by code point, which is also the order of the keys' bytes in UTF-8. It differs from
   * {@link String#compareTo} where characters beyond U+FFFF meet those from U+E000 to U+FFFF.
   */
  public static int compare(String a, String b) {
    int n = Math.min(a.length(), b.length());
    for (int i = 0; i < n; i++) {
      char x = a.charAt(i);
      char y = b.charAt(i);
      if (x != y) {
        boolean xHigh = Character.isSurrogate(x);
        return xHigh == Character.isSurrogate(y) ? x - y : xHigh ? 1 : -1;
      }
    }
    return a.length() - b.length();
  }

  private static boolean isSurrogate(int codePoint) {
    return codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
  }
}
