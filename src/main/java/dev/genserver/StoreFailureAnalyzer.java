package dev.genserver;

import dev.genserver.store.StoreFailure;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Says in two lines, and no stack trace, why the service can't start without its store. */
final class StoreFailureAnalyzer extends AbstractFailureAnalyzer<StoreFailure> {
  @Override
  protected FailureAnalysis analyze(Throwable rootFailure, StoreFailure cause) {
    return new FailureAnalysis(
        String.valueOf(cause.getMessage()),
        "As it says. Or keep nothing beyond the end of the process: genserver.durability=memory",
        cause);
  }
}
