package dev.genserver.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.genserver.runtime.Limits;
import dev.genserver.runtime.MonotonicClock;
import dev.genserver.runtime.Outcome;
import dev.genserver.runtime.Servers;
import dev.genserver.runtime.Wanted;
import dev.genserver.wire.Kind;
import dev.genserver.wire.Kinds;
import io.micrometer.core.instrument.Meter;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MetersTest {
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final Duration SHORT = Duration.ofMillis(20);

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final Kinds kinds = new Kinds(List.of(Probe.class));
  private final Kind probes = kinds.of(Probe.class);
  private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
  private final ScheduledExecutorService clockwork = Executors.newScheduledThreadPool(1);
  private final Servers servers =
      new Servers(
          kinds,
          new Limits(2, 10, 2, Duration.ZERO, true),
          new MonotonicClock(),
          executor,
          clockwork,
          new Meters(kinds, registry));

  MetersTest() {
    new Gauges(kinds, servers).bindTo(registry);
  }

  @AfterEach
  void end() {
    clockwork.shutdownNow();
    executor.shutdownNow();
    registry.close();
  }

  @Test
  void scrape_nothingHappened() {
    assertThat(registry.scrape())
        .contains("genserver_messages_total{kind=\"probes\",origin=\"call\",outcome=\"crashed\"} 0")
        .contains("genserver_rejections_total{kind=\"probes\",reason=\"mailbox-full\"} 0")
        .contains("genserver_timeouts_total{kind=\"probes\",started=\"false\"} 0")
        .contains("genserver_crashes_total{kind=\"probes\"} 0")
        .contains("genserver_restarts_total{kind=\"probes\"} 0")
        .contains("genserver_evictions_total{kind=\"probes\"} 0")
        .contains("genserver_expirations_total{kind=\"probes\"} 0")
        .contains("genserver_message_waiting_seconds_bucket{kind=\"probes\",le=\"1.0E-5\"} 0")
        .contains("genserver_message_handling_seconds_bucket{kind=\"probes\",le=\"10.0\"} 0")
        .contains("genserver_servers{kind=\"probes\"} 0")
        .contains("genserver_mailbox_messages{kind=\"probes\"} 0")
        .contains("genserver_mailbox_longest{kind=\"probes\"} 0");
  }

  @Test
  void messages_eachOutcome() {
    call(new Probe.Answer());
    call(new Probe.Answer());
    call(new Probe.Refuse());
    call(new Probe.Crash());
    servers.call(probes, "a", new Probe.Defer(), SHORT, true);

    assertThat(messages("info", "replied")).as("init").isEqualTo(1);
    assertThat(messages("call", "replied")).isEqualTo(2);
    assertThat(messages("call", "refused")).isEqualTo(1);
    assertThat(messages("call", "crashed")).isEqualTo(1);
    assertThat(messages("call", "deferred")).isEqualTo(1);
    assertThat(value("genserver.crashes")).isEqualTo(1);
    assertThat(timer("waiting")).isEqualTo(6);
    assertThat(timer("handling")).isEqualTo(6);
  }

  @Test
  void restarts_killed() {
    call(new Probe.Answer());
    servers.sys().kill(probes, "a");
    assertThat(value("genserver.restarts")).isEqualTo(1);
  }

  @Test
  void messages_castAndTimer() {
    servers.cast(probes, "a", new Probe.Later(), true);
    await().until(() -> messages("info", "replied") == 2);

    assertThat(messages("cast", "replied")).isEqualTo(1);
  }

  @Test
  void timeouts_handlerHangs() throws Exception {
    var started = servers.call(probes, "a", new Probe.Hang(), SHORT, true);
    var waited = servers.call(probes, "a", new Probe.Answer(), SHORT, true);
    assertThat(started).isEqualTo(new Outcome.TimedOut(true));
    assertThat(waited).isEqualTo(new Outcome.TimedOut(false));
    Probe.HANGING.acquire();
    Probe.GO_ON.release();
    call(new Probe.Answer());

    assertThat(value("genserver.timeouts", "started", "true")).isEqualTo(1);
    assertThat(value("genserver.timeouts", "started", "false")).isEqualTo(1);
    assertThat(messages("call", "dropped")).isEqualTo(1);
    assertThat(timer("waiting")).as("the dropped one waited").isEqualTo(4);
    assertThat(timer("handling")).as("but was not handled").isEqualTo(3);
  }

  @Test
  void mailboxes_handlerHangs() throws Exception {
    servers.cast(probes, "a", new Probe.Hang(), true);
    Probe.HANGING.acquire();
    servers.cast(probes, "a", new Probe.Answer(), true);
    servers.cast(probes, "a", new Probe.Answer(), true);
    servers.cast(probes, "a", new Probe.Answer(), true);
    servers.cast(probes, "b", new Probe.Hang(), true);
    Probe.HANGING.acquire();
    servers.cast(probes, "b", new Probe.Answer(), true);

    assertThat(value("genserver.mailbox.messages")).isEqualTo(3);
    assertThat(value("genserver.mailbox.longest")).isEqualTo(2);
    assertThat(value("genserver.rejections", "reason", "mailbox-full")).isEqualTo(1);

    Probe.GO_ON.release(2);
    await().until(() -> messages("cast", "replied") == 5);
    assertThat(value("genserver.mailbox.messages")).isZero();
    assertThat(value("genserver.mailbox.longest")).isZero();
  }

  @Test
  void servers_startedAndStopped() {
    servers.start(probes, "a", new Probe(), Wanted.NOTHING, LONG);
    servers.start(probes, "b", new Probe(), Wanted.NOTHING, LONG);
    servers.start(probes, "c", new Probe(), Wanted.NOTHING, LONG);
    assertThat(value("genserver.servers")).isEqualTo(2);
    assertThat(value("genserver.rejections", "reason", "limit-reached")).isEqualTo(1);

    servers.stop(probes, "a");
    assertThat(value("genserver.servers")).isEqualTo(1);
  }

  @Test
  void rejections_shuttingDown() {
    servers.shutDown();
    call(new Probe.Answer());
    servers.start(probes, "a", new Probe(), Wanted.NOTHING, LONG);

    assertThat(value("genserver.rejections", "reason", "shutting-down")).isEqualTo(2);
  }

  @Test
  void events_ofTheKind() {
    call(new Probe.Count("evictions", 2));
    call(new Probe.Count("expirations", 3));
    call(new Probe.Count("surprises", 4));
    call(new Probe.Count("surprises", 0));

    assertThat(value("genserver.evictions")).isEqualTo(2);
    assertThat(value("genserver.expirations")).isEqualTo(3);
    assertThat(registry.scrape()).contains("genserver_surprises_total{kind=\"probes\"} 4.0");
  }

  @Test
  void events_nameOfAnotherMeter() {
    assertThat(call(new Probe.Count("messages", 1))).isInstanceOf(Outcome.Replied.class);
    assertThat(messages("call", "replied")).isEqualTo(1);
  }

  @Test
  void tags_hostileNames() {
    int before = registry.getMeters().size();
    for (String name : List.of("hostile", "hostile\"} 1\nhostile", "hostile\\", "hostile{}")) {
      servers.call(probes, name, new Probe.Answer(), LONG, true);
      servers.stop(probes, name);
    }

    assertThat(registry.getMeters()).hasSize(before);
    assertThat(registry.scrape()).doesNotContain("hostile");
  }

  private Outcome call(Object message) {
    return servers.call(probes, "a", message, LONG, true);
  }

  private double messages(String origin, String outcome) {
    return value("genserver.messages", "origin", origin, "outcome", outcome);
  }

  private double timer(String what) {
    return registry.get("genserver.message." + what).tag("kind", "probes").timer().count();
  }

  private double value(String name, String... tags) {
    Meter meter = registry.get(name).tag("kind", "probes").tags(tags).meter();
    return meter.measure().iterator().next().getValue();
  }
}
