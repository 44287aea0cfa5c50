package dev.genserver.behaviour;

/**
 * An operation about one entry of its server's only {@link Table}. Clients may tie it to the
 * version of that entry instead of the whole server's, so that writers of other keys do not disturb
 * them.
 */
public interface Keyed {
  /** The entry's key. */
  String key();

  /**
   * The operation that looks the entry up, and is refused if it is not there, or no longer counts.
   */
  Keyed lookUp();
}
