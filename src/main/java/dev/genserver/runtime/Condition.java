package dev.genserver.runtime;

import java.util.Set;

/**
 * What must hold of the entry that a message is about, or of the whole server if it is about none.
 */
public sealed interface Condition {

  /** It is there, and its {@link Tag} is one of these. */
  record Matches(Set<String> tags) implements Condition {}

  /** It is there. */
  record Exists() implements Condition {}

  /** It is not there. */
  record Absent() implements Condition {}
}
