package dev.genserver.observe;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.config.MeterFilter;
import java.util.Map;

/** Describes those meters of the framework that come without a description. */
public final class HelpTexts implements MeterFilter {
  private static final Map<String, String> TEXTS =
      Map.of("http.server.requests", "HTTP requests that were answered, and how long it took");

  @Override
  public Meter.Id map(Meter.Id id) {
    String text = TEXTS.get(id.getName());
    return text == null
        ? id
        : new Meter.Id(id.getName(), Tags.of(id.getTags()), id.getBaseUnit(), text, id.getType());
  }
}
