package dev.genserver.behaviour;

/**
 * Any JSON value of a user, immutable and opaque: a kind keeps it and hands it back, and never
 * looks inside.
 *
 * @param text the value as JSON text without needless white space; whoever makes one answers for
 *     its being valid
 */
public record Json(String text) {

  /** JSON's {@code null}, which is a value like any other. */
  public static final Json NULL = new Json("null");

  /** Whether the value is an object, the one thing about it that a kind may insist on. */
  public boolean isObject() {
    return text.startsWith("{");
  }

  @Override
  public String toString() {
    return text;
  }
}
