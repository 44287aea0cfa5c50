package dev.genserver.runtime;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What a server outlives. */
public enum Durability {
  /** A crash of the machine: what was answered is on the disk. */
  FSYNC,
  /**
   * A crash of the process: what was answered was written, but the system may not have it on the
   * disk yet.
   */
  OS,
  /** Nothing. */
  MEMORY;

  /** The word for it in requests and settings, or null if {@code word} is none. */
  public static @Nullable Durability of(String word) {
    for (Durability durability : values()) {
      if (durability.word().equals(word)) {
        return durability;
      }
    }
    return null;
  }

  /** Its word in requests, settings and answers: {@code fsync}, {@code os}, {@code memory}. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
