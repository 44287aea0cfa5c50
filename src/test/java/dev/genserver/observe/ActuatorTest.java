package dev.genserver.observe;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;

@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
class ActuatorTest {
  private final HttpClient http = HttpClient.newHttpClient();
  private final String address;

  ActuatorTest(@LocalServerPort int port) {
    address = "http://127.0.0.1:" + port;
  }

  @AfterEach
  void end() {
    http.close();
  }

  @Test
  void health_started() throws Exception {
    for (String group : List.of("", "/liveness", "/readiness")) {
      var response = send("GET", "/actuator/health" + group, "");
      assertThat(response.statusCode()).isEqualTo(200);
      assertThat(response.body()).contains("\"status\":\"UP\"");
    }
  }

  @Test
  void info_saysWhatRuns() throws Exception {
    assertThat(send("GET", "/actuator/info", "").body())
        .contains("\"version\":\"0.1.0\"", "\"counters\"", "\"mailboxCapacity\":10000", "\"java\"");
  }

  @Test
  void actuator_whatIsNotExposed() throws Exception {
    for (String secret : List.of("env", "heapdump", "beans", "configprops", "shutdown")) {
      assertThat(send("GET", "/actuator/" + secret, "").statusCode()).isEqualTo(404);
    }
  }

  @Test
  void prometheus_hostileRequests() throws Exception {
    hostile("x");
    send("GET", "/actuator/prometheus", "");
    long before = scrape().lines().count();
    for (int i = 0; i < 20; i++) {
      hostile("x" + i);
    }

    assertThat(scrape()).doesNotContainIgnoringCase("hostile");
    assertThat(scrape().lines().count()).isEqualTo(before);
  }

  /** Requests with names, keys, methods and paths of a user's invention. */
  private void hostile(String x) throws IOException, InterruptedException {
    String evil = URLEncoder.encode("hostile\"} 1 " + x, StandardCharsets.UTF_8);
    String name = "hostile-" + x;
    send("POST", "/v1/counters/" + name + "/increment", "");
    send("POST", "/v1/counters/" + name + "/call/hostile", "");
    send("POST", "/v1/counters/" + evil + "/increment", "");
    send("PUT", "/v1/kv-stores/a/entries/" + evil, "{\"value\":1}");
    send("GET", "/v1/kv-stores/a/entries/" + name, "");
    send("GET", "/v1/" + name + "/" + name, "");
    send("GET", "/" + name, "");
    send("GET", "/v1/counters/a/" + evil, "");
    send("HOSTILE", "/v1/counters/a/value", "");
    send("POST", "/v1/counters/a/increment", "{\"hostile\":1}");
    send("GET", "/swagger-ui/" + name, "");
    send("GET", "/actuator/" + name, "");
    send("DELETE", "/v1/counters/" + name, "");
  }

  private String scrape() throws IOException, InterruptedException {
    return send("GET", "/actuator/prometheus", "").body();
  }

  private HttpResponse<String> send(String method, String path, String body)
      throws IOException, InterruptedException {
    var request =
        HttpRequest.newBuilder(URI.create(address + path))
            .header("Content-Type", "application/json")
            .method(method, BodyPublishers.ofString(body))
            .build();
    return http.send(request, BodyHandlers.ofString());
  }
}
