package dev.genserver.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.genserver.wire.Wire;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;

/**
 * Random requests, most of them malformed: each is answered, as the contract says, and one that is
 * refused changes nothing.
 */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
class FuzzTest {
  private static final int REQUESTS = Boolean.getBoolean("genserver.test.long") ? 100_000 : 3_000;

  /** Of 5xx only what Jetty must say of methods, codings and versions that it does not know. */
  private static final Set<Integer> STATUSES =
      Set.of(
          200, 201, 202, 204, 302, 400, 403, 404, 405, 406, 409, 410, 413, 415, 417, 422, 501, 505);

  private static final List<String> METHODS =
      List.of("GET", "POST", "PUT", "DELETE", "HEAD", "PATCH", "OPTIONS", "TRACE", "FOO", "g\0t");

  private static final List<String> SEGMENTS =
      List.of(
          "v1",
          "v1",
          "v1",
          "counters",
          "stacks",
          "kv-stores",
          "session-stores",
          "caches",
          "kinds",
          "servers",
          "fuzz",
          "fuzz",
          "fuzz",
          "call",
          "cast",
          "value",
          "increment",
          "reset",
          "push",
          "pop",
          "peek",
          "size",
          "entries",
          "keys",
          "clear",
          "sessions",
          "refresh",
          "stats",
          "get",
          "put",
          "delete",
          "create",
          "sweep",
          "batch",
          "timers",
          "sys",
          "..",
          ".",
          "",
          "%2F",
          "%00",
          "%zz",
          "%",
          "%C3%A9",
          "%ff",
          "a;b=c",
          "a b",
          "{x}",
          "\u00e9",
          "\\",
          "%5C",
          "%2e%2e",
          "error",
          "actuator",
          "health",
          "swagger-ui",
          "v3",
          "api-docs",
          "x".repeat(200));

  private static final List<String> PATHS =
      List.of(
          "/v1/counters/fuzz",
          "/v1/counters/fuzz/increment",
          "/v1/counters/fuzz/call/increment",
          "/v1/counters/fuzz/cast/increment",
          "/v1/stacks/fuzz",
          "/v1/stacks/fuzz/push",
          "/v1/stacks/fuzz/cast/push",
          "/v1/kv-stores/fuzz/entries/k",
          "/v1/kv-stores/fuzz/keys",
          "/v1/kv-stores/fuzz/call/put",
          "/v1/session-stores/fuzz/sessions",
          "/v1/session-stores/fuzz/sessions/x",
          "/v1/caches/fuzz",
          "/v1/caches/fuzz/entries/k",
          "/v1/servers",
          "/v1/counters",
          "/v1/kinds/counters");

  private static final List<String> QUERIES =
      List.of(
          "timeout=5s",
          "timeout=",
          "timeout=0",
          "timeout=-1s",
          "timeout=9999999999999999999s",
          "timeout=%",
          "timeout=1s&timeout=x",
          "limit=1",
          "limit=0",
          "limit=x",
          "limit=1e9",
          "limit=",
          "limit",
          "cursor=x",
          "cursor=%00",
          "cursor=AAAA",
          "cursor=/w",
          "prefix=%ff",
          "prefix=a",
          "prefix=%F0%9F%98%80",
          "a[b]=c",
          "&&==&",
          "?",
          "%zz=%zz",
          "\u00ff");

  private static final List<String> HEADERS =
      List.of(
          "Accept: text/html",
          "Accept: */*",
          "Accept: ,,;q=",
          "Accept: application/xml",
          "Origin: http://elsewhere",
          "Origin: null",
          "Content-Encoding: gzip",
          "Range: bytes=5-1",
          "Expect: 100-continue",
          "Expect: x",
          "If-None-Match: \"",
          "If-Modified-Since: x",
          "X-HTTP-Method-Override: DELETE",
          "Transfer-Encoding: gzip",
          "Cookie: \0",
          "a b: c",
          "Accept-Language: ;;;",
          "Accept-Charset: \u00ff",
          "X-Forwarded-For: ::::",
          "Cookie: a=;;",
          "Upgrade: h2c",
          "X: " + "y".repeat(9000),
          "Accept-Encoding: gzip;q=x");

  private static final List<String> TYPES =
      List.of(
          "application/json",
          "application/json",
          "application/json",
          "application/json",
          "application/json;charset=utf-16",
          "application/json;charset=\"",
          "text/plain",
          "application/x-www-form-urlencoded",
          "multipart/form-data",
          "multipart/form-data;boundary=x",
          "application/merge-patch+json",
          "*/*",
          "application/*",
          "/",
          "",
          "application/xml");

  private static final List<String> BODIES =
      List.of(
          "",
          "{}",
          "null",
          "[]",
          "1",
          "\"x\"",
          "{\"by\":1}",
          "{\"by\":\"1\"}",
          "{\"by\":1.5}",
          "{\"by\":1e400}",
          "{\"by\":9223372036854775808}",
          "{\"by\":null}",
          "{\"item\":1}",
          "{\"item\":1,\"item\":2}",
          "{\"value\":{}}",
          "{\"value\":[[[]]]}",
          "{\"values\":1}",
          "{\"key\":\"a\",\"value\":1}",
          "{\"key\":\"\",\"value\":1}",
          "{\"key\":1,\"value\":1}",
          "{\"key\":\"\\ud800\",\"value\":1}",
          "{\"userId\":\"u\",\"data\":1}",
          "{\"userId\":{}}",
          "{\"maxSize\":0}",
          "{\"maxSize\":-1,\"ttl\":\"1x\"}",
          "{\"ttl\":\"99999999999d\"}",
          "{\"items\":{}}",
          "{\"items\":[",
          "{\"initialValue\":[1]}",
          "{\"\":1}",
          "{\"__proto__\":1}",
          "[".repeat(2000),
          "{\"item\":" + "[".repeat(2000) + "]".repeat(2000) + "}",
          "{\"item\":" + "9".repeat(2000) + "}",
          "{\"item\":1e" + "9".repeat(50) + "}",
          "{\"item\":\"" + "x".repeat(50_000) + "\"}",
          "{\"" + "k".repeat(60_000) + "\":1}",
          "{\"item\":\"\u00ff\"}",
          "\u00ef\u00bb\u00bf{}",
          "\0",
          "{'by':1}",
          "{by:1}",
          "{}{}",
          "{} x",
          "NaN",
          "{\"by\":NaN}",
          "/* */{}",
          "\u00fe\u00ff\0{",
          "{\"item\":\"\\u0000\"}");

  private final RawHttp http;
  private Random random;

  FuzzTest(@LocalServerPort int port) {
    this.http = new RawHttp(port);
  }

  @Test
  void requests_random() throws IOException {
    long seed = 20261124;
    random = new Random(seed);
    for (int i = 0; i < REQUESTS; i++) {
      String request = request();
      boolean watched = i % 10 == 0;
      String before = watched ? state() : "";
      RawHttp.Answer answer;
      try {
        answer = http.send(request);
      } catch (IOException | RuntimeException e) {
        throw new AssertionError("request %d: %s".formatted(i, request), e);
      }
      assertThat(STATUSES).as("request %d: %s%n%s", i, request, answer).contains(answer.status());
      if (answer.status() >= 400) {
        assertProblem(request, answer);
        if (watched) {
          assertThat(state()).as(request).isEqualTo(before);
        }
      }
    }
    assertThat(get("/actuator/health")).contains("\"UP\"");
  }

  /** What the servers that the requests are about hold. */
  private String state() throws IOException {
    StringBuilder state = new StringBuilder();
    for (String path :
        List.of(
            "counters/fuzz/value",
            "stacks/fuzz/size",
            "stacks/fuzz/peek",
            "kv-stores/fuzz/keys",
            "kv-stores/fuzz/entries/k",
            "session-stores/fuzz/stats",
            "caches/fuzz/entries/k")) {
      state.append(get("/v1/" + path));
    }
    return state.toString();
  }

  private String get(String path) throws IOException {
    return http.send("GET " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").body();
  }

  private static void assertProblem(String request, RawHttp.Answer answer) {
    assertThat(answer.headers())
        .as(request)
        .containsEntry("content-type", "application/problem+json");
    if (!answer.body().isEmpty()) {
      Map<?, ?> problem = Wire.mapper().readValue(answer.body(), Map.class);
      assertThat(problem.get("status")).as(request).isEqualTo(answer.status());
      assertThat((String) problem.get("detail"))
          .as(request)
          .isNotBlank()
          .doesNotContain("Exception", "java.", "tools.jackson", "org.spring", "org.apache");
    }
  }

  private String request() {
    StringBuilder head = new StringBuilder();
    head.append(random.nextInt(10) == 0 ? any(METHODS) : any(METHODS.subList(0, 4)));
    head.append(' ').append(path());
    if (random.nextInt(3) == 0) {
      head.append('?').append(any(QUERIES));
    }
    head.append(random.nextInt(200) == 0 ? " HTTP/2.5" : " HTTP/1.1").append("\r\n");
    head.append("Host: x\r\nConnection: close\r\n");
    if (random.nextInt(4) == 0) {
      head.append(any(HEADERS)).append("\r\n");
    }
    String body = random.nextInt(5) == 0 ? garbled(any(BODIES)) : any(BODIES);
    if (random.nextInt(8) > 0) {
      head.append("Content-Type: ").append(any(TYPES)).append("\r\n");
    }
    return head.append("Content-Length: %d\r\n\r\n".formatted(body.length()))
        .append(body)
        .toString();
  }

  private String path() {
    if (random.nextInt(2) == 0) {
      return any(PATHS);
    }
    StringBuilder path = new StringBuilder();
    for (int i = random.nextInt(7); i >= 0; i--) {
      path.append('/').append(any(SEGMENTS));
    }
    return path.toString();
  }

  private String garbled(String body) {
    StringBuilder garbled = new StringBuilder(body);
    for (int i = random.nextInt(4); i >= 0 && !garbled.isEmpty(); i--) {
      int at = random.nextInt(garbled.length());
      switch (random.nextInt(3)) {
        case 0 -> garbled.setCharAt(at, (char) random.nextInt(256));
        case 1 -> garbled.deleteCharAt(at);
        default -> garbled.insert(at, (char) random.nextInt(128));
      }
    }
    return garbled.toString();
  }

  private String any(List<String> of) {
    return of.get(random.nextInt(of.size()));
  }
}
