package dev.genserver.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.MeterRegistry;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;

/** Watching a query over real connections. */
@SpringBootTest(
    webEnvironment = WebEnvironment.RANDOM_PORT,
    properties = {"genserver.max-watchers=300", "server.jetty.connection-idle-timeout=1s"})
class WatchOverHttpTest {
  private final HttpClient http = HttpClient.newHttpClient();
  private final MeterRegistry meters;
  private final int port;

  WatchOverHttpTest(@LocalServerPort int port, @Autowired MeterRegistry meters) {
    this.port = port;
    this.meters = meters;
  }

  /** Clients that are gone show when something is written: here the end of what they watch. */
  @AfterEach
  void stopAll() throws Exception {
    for (String server :
        List.of(
            "counters/a",
            "counters/b",
            "counters/many",
            "counters/tagged",
            "kv-stores/s",
            "kv-stores/stall")) {
      send("DELETE", "/v1/" + server, "");
    }
    await().until(() -> watchers() == 0);
    http.shutdownNow();
  }

  private double watchers() {
    return meters.get("genserver.watchers").tag("kind", "counters").gauge().value()
        + meters.get("genserver.watchers").tag("kind", "kv-stores").gauge().value();
  }

  /** A stream as its client reads it. */
  private record Stream(HttpResponse<InputStream> response, BufferedReader lines) {
    /** The next event with its lines joined by spaces; null if there is none any more. */
    String next() {
      try {
        List<String> event = new ArrayList<>();
        for (String line; (line = lines.readLine()) != null; ) {
          if (!line.isEmpty()) {
            event.add(line);
          } else if (!event.isEmpty()) {
            return String.join(" ", event).replaceAll("id: \\S+-", "id: ");
          }
        }
        return null;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private Stream watch(String path) throws Exception {
    return watch(path, "text/event-stream");
  }

  private Stream watch(String path, String accept) throws Exception {
    HttpResponse<InputStream> response =
        http.send(request(path).header("Accept", accept).build(), BodyHandlers.ofInputStream());
    return new Stream(
        response,
        new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8)));
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path));
  }

  private HttpResponse<String> send(String method, String path, String body) throws Exception {
    return http.send(
        request(path)
            .method(method, BodyPublishers.ofString(body))
            .header("Content-Type", "application/json")
            .build(),
        BodyHandlers.ofString());
  }

  private void increment(String name) throws Exception {
    assertThat(send("POST", "/v1/counters/" + name + "/increment", "{}").statusCode())
        .isEqualTo(200);
  }

  @Test
  void counter_isWatchedUntilItIsStopped() throws Exception {
    increment("a");
    Stream stream = watch("/v1/counters/a/value");
    assertThat(stream.response.statusCode()).isEqualTo(200);
    assertThat(stream.response.headers().map())
        .containsEntry("content-type", List.of("text/event-stream"))
        .containsEntry("cache-control", List.of("no-store"))
        .containsEntry("x-accel-buffering", List.of("no"));
    assertThat(stream.next()).isEqualTo("event: reply id: 1 data: {\"value\":1}");
    increment("a");
    assertThat(stream.next()).isEqualTo("event: reply id: 2 data: {\"value\":2}");
    send("DELETE", "/v1/counters/a", "");
    assertThat(stream.next()).isEqualTo("event: stopped data: {\"reason\":\"normal\"}");
    assertThat(stream.next()).isNull();
  }

  @Test
  void id_isTheTag() throws Exception {
    increment("tagged");
    String tag =
        send("GET", "/v1/counters/tagged/value", "").headers().firstValue("ETag").orElseThrow();
    Stream stream = watch("/v1/counters/tagged/value");
    assertThat(stream.lines.readLine()).isEqualTo("event: reply");
    assertThat(stream.lines.readLine()).isEqualTo("id: " + tag.replace("\"", ""));
  }

  @Test
  void entry_problemWhileItIsNotThere() throws Exception {
    send("PUT", "/v1/kv-stores/s/entries/other", "{\"value\":1}");
    Stream stream = watch("/v1/kv-stores/s/entries/users/1");
    assertThat(stream.response.statusCode()).isEqualTo(200);
    String missing =
        "event: problem data: {\"type\":\"urn:genserver:problem:not-found\",\"title\":\"Not Found\","
            + "\"status\":404,\"code\":\"not-found\",\"detail\":\"no entry of this key\","
            + "\"server\":\"kv-stores/s\",\"retryable\":false}";
    assertThat(stream.next()).isEqualTo(missing);
    send("PUT", "/v1/kv-stores/s/entries/users/1", "{\"value\":\"a\\nb\"}");
    assertThat(stream.next()).isEqualTo("event: reply id: 2 data: {\"value\":\"a\\nb\"}");
    send("DELETE", "/v1/kv-stores/s/entries/users/1", "");
    assertThat(stream.next()).isEqualTo(missing);
  }

  @Test
  void answers_thatAreNoStream() throws Exception {
    assertThat(watch("/v1/counters/nobody/value").response.statusCode()).isEqualTo(404);
    assertThat(watch("/v1/counters/bad!name/value").response.statusCode()).isEqualTo(400);
    increment("b");
    for (String path : new String[] {"b", "b/timers"}) {
      Stream stream = watch("/v1/counters/" + path);
      assertThat(stream.response.statusCode()).as(path).isEqualTo(406);
      assertThat(stream.response.headers().firstValue("content-type"))
          .contains("application/problem+json");
    }
    assertThat(watch("/v1/kinds").response.statusCode()).isEqualTo(406);
    assertThat(watch("/v1/kinds", "text/event-stream;q=0.5, */*").response.statusCode())
        .isEqualTo(200);
    assertThat(
            watch("/v1/counters/b/value", "application/json, text/event-stream")
                .response
                .headers()
                .firstValue("content-type"))
        .contains("application/json");
    assertThat(watch("/v1/counters/b/value", "text/event-stream, */*;q=0.1").next())
        .startsWith("event: reply");
  }

  @Test
  void watchers_many() throws Exception {
    increment("many");
    List<Stream> streams = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      streams.add(watch("/v1/counters/many/value"));
      assertThat(streams.getLast().next()).contains("{\"value\":1}");
    }
    assertThat(watchers()).isEqualTo(300);
    HttpResponse<InputStream> refused = watch("/v1/counters/many/value").response;
    assertThat(refused.statusCode()).isEqualTo(507);
    increment("many");
    for (Stream stream : streams) {
      assertThat(stream.next()).contains("{\"value\":2}");
    }
    assertThat(meters.find("http.server.requests").tag("uri", "/v1/counters/{name}/value").timers())
        .isEmpty();
  }

  /** Nothing else shows that it does not read. */
  @Test
  void client_doesNotRead_dropped() throws Exception {
    send("PUT", "/v1/kv-stores/stall/entries/k", "{\"value\":0}");
    try (Socket socket = new Socket()) {
      socket.setReceiveBufferSize(4096);
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      String head =
          "GET /v1/kv-stores/stall/entries/k HTTP/1.1|Host: x|Accept: text/event-stream||";
      socket
          .getOutputStream()
          .write(head.replace("|", "\r\n").getBytes(StandardCharsets.ISO_8859_1));
      await().until(() -> watchers() == 1);
      String large = "x".repeat(900_000);
      int[] written = {0};
      await()
          .until(() -> {
            send(
                "PUT",
                "/v1/kv-stores/stall/entries/k",
                "{\"value\":\"" + large + written[0]++ + "\"}");
            return watchers() == 0;
          });
    }
  }
}
