package dev.genserver.ops;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ExpressionTest {
  private final Scrape scrape =
      Scrape.of(
          """
          # HELP genserver_messages_total Messages taken from mailboxes
          genserver_messages_total{kind="counters",origin="call"} 1.0
          genserver_wait_bucket{kind="a}b\\"",le="+Inf"} 5
          process_uptime_seconds 1.5E-3
          """);

  @Test
  void mistakes_none() {
    assertThat(mistakes("sum by (kind) (rate(genserver_messages_total{origin=\"x_y\"}[5m])) > 0.5"))
        .isEmpty();
    assertThat(mistakes("histogram_quantile(0.9, sum(rate(genserver_wait_bucket[5m])) by (le))"))
        .isEmpty();
    assertThat(mistakes("up{job=\"a\"} == 0 and on (instance) process_uptime_seconds > 5e3"))
        .isEmpty();
    assertThat(mistakes("label_values(genserver_messages_total, kind)")).isEmpty();
  }

  @Test
  void mistakes_misspeltMetric() {
    assertThat(mistakes("rate(genserver_mesages_total[5m])"))
        .singleElement()
        .asString()
        .contains("no metric");
    assertThat(mistakes("up / genservr{a=\"b\"}")).isNotEmpty();
    assertThat(mistakes("label_values(genserver_message_total, kind)")).isNotEmpty();
    assertThat(mistakes("vector(1)")).isNotEmpty();
  }

  @Test
  void mistakes_misspeltLabel() {
    assertThat(mistakes("genserver_messages_total{knid=~\"x\"}")).hasSize(1);
    assertThat(mistakes("sum by (kind, le) (genserver_messages_total)")).hasSize(1);
    assertThat(mistakes("label_values(genserver_messages_total, le)")).hasSize(1);
  }

  private List<String> mistakes(String expression) {
    return new Expression(expression).mistakes(scrape);
  }
}
