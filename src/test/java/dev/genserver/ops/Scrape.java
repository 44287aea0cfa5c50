package dev.genserver.ops;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** The labels of each metric of a scraped page, those that Prometheus adds among them. */
record Scrape(Map<String, Set<String>> labels) {
  private static final Pattern SAMPLE = Pattern.compile("(?m)^(\\w+)(?:\\{(.*)\\})? \\S+$");
  private static final Pattern LABEL = Pattern.compile("(\\w+)=\"(?:[^\"\\\\]|\\\\.)*\"");

  static Scrape of(String page) {
    Map<String, Set<String>> labels = new HashMap<>();
    labels.put("up", new HashSet<>(Set.of("job", "instance")));
    SAMPLE
        .matcher(page)
        .results()
        .forEach(sample -> {
          Set<String> names = labels.computeIfAbsent(sample.group(1), m -> new HashSet<>());
          names.addAll(Set.of("job", "instance"));
          if (sample.group(2) != null) {
            LABEL.matcher(sample.group(2)).results().forEach(label -> names.add(label.group(1)));
          }
        });
    return new Scrape(labels);
  }
}
