package dev.genserver;

import dev.genserver.runtime.NotStarted;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.env.Environment;

/** Says which line of the configuration it is for which the service can't start. */
final class NotStartedAnalyzer extends AbstractFailureAnalyzer<NotStarted> {
  private final Environment environment;

  NotStartedAnalyzer(Environment environment) {
    this.environment = environment;
  }

  @Override
  protected FailureAnalysis analyze(Throwable rootFailure, NotStarted cause) {
    return new FailureAnalysis(
        cause.place() + lineOf(cause.place()) + ": " + cause.getMessage(),
        "Mend the configuration there, or take the child out of it",
        cause);
  }

  private String lineOf(String place) {
    for (String property : new String[] {place, place + ".kind", place + ".name"}) {
      String line = originOf(property);
      if (line != null) {
        return " (" + line + ")";
      }
    }
    return "";
  }

  private @Nullable String originOf(String property) {
    for (var source : ConfigurationPropertySources.get(environment)) {
      var found = source.getConfigurationProperty(ConfigurationPropertyName.of(property));
      if (found != null && found.getOrigin() != null) {
        return found.getOrigin().toString();
      }
    }
    return null;
  }
}
