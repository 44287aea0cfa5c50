package dev.genserver.runtime;

/**
 * Names one version of a server, or of one of its entries: it is never the same for two of them,
 * not even if the server was deleted and started again in between.
 *
 * @param incarnation a random number of this start of the server
 * @param version counts from there
 */
public record Tag(long incarnation, long version) {
  private static final int DIGITS_AND_LETTERS = 36;

  /** Without the quotes of an ETag. */
  @Override
  public String toString() {
    return Long.toUnsignedString(incarnation, DIGITS_AND_LETTERS)
        + "-"
        + Long.toString(version, DIGITS_AND_LETTERS);
  }
}
