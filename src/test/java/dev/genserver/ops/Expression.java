package dev.genserver.ops;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** What an expression of Prometheus' language asks for, as far as names go. */
record Expression(String text) {
  private static final Pattern RANGE = Pattern.compile("\\[[^]]*]");
  private static final Pattern VALUE = Pattern.compile("\"[^\"]*\"");
  private static final Pattern GROUPING =
      Pattern.compile("\\b(?:by|without|on|ignoring|group_left|group_right)\\s*\\(([^)]*)\\)");
  private static final Pattern LABEL_VALUES = Pattern.compile("label_values\\((\\w+), *(\\w+)\\)");
  private static final Pattern SELECTOR =
      Pattern.compile("\\b([a-zA-Z_:][\\w:]*)\\b(?!\\s*\\()(?:\\s*\\{([^}]*)})?");
  private static final Pattern LABEL = Pattern.compile("(\\w+)\\s*[=!]");
  private static final Set<String> WORDS = Set.of("and", "or", "unless", "bool", "offset");

  /** What is wrong with the expression, given what is exposed. */
  List<String> mistakes(Scrape scrape) {
    List<String> mistakes = new ArrayList<>();
    Set<String> known = new HashSet<>();
    String rest = VALUE.matcher(RANGE.matcher(asSelector()).replaceAll("")).replaceAll("");
    SELECTOR
        .matcher(GROUPING.matcher(rest).replaceAll(""))
        .results()
        .filter(selector -> !WORDS.contains(selector.group(1)))
        .forEach(selector -> {
          Set<String> labels = scrape.labels().get(selector.group(1));
          if (labels == null) {
            mistakes.add("no metric " + selector.group(1) + " in " + text);
          } else {
            known.addAll(labels);
            if (selector.group(2) != null) {
              LABEL
                  .matcher(selector.group(2))
                  .results()
                  .filter(label -> !labels.contains(label.group(1)))
                  .forEach(label -> mistakes.add("no label " + label.group(1) + " in " + text));
            }
          }
        });
    if (known.isEmpty() && mistakes.isEmpty()) {
      mistakes.add("no metric at all in " + text);
    }
    grouping().stream()
        .filter(label -> !known.contains(label))
        .forEach(label -> mistakes.add("no label " + label + " to group by in " + text));
    return mistakes;
  }

  /** The labels that it groups by. */
  List<String> grouping() {
    return GROUPING
        .matcher(asSelector())
        .results()
        .flatMap(labels -> Arrays.stream(labels.group(1).split(",")))
        .map(String::strip)
        .toList();
  }

  /** Grafana's own function, written as what it amounts to. */
  private String asSelector() {
    return LABEL_VALUES.matcher(text).replaceAll("sum by ($2) ($1)");
  }
}
