package dev.genserver.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.jayway.jsonpath.JsonPath;
import dev.genserver.kinds.Misbehaving;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.webmvc.test.autoconfigure.AutoConfigureMockMvc;
import org.springframework.test.web.servlet.assertj.MockMvcTester;
import org.springframework.test.web.servlet.assertj.MvcTestResult;

/** What the settings bound. */
@SpringBootTest(
    properties = {
      "genserver.start-on-first-use=false",
      "genserver.mailbox-capacity=2",
      "genserver.max-servers=5",
      "genserver.max-entries=2",
      "genserver.max-body=64B",
      "genserver.cors-origins=https://app.example.org"
    })
@AutoConfigureMockMvc
class SettingsTest {
  private final MockMvcTester http;
  private final Script script;

  SettingsTest(@Autowired MockMvcTester http) {
    this.http = http;
    this.script = new Script(http);
  }

  @AfterEach
  void stopAll() {
    List<Map<String, String>> servers =
        JsonPath.read(Script.text(script.send("GET", "/v1/servers", null)), "$.servers");
    for (Map<String, String> server : servers) {
      script.play("DELETE /v1/%s/%s -> 204".formatted(server.get("kind"), server.get("name")));
    }
  }

  @Test
  void startOnFirstUse_off() {
    script.play(
        """
        POST /v1/counters/first/increment -> 404 no-server
        POST /v1/counters/first/call/increment -> 404 no-server
        POST /v1/counters/first/cast/increment -> 404 no-server
        PUT /v1/kv-stores/first/entries/a {"value":1} -> 404 no-server
        POST /v1/session-stores/first/sessions {"userId":"u"} -> 404 no-server
        PUT /v1/counters/first -> 201 *
        POST /v1/counters/first/increment -> 200 {"value":1}
        """);
  }

  @Test
  void mailboxCapacity_reached() {
    script.play(
        """
        PUT /v1/misbehaving/full -> 201 *
        POST /v1/misbehaving/full/cast/hang -> 202
        """);
    script.await("/v1/misbehaving/full", "mailbox", 0);
    script.play(
        """
        POST /v1/misbehaving/full/cast/hang -> 202
        POST /v1/misbehaving/full/cast/hang -> 202
        POST /v1/misbehaving/full/cast/hang -> 503 mailbox-full
        POST /v1/misbehaving/full/call/hang -> 503 mailbox-full
        GET /v1/misbehaving/full -> 200 ~{"mailbox":2}
        """);
    Misbehaving.release("full");
    script.await("/v1/misbehaving/full", "handled", 3);
  }

  @Test
  void maxServers_reached() {
    for (int i = 1; i <= 5; i++) {
      script.play("PUT /v1/stacks/s%d -> 201 *".formatted(i));
    }
    script.play(
        """
        PUT /v1/stacks/s6 -> 507 limit-reached
        PUT /v1/stacks/s5 -> 200 *
        DELETE /v1/stacks/s5 -> 204
        PUT /v1/stacks/s6 -> 201 *
        """);
  }

  @Test
  void maxEntries_reached() {
    script.play(
        """
        PUT /v1/kv-stores/small -> 201 *
        POST /v1/kv-stores/small/call/put {"key":"a","value":1} -> 200 {}
        POST /v1/kv-stores/small/call/put {"key":"b","value":1} -> 200 {}
        POST /v1/kv-stores/small/call/put {"key":"c","value":1} -> 507 limit-reached
        POST /v1/kv-stores/small/call/put {"key":"b","value":2} -> 200 {}
        GET /v1/kv-stores/small/keys -> 200 {"keys":["a","b"]}
        """);
  }

  @Test
  void maxBody_exceeded() {
    String value = "\"" + "x".repeat(64 - "{\"value\":\"\"}".length()) + "\"";
    script.play(
        """
        PUT /v1/kv-stores/body -> 201 *
        PUT /v1/kv-stores/body/entries/a {"value":%s} -> 202
        PUT /v1/kv-stores/body/entries/a {"value":%s } -> 413 too-large
        POST /v1/kv-stores/body/call/put {"key":"a","value":%s} -> 413 too-large
        """
            .formatted(value, value, value));
  }

  @Test
  void corsOrigins_set() {
    assertThat(from("https://app.example.org"))
        .hasStatusOk()
        .hasHeader("Access-Control-Allow-Origin", "https://app.example.org");
    MvcTestResult refused = from("https://evil.example.org");
    assertThat(refused).hasStatus(403).doesNotContainHeader("Access-Control-Allow-Origin");
    Script.assertProblem(refused, "forbidden-origin", null, Map.of());
    assertThat(
            http.options()
                .uri("/v1/counters/c")
                .header("Origin", "https://app.example.org")
                .header("Access-Control-Request-Method", "PUT")
                .header("Access-Control-Request-Headers", "content-type"))
        .hasStatusOk()
        .hasHeader("Access-Control-Allow-Headers", "content-type")
        .headers()
        .extracting(h -> h.getFirst("Access-Control-Allow-Methods"))
        .asString()
        .contains("PUT");
  }

  private MvcTestResult from(String origin) {
    return http.get().uri("/v1/kinds").header("Origin", origin).exchange();
  }
}
