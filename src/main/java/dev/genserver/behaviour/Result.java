package dev.genserver.behaviour;

import org.jspecify.annotations.Nullable;

/** What has come of a {@link Self#task} or a {@link Self#call}. */
public sealed interface Result<T> {
  /**
   * It is done.
   *
   * @param value what it has brought; null: nothing
   */
  record Done<T>(@Nullable T value) implements Result<T> {}

  /**
   * It failed.
   *
   * @param code a word for it: that of the refusal, or one of the service's own, such as {@code
   *     call-timeout}, {@code no-server} or {@code crashed}
   * @param detail the same in a sentence
   */
  record Failed<T>(String code, String detail) implements Result<T> {}
}
