package dev.genserver.runtime;

/**
 * A query whose sender also has to know which version of the server it saw, a refusal's too.
 * Answered with {@link Seen}.
 */
record Look(Object query) implements Command {

  /**
   * What a query came to.
   *
   * @param outcome its reply or refusal
   * @param version of the server when it was handled
   */
  record Seen(Outcome outcome, long version) {}
}
