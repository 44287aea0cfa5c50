package dev.genserver;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Clients that retry blindly through a connection that is cut again and again. */
class RetryIT {
  private static final int INCREMENTS = 10_000;
  private static final int CLIENTS = 16;
  private static final int ONE_IN = 20;

  private final AtomicInteger next = new AtomicInteger();

  @Test
  void increments_withKeys_countOnce() throws Exception {
    try (GenserverProcess genserver = GenserverProcess.start();
        FaultProxy proxy = new FaultProxy(genserver.uri("/").getPort(), ONE_IN)) {
      all(proxy, INCREMENTS, true);
      assertThat(proxy.cuts()).isPositive();
      assertThat(value(genserver)).isEqualTo(INCREMENTS);
    }
  }

  /** Shows that the cuts matter: without keys the count is off. */
  @Test
  void increments_withoutKeys_countMore() throws Exception {
    try (GenserverProcess genserver = GenserverProcess.start();
        FaultProxy proxy = new FaultProxy(genserver.uri("/").getPort(), ONE_IN)) {
      all(proxy, INCREMENTS / 10, false);
      assertThat(value(genserver)).isGreaterThan(INCREMENTS / 10);
    }
  }

  private void all(FaultProxy proxy, int most, boolean withKeys) {
    List<CompletableFuture<Void>> clients = new ArrayList<>();
    for (int i = 0; i < CLIENTS; i++) {
      CompletableFuture<Void> client = new CompletableFuture<>();
      clients.add(client);
      Thread.ofVirtual()
          .start(() -> {
            try (HttpClient http = HttpClient.newHttpClient()) {
              for (int n = next.getAndIncrement(); n < most; n = next.getAndIncrement()) {
                until200(http, proxy, withKeys ? "increment-" + n : null);
              }
              client.complete(null);
            } catch (Throwable t) {
              client.completeExceptionally(t);
            }
          });
    }
    clients.forEach(CompletableFuture::join);
  }

  private void until200(HttpClient http, FaultProxy proxy, @Nullable String key)
      throws InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:" + proxy.port() + "/v1/counters/hits/increment"))
            .timeout(Duration.ofSeconds(20))
            .POST(BodyPublishers.noBody());
    if (key != null) {
      request.header("Idempotency-Key", key);
    }
    while (true) {
      try {
        HttpResponse<String> answer = http.send(request.build(), BodyHandlers.ofString());
        if (answer.statusCode() == 200) {
          return;
        }
        // The only other answer there may be: the one before is still under way.
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(409);
        assertThat(answer.body()).contains("in-progress");
      } catch (IOException e) {
        // Cut: send it again.
      }
    }
  }

  private static long value(GenserverProcess genserver) throws Exception {
    try (HttpClient http = HttpClient.newHttpClient()) {
      String body =
          http.send(
                  HttpRequest.newBuilder(genserver.uri("/v1/counters/hits/value")).build(),
                  BodyHandlers.ofString())
              .body();
      return Long.parseLong(body.replaceAll("\\D", ""));
    }
  }
}
