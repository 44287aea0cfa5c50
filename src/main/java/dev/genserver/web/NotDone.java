package dev.genserver.web;

import dev.genserver.runtime.Outcome;
import java.io.Serial;
import org.jspecify.annotations.Nullable;

/** Carries an outcome that is no reply past a controller to {@link Problems}. */
final class NotDone extends RuntimeException {
  @Serial private static final long serialVersionUID = 1;

  final transient Outcome outcome;
  final @Nullable String server;

  NotDone(Outcome outcome, @Nullable String server) {
    super(null, null, false, false);
    this.outcome = outcome;
    this.server = server;
  }
}
