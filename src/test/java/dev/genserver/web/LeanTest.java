package dev.genserver.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.net.URI;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.webmvc.test.autoconfigure.AutoConfigureMockMvc;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.test.web.servlet.assertj.MockMvcTester;
import org.springframework.test.web.servlet.assertj.MvcTestResult;
import org.springframework.test.web.servlet.setup.MockMvcBuilders;
import org.springframework.web.context.WebApplicationContext;
import org.springframework.web.filter.CorsFilter;
import org.springframework.web.servlet.DispatcherServlet;

/** The short way answers as the long one does. */
@SpringBootTest
@AutoConfigureMockMvc
class LeanTest {
  private static final int REQUESTS = Boolean.getBoolean("genserver.test.long") ? 100_000 : 5_000;

  private static final List<String> REQUEST_LINES =
      List.of(
          "GET /v1/counters/@/value",
          "POST /v1/counters/@/increment",
          "POST /v1/counters/@/reset",
          "POST /v1/counters/@/call/increment",
          "POST /v1/counters/@/cast/increment",
          "POST /v1/counters/@/call/nothing",
          "POST /v1/nothing/@/call/increment",
          "POST /v1/stacks/@/push",
          "POST /v1/stacks/@/pop",
          "GET /v1/stacks/@/peek",
          "GET /v1/stacks/@/size",
          "PUT /v1/kv-stores/@/entries/a",
          "GET /v1/kv-stores/@/entries/a",
          "DELETE /v1/kv-stores/@/entries/a",
          "PUT /v1/kv-stores/@/entries/b/c",
          "GET /v1/kv-stores/@/entries/b/c",
          "GET /v1/kv-stores/@/entries/b%2Fc",
          "GET /v1/kv-stores/@/entries/",
          "GET /v1/kv-stores/@/entries",
          "GET /v1/kv-stores/@/entries/a;b",
          "GET /v1/kv-stores/@/entries/a//b",
          "GET /v1/kv-stores/@/entries/.a",
          "GET /v1/kv-stores/@/keys",
          "POST /v1/kv-stores/@/clear",
          "POST /v1/kv-stores/@/call/put",
          "POST /v1/session-stores/@/sessions",
          "GET /v1/session-stores/@/sessions/x",
          "POST /v1/session-stores/@/sessions/x/refresh",
          "DELETE /v1/session-stores/@/sessions/x",
          "GET /v1/session-stores/@/stats",
          "PUT /v1/caches/@/entries/a",
          "GET /v1/caches/@/entries/a",
          "DELETE /v1/caches/@/entries/a",
          "GET /v1/caches/@/stats",
          "PUT /v1/caches/@",
          "PUT /v1/counters/@",
          "GET /v1/counters/@",
          "DELETE /v1/counters/@",
          "DELETE /v1/stacks/@",
          "DELETE /v1/kv-stores/@",
          "GET /v1/counters/@/",
          "GET /v1/counters/+@/value",
          "POST /v1/counters/call/call/increment",
          "GET /v1/kinds/counters",
          "GET /v1/kinds/@",
          "PATCH /v1/counters/@/value",
          "HEAD /v1/counters/@/value",
          "OPTIONS /v1/counters/@");

  private static final List<String> QUERIES =
      List.of("timeout=5s", "timeout=5s", "timeout=x", "timeout=", "timeout=0s", "timeout", "a=b");

  private static final List<String> BODIES =
      List.of(
          "{}",
          "null",
          "[]",
          " ",
          "5",
          "{\"by\":3}",
          "{\"by\":\"3\"}",
          "{\"by\":1.5}",
          "{\"by\":9223372036854775807}",
          "{\"item\":{\"a\":[1.50,null]}}",
          "{\"item\":1,\"item\":2}",
          "{\"value\":\"\u00e9\u6f22\"}",
          "{\"value\":1} {}",
          "{\"value\":",
          "{\"value\":1,\"more\":2}",
          "{\"key\":\"a\",\"value\":1}",
          "{\"key\":\"\",\"value\":1}",
          "{\"userId\":\"u\"}",
          "{\"userId\":\"u\",\"data\":1}",
          "{\"initialValue\":7}",
          "{\"maxSize\":0}",
          "[".repeat(2000));

  private static final List<String> TYPES =
      List.of(
          "application/json",
          "application/json",
          "application/json",
          "application/json;charset=utf-8",
          "Application/JSON",
          "text/plain",
          "*/*");

  private static final List<String> HEADERS =
      List.of(
          "Accept: */*",
          "Accept: application/json",
          "Accept: application/problem+json",
          "Accept: text/html",
          "Accept: ,,",
          "Origin: http://elsewhere",
          "Origin: http://localhost",
          "If-Match: \"1\"",
          "If-None-Match: *",
          "Idempotency-Key: a",
          "User-Agent: curl");

  private final MockMvcTester http;
  private final MockMvcTester longWay;
  private final MeterRegistry meters;
  private final Random random = new Random(20261124);

  LeanTest(
      @Autowired MockMvcTester http,
      @Autowired WebApplicationContext context,
      @Autowired Edge edge,
      @Autowired CorsFilter cors,
      @Autowired MeterRegistry meters) {
    this.http = http;
    this.longWay =
        MockMvcTester.create(
            MockMvcBuilders.webAppContextSetup(context).addFilters(edge, cors).build());
    this.meters = meters;
  }

  private record Request(
      String line,
      @Nullable String query,
      @Nullable String type,
      @Nullable String body,
      String header) {

    MvcTestResult send(MockMvcTester http, String server) {
      String[] words = line.split(" ", 2);
      String path = words[1].replace("@", server);
      var request =
          http.method(HttpMethod.valueOf(words[0]))
              .uri(URI.create(query == null ? path : path + "?" + query));
      if (type != null) {
        request.header(HttpHeaders.CONTENT_TYPE, type);
      }
      if (body != null) {
        request.content(body);
      }
      if (!header.isEmpty()) {
        int colon = header.indexOf(": ");
        request.header(header.substring(0, colon), header.substring(colon + 2));
      }
      return request.exchange();
    }
  }

  @Test
  void requests_random() {
    int lean = 0;
    for (int i = 0; i < REQUESTS; i++) {
      Request request = request();
      MvcTestResult answer = request.send(http, "lean-twin");
      MvcTestResult wanted = request.send(longWay, "long-twin");
      assertThat(answer.getResponse().getStatus())
          .as("request %d: %s", i, request)
          .isEqualTo(wanted.getResponse().getStatus());
      assertThat(headers(answer)).as(request.toString()).isEqualTo(headers(wanted));
      assertThat(body(answer)).as(request.toString()).isEqualTo(body(wanted));
      lean += isLean(answer) ? 1 : 0;
    }
    assertThat(lean).isBetween(REQUESTS / 5, REQUESTS * 4 / 5);
  }

  private Request request() {
    String body = random.nextInt(3) == 0 ? null : any(BODIES);
    String type = random.nextInt(6) == 0 ? null : any(TYPES);
    return new Request(
        any(REQUEST_LINES),
        random.nextInt(5) == 0 ? any(QUERIES) : null,
        body == null && random.nextBoolean() ? null : type,
        body,
        random.nextInt(4) == 0 ? any(HEADERS) : "");
  }

  private String any(List<String> of) {
    return of.get(random.nextInt(of.size()));
  }

  /** All but the length, which Spring MVC leaves to the web server. */
  private static Map<String, List<String>> headers(MvcTestResult result) {
    MockHttpServletResponse response = result.getResponse();
    Map<String, List<String>> headers = new TreeMap<>();
    for (String name : response.getHeaderNames()) {
      if (!name.equals(HttpHeaders.CONTENT_LENGTH)) {
        headers.put(name, response.getHeaders(name).stream().map(LeanTest::common).toList());
      }
    }
    return headers;
  }

  private static String body(MvcTestResult result) {
    return common(Script.text(result));
  }

  /** Without what differs from server to server, and from one moment to the next. */
  private static String common(String text) {
    return text.replace("lean-twin", "@")
        .replace("long-twin", "@")
        .replaceAll("\"(mailbox|handled|version)\":\\d+", "$1")
        .replaceAll("[A-Za-z0-9_-]{22}(?=[\"/]|$)", "id")
        .replaceAll("^\"[a-z0-9]{1,13}-(?=[a-z0-9]+\"$)", "\"incarnation-")
        .replaceAll("\\d{4}-\\d\\d-\\d\\dT[0-9:.]+Z", "time");
  }

  private static boolean isLean(MvcTestResult result) {
    return result.getRequest().getAttribute(DispatcherServlet.WEB_APPLICATION_CONTEXT_ATTRIBUTE)
        == null;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /v1/counters/@/value",
        "POST /v1/counters/@/increment",
        "POST /v1/counters/@/reset",
        "POST /v1/counters/@/call/increment",
        "POST /v1/counters/@/cast/increment",
        "POST /v1/misbehaving/@/call/crash",
        "POST /v1/stacks/@/push",
        "POST /v1/stacks/@/pop",
        "PUT /v1/kv-stores/@/entries/a/b",
        "GET /v1/kv-stores/@/entries/a",
        "DELETE /v1/kv-stores/@/entries/a",
        "POST /v1/session-stores/@/sessions",
        "GET /v1/session-stores/@/sessions/x",
        "PUT /v1/caches/@/entries/a",
        "GET /v1/caches/@/entries/a"
      })
  void request_plain(String line) {
    Request request = new Request(line, null, null, null, "Accept: */*");
    assertThat(isLean(request.send(http, "plain"))).isTrue();
    assertThat(isLean(request.send(longWay, "plain"))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Accept: text/event-stream",
        "Origin: http://localhost",
        "Last-Event-ID: 1",
        "Transfer-Encoding: chunked",
        "Content-Type: text/plain"
      })
  void request_saysMore(String header) {
    var request = new Request("GET /v1/counters/@/value", null, null, null, header);
    assertThat(isLean(request.send(http, "more"))).isFalse();
  }

  /** What is tied to a message means the same on both ways. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          GET /v1/counters/@/value           | If-Match: *                 | 200
          GET /v1/counters/@/value           | If-Match: "1"               | 412
          GET /v1/counters/@/value           | If-Match: 1                 | 400
          GET /v1/counters/@/value           | If-None-Match: *            | 304
          GET /v1/counters/@/value           | If-None-Match: "1"          | 200
          GET /v1/kv-stores/@/entries/none   | If-None-Match: *            | 404
          POST /v1/counters/@/increment      | If-Match: *                 | 200
          POST /v1/counters/@/increment      | If-Match: W/"1"             | 412
          POST /v1/counters/@/increment      | If-None-Match: *            | 400
          POST /v1/counters/@/reset          | If-Match: *                 | 200
          POST /v1/counters/@/reset          | If-Match: "1"               | 412
          POST /v1/counters/@/call/reset     | If-Match: *                 | 200
          POST /v1/counters/@/cast/reset     | If-Match: *                 | 400
          POST /v1/counters/@/increment      | Idempotency-Key: a          | 200
          POST /v1/counters/@/reset          | Idempotency-Key: b          | 202
          POST /v1/counters/@/cast/increment | Idempotency-Key: c          | 202
          POST /v1/counters/@/cast/increment | Idempotency-Key: b          | 422
          POST /v1/session-stores/@/sessions/x/refresh | Idempotency-Key: d | 202
          POST /v1/session-stores/@/sessions/x/refresh | If-Match: *       | 404
          """)
  void request_tied(String line, String header, int status) {
    for (String each : List.of("POST /v1/counters/@/reset", "PUT /v1/kv-stores/@", line, line)) {
      Request request = new Request(each, null, null, null, each.equals(line) ? header : "");
      MvcTestResult answer = request.send(http, "lean-twin");
      MvcTestResult wanted = request.send(longWay, "long-twin");
      assertThat(isLean(answer)).isTrue();
      assertThat(headers(answer)).isEqualTo(headers(wanted));
      assertThat(body(answer)).isEqualTo(body(wanted));
      if (each.equals(line)) {
        assertThat(answer.getResponse().getStatus()).isEqualTo(status);
        assertThat(wanted.getResponse().getStatus()).isEqualTo(status);
      }
    }
  }

  @Test
  void answers_recordedAlike() {
    for (String accept : List.of("*/*", "application/*")) {
      http.post().uri("/v1/stacks/recorded/push").header("Accept", accept).exchange();
      http.post()
          .uri("/v1/stacks/recorded/push")
          .header("Accept", accept)
          .contentType(MediaType.APPLICATION_JSON)
          .content("{\"item\":1}")
          .exchange();
    }
    for (String status : List.of("202", "400")) {
      Collection<Timer> recorded =
          meters
              .get("http.server.requests")
              .tags("uri", "/v1/stacks/{name}/push", "status", status)
              .timers();
      assertThat(recorded).hasSize(1);
      assertThat(recorded.iterator().next().count()).isGreaterThanOrEqualTo(2);
    }
  }
}
