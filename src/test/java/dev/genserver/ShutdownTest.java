package dev.genserver;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.genserver.kinds.Cache;
import dev.genserver.kinds.Counter;
import dev.genserver.kinds.KeyValueStore;
import dev.genserver.kinds.SessionStore;
import dev.genserver.kinds.Stack;
import dev.genserver.observe.Probe;
import dev.genserver.runtime.Servers;
import dev.genserver.runtime.Waiters;
import dev.genserver.wire.Kinds;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;

/** Shutting down while handlers hang. A closed context does what SIGTERM makes a process do. */
class ShutdownTest {
  private final HttpClient http = HttpClient.newHttpClient();
  private ConfigurableApplicationContext context;
  private String address;

  @Configuration(proxyBeanMethods = false)
  static class WithProbes {
    @Bean
    @Primary
    Kinds kindsAndProbes() {
      return new Kinds(
          List.of(
              Cache.class,
              Counter.class,
              KeyValueStore.class,
              SessionStore.class,
              Stack.class,
              Probe.class));
    }
  }

  @AfterEach
  void end() {
    await().until(() -> Probe.GO_ON.availablePermits() == 0);
    context.close();
    http.close();
  }

  @Test
  void close_handlerHangs() throws Exception {
    start("200ms");
    var hanging = post("/v1/probes/a/call/hang?timeout=1m");
    Probe.HANGING.acquire();
    var queued = post("/v1/probes/a/call/answer?timeout=1m");
    var deferred = post("/v1/probes/b/call/defer?timeout=1m");
    awaitMailbox("a", 1);
    await().until(() -> get("/v1/probes/b").body().contains("\"handled\":1"));

    var closed = close();

    assertShuttingDown(hanging.get(20, SECONDS));
    assertShuttingDown(queued.get(20, SECONDS));
    assertShuttingDown(deferred.get(20, SECONDS));
    closed.get(20, SECONDS);
    Probe.GO_ON.release();
  }

  @Test
  void close_mailboxesDrainInTime() throws Exception {
    start("1m");
    var hanging = post("/v1/probes/a/call/hang?timeout=1m");
    Probe.HANGING.acquire();
    post("/v1/probes/a/cast/answer").get(20, SECONDS);
    var queued = post("/v1/probes/a/call/answer?timeout=1m");
    awaitMailbox("a", 2);

    var closed = close();
    await().until(() -> get("/actuator/health/readiness").statusCode() == 503);
    await().until(() -> post("/v1/probes/a/cast/answer").get(20, SECONDS).statusCode() == 503);
    assertShuttingDown(post("/v1/counters/new/increment").get(20, SECONDS));
    assertShuttingDown(post("/v1/probes/a/cast/answer").get(20, SECONDS));
    assertThat(get("/actuator/health/liveness").statusCode()).isEqualTo(200);
    assertThat(get("/v1/probes/a").statusCode()).isEqualTo(200);
    assertThat(closed).isNotDone();

    Probe.GO_ON.release();
    assertThat(hanging.get(20, SECONDS).statusCode()).isEqualTo(200);
    assertThat(queued.get(20, SECONDS).body()).isEqualTo("1");
    closed.get(20, SECONDS);
  }

  @Test
  void close_manyMailboxesFull() throws Exception {
    start("0s");
    Servers servers = context.getBean(Servers.class);
    var probes = context.getBean(Kinds.class).of(Probe.class);
    int many = 2_000;
    for (int i = 0; i < many; i++) {
      servers.cast(probes, "p" + i, new Probe.Hang(), true);
      servers.cast(probes, "p" + i, new Probe.Answer(), true);
    }
    Probe.HANGING.acquire(many);

    close().get(20, SECONDS);
    Probe.GO_ON.release(many);
  }

  @Test
  void close_connectionsOpen() throws Exception {
    start("1m");
    URI uri = URI.create(address);
    try (var silent = new Socket(uri.getHost(), uri.getPort());
        var idle = new Socket(uri.getHost(), uri.getPort())) {
      idle.getOutputStream()
          .write("GET /v1/kinds HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
      assertThat(idle.getInputStream().read()).isEqualTo('H');

      close().get(4, SECONDS);

      assertThat(silent.getInputStream().read()).isEqualTo(-1);
    }
  }

  @Test
  void close_watched() throws Exception {
    start("1m");
    post("/v1/counters/watched/increment").get(20, SECONDS);
    var stream =
        http.send(
            HttpRequest.newBuilder(URI.create(address + "/v1/counters/watched/value"))
                .header("Accept", "text/event-stream")
                .build(),
            BodyHandlers.ofInputStream());
    assertThat(stream.body().read()).isEqualTo('e');

    close().get(4, SECONDS);

    assertThat(new String(stream.body().readAllBytes(), StandardCharsets.UTF_8))
        .startsWith("vent: reply")
        .doesNotContain("stopped");
  }

  @Test
  void close_lookedInto() throws Exception {
    start("1m");
    post("/v1/counters/seen/increment").get(20, SECONDS);
    var trace = stream("/v1/counters/seen/sys/trace");
    var events = stream("/v1/events");
    var down =
        CompletableFuture.supplyAsync(
            () -> getUnchecked("/v1/counters/seen/down?wait=10m"), Thread::startVirtualThread);
    await().until(() -> Waiters.forEvents(context.getBean(Servers.class)) == 2);

    close().get(4, SECONDS);

    assertThat(trace.readAllBytes()).isEmpty();
    assertThat(events.readAllBytes()).isEmpty();
    assertShuttingDown(down.get(20, SECONDS));
  }

  private InputStream stream(String path) throws Exception {
    HttpRequest request = HttpRequest.newBuilder(URI.create(address + path)).build();
    return http.send(request, BodyHandlers.ofInputStream()).body();
  }

  private HttpResponse<String> getUnchecked(String path) {
    try {
      return get(path);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /** Not in the common pool, where the HTTP client completes its answers. */
  private CompletableFuture<Void> close() {
    return CompletableFuture.runAsync(context::close, Thread::startVirtualThread);
  }

  private void start(String drain) {
    context =
        new SpringApplicationBuilder(GenserverApplication.class, WithProbes.class)
            .run("--server.port=0", "--genserver.drain=" + drain);
    address = "http://127.0.0.1:" + context.getEnvironment().getProperty("local.server.port");
  }

  private void awaitMailbox(String name, int messages) {
    await().until(() -> get("/v1/probes/" + name).body().contains("\"mailbox\":" + messages));
  }

  private static void assertShuttingDown(HttpResponse<String> response) {
    assertThat(response.statusCode()).isEqualTo(503);
    assertThat(response.body()).contains("\"code\":\"shutting-down\"");
    assertThat(response.headers().firstValue("Retry-After")).contains("1");
  }

  private CompletableFuture<HttpResponse<String>> post(String path) {
    return http.sendAsync(
        HttpRequest.newBuilder(URI.create(address + path)).POST(BodyPublishers.noBody()).build(),
        BodyHandlers.ofString());
  }

  private HttpResponse<String> get(String path) throws Exception {
    return http.send(
        HttpRequest.newBuilder(URI.create(address + path)).build(), BodyHandlers.ofString());
  }
}
