package dev.genserver.web;

import static dev.genserver.web.LongWayMarked.isLean;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.genserver.kinds.Misbehaving;
import dev.genserver.web.RawHttp.Answer;
import dev.genserver.web.RawHttp.Line;
import dev.genserver.wire.Wire;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Import;

/**
 * The short way answers as the long one does, which Spring MVC goes with each request that says
 * {@link #LONG_WAY}; each way has servers of its own.
 */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
@Import(LongWayMarked.class)
class LeanTest {
  private static final String LEAN = "lean-twin";
  private static final String LONG = "long-twin";

  /** Nobody heeds it, or the answer were 412; but it makes a request one that is not plain. */
  private static final String LONG_WAY = "If-Unmodified-Since: Thu, 01 Jan 1970 00:00:00 GMT";

  private static final String KEEP = "Connection: keep-alive";
  private static final String CLOSE = "Connection: close";
  private static final String JSON = "Content-Type: application/json";

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
          "Idempotency-Key: random",
          "User-Agent: curl");

  private final RawHttp http;
  private final MeterRegistry meters;
  private final Random random = new Random(20261124);
  private final List<Line> lines = new ArrayList<>();

  LeanTest(@LocalServerPort int port, @Autowired MeterRegistry meters) {
    this.http = new RawHttp(port);
    this.meters = meters;
  }

  @AfterEach
  void hangUp() throws IOException {
    for (Line line : lines) {
      line.close();
    }
  }

  private Line open() throws IOException {
    Line line = http.open();
    lines.add(line);
    return line;
  }

  private record Request(
      String line,
      @Nullable String query,
      @Nullable String type,
      @Nullable String body,
      String header) {

    /** As it goes over the connection, to this server. */
    String text(String server, String... more) {
      String[] words = line.split(" ", 2);
      List<String> headers = new ArrayList<>(List.of(more));
      headers.add(type == null ? "" : "Content-Type: " + type);
      headers.add(header);
      return LeanTest.text(
          words[0] + " " + words[1].replace("@", server) + (query == null ? "" : "?" + query),
          body,
          headers.toArray(String[]::new));
    }

    boolean isHead() {
      return line.startsWith("HEAD ");
    }
  }

  /** A request as it goes over the connection, one character a byte. */
  private static String text(String line, @Nullable String body, String... headers) {
    StringBuilder text = new StringBuilder(line + " HTTP/1.1\r\nHost: 127.0.0.1\r\n");
    for (String header : headers) {
      text.append(header.isEmpty() ? "" : header + "\r\n");
    }
    if (body == null) {
      return text.append("\r\n").toString();
    }
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    return text.append("Content-Length: %d\r\n\r\n".formatted(bytes.length))
        .append(new String(bytes, StandardCharsets.ISO_8859_1))
        .toString();
  }

  /** Sends a request without a body, or with one of JSON. */
  private Answer send(String line, @Nullable String body) throws IOException {
    return http.send(text(line, body, body == null ? "" : JSON, CLOSE));
  }

  private Map<?, ?> get(String path) throws IOException {
    return Wire.mapper().readValue(send("GET " + path, null).body(), Map.class);
  }

  /** Sends it both ways, and asserts that the answers are alike; this is the short one's. */
  private Answer sendBoth(Request request) throws IOException {
    Answer answer = http.send(request.text(LEAN, CLOSE));
    assertAlike(request, answer, http.send(request.text(LONG, CLOSE, LONG_WAY)));
    return answer;
  }

  private static void assertAlike(Request request, Answer answer, Answer wanted) {
    assertThat(isLean(wanted)).as(request.toString()).isFalse();
    assertThat(answer.status()).as(request.toString()).isEqualTo(wanted.status());
    assertThat(headers(answer)).as(request.toString()).isEqualTo(headers(wanted));
    assertThat(common(answer.body())).as(request.toString()).isEqualTo(common(wanted.body()));
  }

  /** All but those of the day and of the body's length, and without the mark. */
  private static Map<String, String> headers(Answer answer) {
    Map<String, String> headers = new TreeMap<>(answer.headers());
    headers.keySet().removeAll(List.of("date", "content-length", "transfer-encoding", "long-way"));
    headers.replaceAll((_, value) -> common(value));
    return headers;
  }

  /** Without what differs from server to server, and from one moment to the next. */
  private static String common(String text) {
    return text.replace(LEAN, "@")
        .replace(LONG, "@")
        .replaceAll("\"(mailbox|handled|version)\":\\d+", "$1")
        .replaceAll("[A-Za-z0-9_-]{22}(?=[\"/]|$)", "id")
        .replaceAll("^\"[a-z0-9]{1,13}-(?=[a-z0-9]+\"$)", "\"incarnation-")
        .replaceAll("\\d{4}-\\d\\d-\\d\\dT[0-9:.]+Z", "time");
  }

  // Both ways.

  @ParameterizedTest
  @ValueSource(strings = {KEEP, CLOSE})
  void requests_random(String connection) throws IOException {
    int lean = 0;
    Client shortWay = new Client();
    Client longWay = new Client();
    for (int i = 0; i < REQUESTS / 2; i++) {
      Request request = request();
      Answer answer = shortWay.send(request, request.text(LEAN, connection));
      assertAlike(request, answer, longWay.send(request, request.text(LONG, connection, LONG_WAY)));
      lean += isLean(answer) ? 1 : 0;
    }
    assertThat(lean).isBetween(REQUESTS / 10, REQUESTS * 4 / 10);
  }

  /** Those that are sent without waiting are answered in turn, whichever way each of them goes. */
  @Test
  void requests_sentAtOnce() throws IOException {
    Line line = open();
    String requests =
        IntStream.range(0, 30)
            .mapToObj(i ->
                text("POST /v1/counters/pipelined/increment", null, i % 3 == 1 ? LONG_WAY : ""))
            .collect(Collectors.joining());
    line.write(requests);
    for (int i = 1; i <= 30; i++) {
      Answer answer = line.read(false);
      assertThat(answer.body()).isEqualTo("{\"value\":" + i + "}");
      assertThat(isLean(answer)).isEqualTo(i % 3 != 2);
    }
  }

  @Test
  void requests_nobodyWaitsForTheAnswers() throws IOException {
    for (int i = 0; i < 50; i++) {
      Line line = open();
      line.write(text("POST /v1/counters/forgotten/increment", null));
      line.close();
    }
    await()
        .untilAsserted(
            () -> assertThat(get("/v1/counters/forgotten/value")).isEqualTo(Map.of("value", 50)));
  }

  /** Keeps its connection for as long as the service does. */
  private final class Client {
    private @Nullable Line line;

    Answer send(Request request, String text) throws IOException {
      if (line == null) {
        line = open();
      }
      line.write(text);
      Answer answer = line.read(request.isHead());
      if (answer.headers().getOrDefault("connection", "").equals("close")) {
        assertThat(line.isAtEnd()).as(request.toString()).isTrue();
        line.close();
        line = null;
      }
      return answer;
    }
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
  void request_plain(String line) throws IOException {
    assertThat(isLean(sendBoth(new Request(line, null, null, null, "Accept: */*")))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Accept: text/event-stream",
        "Origin: http://127.0.0.1",
        "Last-Event-ID: 1",
        "Transfer-Encoding: chunked",
        "Content-Type: text/plain",
        LONG_WAY
      })
  void request_saysMore(String header) throws IOException {
    String body = header.startsWith("Transfer") ? "0\r\n\r\n" : "";
    Answer answer = http.send(text("GET /v1/counters/more/value", null, CLOSE, header) + body);
    assertThat(answer.status()).isEqualTo(404);
    assertThat(isLean(answer)).isFalse();
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
  void request_tied(String line, String header, int status) throws IOException {
    for (String each : List.of("POST /v1/counters/@/reset", "PUT /v1/kv-stores/@", line)) {
      sendBoth(new Request(each, null, null, null, ""));
    }
    for (int repeat = 0; repeat < 2; repeat++) {
      Answer answer = sendBoth(new Request(line, null, null, null, header));
      assertThat(isLean(answer)).isTrue();
      assertThat(answer.status()).isEqualTo(status);
    }
  }

  @Test
  void head_likeGet() throws IOException {
    send("PUT /v1/counters/head", null);
    Answer got = send("GET /v1/counters/head/value", null);
    Answer head = send("HEAD /v1/counters/head/value", null);
    assertThat(isLean(got)).isTrue();
    assertThat(head.status()).isEqualTo(200);
    assertThat(headers(head)).containsKey("etag").isEqualTo(headers(got));
  }

  @Test
  void answers_recordedAlike() throws IOException {
    for (String way : List.of("", LONG_WAY)) {
      http.send(text("POST /v1/stacks/recorded/push", null, CLOSE, way));
      http.send(text("POST /v1/stacks/recorded/push", "{\"item\":1}", CLOSE, JSON, way));
    }
    for (String status : List.of("202", "400")) {
      await().until(() -> recorded(status).iterator().next().count() >= 2);
      assertThat(recorded(status)).hasSize(1);
    }
  }

  private Collection<Timer> recorded(String status) {
    return meters
        .get("http.server.requests")
        .tags("uri", "/v1/stacks/{name}/push", "status", status)
        .timers();
  }

  // Answers that come later.

  @Test
  void calls_atOnceToOneServer() throws IOException {
    send("PUT /v1/counters/at-once", null);
    send("POST /v1/counters/at-once/sys/suspend", null);
    List<Line> callers = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      Line caller = open();
      caller.write(text("POST /v1/counters/at-once/increment", null));
      callers.add(caller);
    }
    await().until(() -> get("/v1/counters/at-once").get("mailbox").equals(50));
    send("POST /v1/counters/at-once/sys/resume", null);
    List<String> replies = new ArrayList<>();
    for (Line caller : callers) {
      Answer answer = caller.read(false);
      assertThat(isLean(answer)).isTrue();
      replies.add(answer.body());
    }
    assertThat(replies)
        .containsExactlyInAnyOrderElementsOf(
            IntStream.rangeClosed(1, 50).mapToObj("{\"value\":%d}"::formatted).toList());
  }

  @Test
  void call_hangs_othersAreAnswered() throws IOException {
    List<Line> callers = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      Misbehaving.holdUp("lean-" + i);
      Line caller = open();
      caller.write(text("POST /v1/misbehaving/lean-" + i + "/call/hang", null));
      callers.add(caller);
    }
    for (int i = 0; i < 10; i++) {
      assertThat(send("POST /v1/counters/beside-" + i + "/increment", null).status())
          .isEqualTo(200);
      Misbehaving.release("lean-" + i);
    }
    for (Line caller : callers) {
      Answer answer = caller.read(false);
      assertThat(answer.body()).isEqualTo("{}");
      assertThat(isLean(answer)).isTrue();
    }
  }

  @Test
  void timeout_messageWaiting() throws IOException {
    for (String server : List.of(LEAN, LONG)) {
      send("PUT /v1/stacks/" + server, null);
      send("POST /v1/stacks/" + server + "/sys/suspend", null);
    }
    Answer answer = sendBoth(new Request("GET /v1/stacks/@/size", "timeout=20ms", null, null, ""));
    assertTimedOut(answer, false);
    for (String server : List.of(LEAN, LONG)) {
      send("POST /v1/stacks/" + server + "/sys/resume", null);
    }
    assertThat(sendBoth(new Request("GET /v1/stacks/@/size", null, null, null, "")).status())
        .isEqualTo(200);
  }

  @Test
  void timeout_messageInHand() throws IOException {
    Misbehaving.holdUp(LEAN);
    Misbehaving.holdUp(LONG);
    Answer answer =
        sendBoth(new Request("POST /v1/misbehaving/@/call/hang", "timeout=20ms", null, null, ""));
    Misbehaving.release(LEAN);
    Misbehaving.release(LONG);
    assertTimedOut(answer, true);
  }

  private static void assertTimedOut(Answer answer, boolean started) {
    assertThat(answer.status()).isEqualTo(504);
    assertThat(isLean(answer)).isTrue();
    assertThat(answer.body()).contains("\"started\":" + started);
  }

  @Test
  void caller_gone() throws IOException {
    send("PUT /v1/counters/gone", null);
    send("POST /v1/counters/gone/sys/suspend", null);
    try (Line caller = open()) {
      caller.write(text("POST /v1/counters/gone/increment", null));
      await().until(() -> get("/v1/counters/gone").get("mailbox").equals(1));
    }
    send("POST /v1/counters/gone/sys/resume", null);
    assertThat(send("GET /v1/counters/gone/value", null).body()).isEqualTo("{\"value\":1}");
  }

  // Connections.

  @Test
  void connection_manyRequests() throws IOException {
    Line line = open();
    for (int i = 1; i <= 1_000; i++) {
      line.write(text("POST /v1/counters/many/increment", null, i % 10 == 0 ? LONG_WAY : ""));
      Answer answer = line.read(false);
      assertThat(answer.body()).isEqualTo("{\"value\":%d}", i);
      assertThat(isLean(answer)).isEqualTo(i % 10 != 0);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", LONG_WAY})
  void requests_inOnePacket(String way) throws IOException {
    String increment = text("POST /v1/counters/packet" + way.length() + "/increment", "{}", JSON);
    Line line = open();
    line.write(increment + text("GET /v1/kinds/none", null, way) + increment);
    assertThat(line.read(false).body()).isEqualTo("{\"value\":1}");
    assertThat(line.read(false).status()).isEqualTo(404);
    assertThat(line.read(false).body()).isEqualTo("{\"value\":2}");
  }

  @Test
  void requests_inOnePacket_firstIsAnsweredLater() throws IOException {
    send("PUT /v1/counters/order", null);
    send("POST /v1/counters/order/sys/suspend", null);
    Line line = open();
    line.write(
        text("POST /v1/counters/order/increment", null)
            + text("POST /v1/counters/other/increment", null));
    await().until(() -> get("/v1/counters/order").get("mailbox").equals(1));
    assertThat(send("GET /v1/counters/other/value", null).status()).isEqualTo(404);
    send("POST /v1/counters/order/sys/resume", null);
    assertThat(line.read(false).body()).isEqualTo("{\"value\":1}");
    assertThat(line.read(false).body()).isEqualTo("{\"value\":1}");
  }

  // Bodies.

  /** Between the pieces others are answered, so that each comes alone. */
  @Test
  void body_inPieces() throws IOException {
    String put = text("PUT /v1/kv-stores/pieces/entries/a", "{\"value\":[1,2]}", JSON);
    int head = put.indexOf("\r\n\r\n") + 4;
    Line line = open();
    line.write(put.substring(0, head));
    for (char piece : put.substring(head).toCharArray()) {
      assertThat(send("GET /v1/kv-stores/pieces", null).status()).isEqualTo(404);
      line.write(String.valueOf(piece));
    }
    Answer answer = line.read(false);
    assertThat(answer.status()).isEqualTo(202);
    assertThat(isLean(answer)).isTrue();
    assertThat(send("GET /v1/kv-stores/pieces/entries/a", null).body())
        .isEqualTo("{\"value\":[1,2]}");
  }

  @Test
  void body_endsInTheMiddle() throws IOException {
    String put = text("PUT /v1/kv-stores/middle/entries/a", "{\"value\":1}", JSON);
    Line line = open();
    line.write(put.substring(0, put.length() - 3));
    line.writeEnd();
    assertThat(line.read(false).status()).isEqualTo(400);
    assertThat(line.isAtEnd()).isTrue();
    try (Line gone = open()) {
      gone.write(put.substring(0, put.length() - 3));
    }
    assertThat(send("GET /v1/kv-stores/middle", null).status()).isEqualTo(404);
  }

  @ParameterizedTest
  @CsvSource({"0, true", "1, false"})
  void body_longest(int more, boolean lean) throws IOException {
    String body = "{\"value\":\"%s\"}".formatted("x".repeat(64 * 1024 - 12 + more));
    assertThat(body).hasSize(64 * 1024 + more);
    Answer answer = send("PUT /v1/kv-stores/longest/entries/a" + more, body);
    assertThat(answer.status()).isEqualTo(202);
    assertThat(isLean(answer)).isEqualTo(lean);
    assertThat(send("GET /v1/kv-stores/longest/entries/a" + more, null).body()).isEqualTo(body);
  }

  @ParameterizedTest
  @CsvSource({
    "POST /v1/counters/@/increment, application/json, 200",
    "POST /v1/counters/@/increment, text/plain, 200",
    "POST /v1/counters/@/increment, application/x-www-form-urlencoded, 200",
    "POST /v1/counters/@/cast/increment, application/json, 202",
    "POST /v1/counters/@/reset, application/json, 202",
    "POST /v1/stacks/@/push, application/json, 400",
    "PUT /v1/kv-stores/@/entries/a, application/json, 400",
    "PUT /v1/kv-stores/@/entries/a, text/plain, 400",
    "GET /v1/counters/@/value, application/json, 200"
  })
  void body_emptyOfAType(String line, String type, int status) throws IOException {
    sendBoth(new Request("POST /v1/counters/@/reset", null, null, null, ""));
    assertThat(sendBoth(new Request(line, null, type, "", "")).status()).isEqualTo(status);
  }
}
