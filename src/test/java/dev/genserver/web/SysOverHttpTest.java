package dev.genserver.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.jayway.jsonpath.JsonPath;
import dev.genserver.kinds.Gate;
import dev.genserver.runtime.Servers;
import dev.genserver.runtime.Waiters;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.boot.webmvc.test.autoconfigure.AutoConfigureMockMvc;
import org.springframework.test.web.servlet.assertj.MockMvcTester;
import org.springframework.test.web.servlet.assertj.MvcTestResult;

/** Looking into servers, and what an operator may do to them. */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
@AutoConfigureMockMvc
class SysOverHttpTest {
  private static final String FIRST = "/v1/faulty-ones/";

  private final HttpClient client = HttpClient.newHttpClient();
  private final Script script;
  private final Servers servers;
  private final MeterRegistry meters;
  private final int port;

  SysOverHttpTest(
      @Autowired MockMvcTester http,
      @Autowired Servers servers,
      @Autowired MeterRegistry meters,
      @LocalServerPort int port) {
    this.meters = meters;
    this.script = new Script(http);
    this.servers = servers;
    this.port = port;
  }

  @AfterEach
  void hangUp() {
    client.shutdownNow();
  }

  private MvcTestResult get(String path) {
    return script.send("GET", path, null);
  }

  private MvcTestResult post(String path, String body) {
    return script.send("POST", path, body);
  }

  private List<String> strings(String path, String member) {
    return JsonPath.read(Script.text(get(path)), member);
  }

  private static <T> CompletableFuture<T> async(Supplier<T> work) {
    CompletableFuture<T> done = new CompletableFuture<>();
    Thread.ofVirtual()
        .start(() -> {
          try {
            done.complete(work.get());
          } catch (Throwable e) {
            done.completeExceptionally(e);
          }
        });
    return done;
  }

  // Whom it may concern.

  @ParameterizedTest
  @CsvSource({
    "GET,sys/state",
    "PUT,sys/state",
    "POST,sys/suspend",
    "POST,sys/resume",
    "POST,sys/restart",
    "POST,sys/kill",
    "GET,sys/statistics",
    "DELETE,sys/statistics",
    "GET,sys/mailbox",
    "GET,sys/trace",
    "GET,down",
    "GET,events"
  })
  void row_ofNobody(String method, String row) {
    String body = method.equals("PUT") ? "1" : "";
    script.play(
        """
        %1$s /v1/counters/nobody/%2$s %3$s -> 404 no-server
        %1$s /v1/nothing/nobody/%2$s %3$s -> 404 unknown-kind
        %1$s /v1/counters/no+body/%2$s %3$s -> 400 malformed name
        GET /v1/counters/nobody -> 404 no-server
        """
            .formatted(method, row, body));
  }

  @Test
  void parameters_malformed() {
    script.play(
        """
        PUT /v1/counters/strict -> 201 *
        GET /v1/counters/strict/sys/state?reveal=true -> 400 malformed reveal
        GET /v1/counters/strict/sys/state?reveal=maybe -> 400 malformed reveal
        GET /v1/counters/strict/sys/trace?content=maybe -> 400 malformed content
        GET /v1/counters/strict/down?wait=11m -> 400 malformed wait
        GET /v1/counters/strict/down?wait=soon -> 400 malformed wait
        """);
    for (String path : List.of("/v1/events", "/v1/counters/strict/events")) {
      Stream stream = stream(path, "Last-Event-ID", "x");
      assertThat(stream.response.statusCode()).isEqualTo(400);
      assertThat(stream.all())
          .contains("\"code\":\"malformed\"")
          .contains("Last-Event-ID: must be");
    }
  }

  // State.

  @Test
  void state_isPutBackAsItWas() {
    script.play(
        """
        PUT /v1/kv-stores/looked-at/entries/a {"value":1.50} -> 202
        PUT /v1/kv-stores/looked-at/entries/users/1 {"value":[null,1e3,"…"]} -> 202
        GET /v1/kv-stores/looked-at/keys -> 200 {"keys":["a","users/1"]}
        """);
    String state = Script.text(get("/v1/kv-stores/looked-at/sys/state"));
    assertThat(state).contains("1.50").contains("users/1");
    script.play(
        """
        POST /v1/kv-stores/looked-at/clear -> 202
        GET /v1/kv-stores/looked-at/keys -> 200 {"keys":[]}
        PUT /v1/kv-stores/looked-at/sys/state %s -> 204
        GET /v1/kv-stores/looked-at/keys -> 200 {"keys":["a","users/1"]}
        """
            .formatted(state));
    assertThat(Script.text(get("/v1/kv-stores/looked-at/sys/state"))).isEqualTo(state);
    assertThat(Script.text(get("/v1/kv-stores/looked-at/entries/a"))).isEqualTo("{\"value\":1.50}");
  }

  @Test
  void state_notOfTheKind() {
    script.play(
        """
        PUT /v1/counters/typed {"initialValue":7} -> 201 *
        PUT /v1/counters/typed/sys/state "x" -> 422 invalid-state
        PUT /v1/counters/typed/sys/state 1.5 -> 422 invalid-state
        PUT /v1/counters/typed/sys/state {"value":1} -> 422 invalid-state
        PUT /v1/counters/typed/sys/state null -> 422 invalid-state body
        PUT /v1/kv-stores/typed -> 201 *
        PUT /v1/kv-stores/typed/sys/state null -> 422 invalid-state body: must be an object
        PUT /v1/stacks/typed -> 201 *
        PUT /v1/stacks/typed/sys/state {"foo":1} -> 422 invalid-state state: must have the keys 0, 1
        PUT /v1/stacks/typed/sys/state {"0":"a","01":"b"} -> 422 invalid-state state: must have
        PUT /v1/stacks/typed/sys/state {"0":"a","1":"b"} -> 204
        GET /v1/stacks/typed/peek -> 200 {"item":"b"}
        PUT /v1/caches/typed {"maxSize":1} -> 201 *
        PUT /v1/caches/typed/sys/state {} -> 422 invalid-state byKey: must be an object
        PUT /v1/caches/typed/sys/state {"byKey":{},"uses":0,"hits":-5,"misses":0,"evictions":0,"expirations":0} -> 422 invalid-state
        PUT /v1/counters/typed/sys/state {"value": -> 400 malformed body
        PUT /v1/counters/typed/sys/state -> 400 malformed body
        PUT /v1/session-stores/typed -> 201 *
        PUT /v1/session-stores/typed/sys/state {"byId":{},"created":0,"swept":0,"lost":0} -> 422 invalid-state lost
        PUT /v1/session-stores/typed/sys/state {"byId":{"a":{"userId":1}},"created":0,"swept":0} -> 422 invalid-state entry a
        PUT /v1/session-stores/typed/sys/state {"byId":[],"created":0,"swept":0} -> 422 invalid-state byId
        PUT /v1/session-stores/typed/sys/state {"byId":{},"created":"x","swept":0} -> 422 invalid-state created
        PUT /v1/session-stores/typed/sys/state {"byId":{},"created":0} -> 422 invalid-state swept
        GET /v1/counters/typed/sys/state -> 200 7
        """);
  }

  @Test
  void state_sensitive_isHidden() {
    MvcTestResult made =
        post("/v1/session-stores/private/sessions", "{\"userId\":\"bob\",\"data\":{\"pin\":1234}}");
    String id = JsonPath.read(Script.text(made), "$.sessionId");
    String state = Script.text(get("/v1/session-stores/private/sys/state"));
    assertThat(state).doesNotContain(id, "bob", "pin", "1234").contains("\"created\":1");
    assertThat(JsonPath.<List<String>>read(state, "$.byId[*].key")).containsExactly("…");
    assertThat(JsonPath.<List<String>>read(state, "$.byId[*].row.data")).containsExactly("…");
    script.play(
        "PUT /v1/session-stores/private/sys/state %s -> 422 invalid-state byId".formatted(state));
    assertThat(get("/v1/session-stores/private/sessions/" + id)).hasStatus(200);
  }

  // Holding up.

  @Test
  void suspended_takesInAndHandlesNone() {
    script.play(
        """
        PUT /v1/counters/held -> 201 *
        POST /v1/counters/held/sys/suspend -> 204
        POST /v1/counters/held/sys/suspend -> 204
        GET /v1/counters/held -> 200 ~{"status":"suspended"}
        POST /v1/counters/held/cast/increment -> 202
        POST /v1/counters/held/cast/increment {"by":2} -> 202
        """);
    MvcTestResult late = post("/v1/counters/held/increment?timeout=10ms", null);
    assertThat(late).hasStatus(504).bodyJson().extractingPath("$.started").isEqualTo(false);
    assertThat(strings("/v1/counters/held/sys/mailbox", "$.waiting[*].operation"))
        .startsWith("increment", "increment");
    script.play(
        """
        GET /v1/counters/held -> 200 ~{"status":"suspended","mailbox":3}
        GET /v1/counters/held/sys/state -> 200 0
        PUT /v1/counters/held/sys/state 10 -> 204
        GET /v1/counters/held/sys/state -> 200 10
        POST /v1/counters/held/sys/restart -> 204
        GET /v1/counters/held -> 200 ~{"status":"suspended","restarts":1}
        GET /v1/counters/held/sys/mailbox -> 200 ~{"size":3}
        POST /v1/counters/held/sys/resume -> 204
        POST /v1/counters/held/sys/resume -> 204
        GET /v1/counters/held/value -> 200 {"value":13}
        GET /v1/counters/held/sys/statistics -> 200 ~{"operations":{"increment":{"outcomes":{"replied":2,"dropped":1}},"value":{"outcomes":{"replied":1}}}}
        DELETE /v1/counters/held/sys/statistics -> 204
        GET /v1/counters/held/sys/statistics -> 200 {"operations":{}}
        GET /v1/counters/held/sys/mailbox -> 200 {"waiting":[],"size":0}
        """);
  }

  @Test
  void suspended_isStopped() {
    script.play(
        """
        PUT /v1/counters/stopped -> 201 *
        POST /v1/counters/stopped/sys/suspend -> 204
        POST /v1/counters/stopped/cast/increment -> 202
        DELETE /v1/counters/stopped -> 204
        POST /v1/counters/stopped/increment -> 200 {"value":1}
        """);
  }

  @Test
  void rows_whileTheHandlerHangs_andThousandsWait() throws Exception {
    script.play("PUT /v1/faulty-ones/stuck -> 201 *");
    try (Gate gate = new Gate("stuck")) {
      CompletableFuture<MvcTestResult> call =
          async(() -> post(FIRST + "stuck/call/wait?timeout=30s", "{\"gate\":\"stuck\"}"));
      gate.awaitReached();
      for (int i = 0; i < 2_000; i++) {
        post(FIRST + "stuck/cast/note", "{\"text\":\"x\"}");
      }
      MvcTestResult mailbox = get(FIRST + "stuck/sys/mailbox");
      assertThat(mailbox).bodyJson().extractingPath("$.inHand.operation").isEqualTo("wait");
      assertThat(mailbox).bodyJson().extractingPath("$.inHand.origin").isEqualTo("call");
      assertThat(mailbox).bodyJson().extractingPath("$.inHand.deadlineMillis").isNotNull();
      assertThat(mailbox).bodyJson().extractingPath("$.waiting.length()").isEqualTo(1000);
      script.play(
          """
          GET /v1/faulty-ones/stuck/sys/state -> 200 {"texts":[],"waiting":[]}
          PUT /v1/faulty-ones/stuck/sys/state {"texts":["other"],"waiting":[]} -> 202
          GET /v1/faulty-ones/stuck/sys/statistics -> 200 *
          DELETE /v1/faulty-ones/stuck/sys/statistics -> 204
          POST /v1/faulty-ones/stuck/sys/suspend -> 204
          POST /v1/faulty-ones/stuck/sys/kill -> 204
          """);
      assertThat(call.join())
          .hasStatus(500)
          .bodyJson()
          .extractingPath("$.code")
          .isEqualTo("crashed");
      script.play(
          """
          GET /v1/faulty-ones/stuck -> 200 ~{"status":"suspended","restarts":1}
          DELETE /v1/faulty-ones/stuck -> 204
          """);
    }
  }

  @Test
  void restartedTooOften_isHeldDown() {
    script.play(
        """
        PUT /v1/faulty-ones/falling?maxRestarts=0&maxSeconds=60 -> 201 *
        POST /v1/faulty-ones/falling/call/note {"text":"x"} -> 200 1
        GET /v1/faulty-ones/falling/down?wait=1ms -> 204
        POST /v1/faulty-ones/falling/sys/kill -> 204
        GET /v1/faulty-ones/falling/down -> 200 ~{"reason":"killed"}
        GET /v1/faulty-ones/falling -> 200 ~{"status":"restarting","restarts":1}
        POST /v1/faulty-ones/falling/call/note {"text":"y"} -> 503 restarting
        POST /v1/faulty-ones/falling/cast/note {"text":"y"} -> 503 restarting
        GET /v1/faulty-ones/falling/sys/state -> 200 {"texts":["x"],"waiting":[]}
        GET /v1/faulty-ones/falling/sys/mailbox -> 200 *
        GET /v1/faulty-ones/falling/sys/statistics -> 200 *
        """);
    script.await("/v1/faulty-ones/falling", "status", "running");
    script.play("POST /v1/faulty-ones/falling/call/note {\"text\":\"y\"} -> 200 2");
  }

  // Options.

  @Test
  void options_sameAgain() {
    script.play(
        """
        PUT /v1/counters/chosen?restart=permanent&maxRestarts=1&maxSeconds=7&onCrash=init -> 201 *
        PUT /v1/counters/chosen?restart=permanent&maxRestarts=1&maxSeconds=7&onCrash=init -> 200 *
        PUT /v1/counters/chosen?maxSeconds=7 -> 200 *
        PUT /v1/counters/chosen -> 200 *
        PUT /v1/counters/chosen?restart=transient -> 409 already-started
        PUT /v1/counters/chosen?maxRestarts=3 -> 409 already-started
        PUT /v1/counters/chosen?maxSeconds=5 -> 409 already-started
        PUT /v1/counters/chosen?onCrash=keep -> 409 already-started
        PUT /v1/counters/usual -> 201 *
        PUT /v1/counters/usual?restart=transient&maxRestarts=3&maxSeconds=5&onCrash=keep -> 200 *
        POST /v1/counters?restart=temporary&onCrash=init -> 201 *
        """);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "restart=never",
        "restart=",
        "maxRestarts=-1",
        "maxRestarts=many",
        "maxRestarts=1000001",
        "maxSeconds=0",
        "maxSeconds=1.5",
        "maxSeconds=86401",
        "onCrash=panic",
        "durability=stone",
        "durability=fsync"
      })
  void option_malformed(String option) {
    script.play(
        """
        PUT /v1/counters/bad-option?%1$s -> 400 malformed %2$s: must be
        POST /v1/counters?%1$s -> 400 malformed %2$s: must be
        GET /v1/counters/bad-option -> 404 no-server
        """
            .formatted(option, option.replaceFirst("=.*", "")));
  }

  @Test
  void onCrash_init_beginsFromTheArguments() {
    script.play("PUT /v1/faulty-ones/anew?onCrash=init -> 201 *");
    script.play("POST /v1/faulty-ones/anew/call/note {\"text\":\"x\"} -> 200 1");
    assertThat(post(FIRST + "anew/call/crash", null))
        .hasStatus(500)
        .bodyJson()
        .extractingPath("$.stateKept")
        .isEqualTo(false);
    script.play("POST /v1/faulty-ones/anew/call/texts -> 200 []");
  }

  // Waiting for the end.

  private CompletableFuture<MvcTestResult> waitForDown(String server) {
    int before = Waiters.forEvents(servers);
    CompletableFuture<MvcTestResult> down = async(() -> get(server + "/down?wait=30s"));
    await().until(() -> Waiters.forEvents(servers) > before);
    return down;
  }

  private static void assertDown(CompletableFuture<MvcTestResult> down, String reason) {
    Map<?, ?> body = Script.body(down.join());
    assertThat(down.join()).hasStatus(200);
    assertThat(body.get("reason")).isEqualTo(reason);
    assertThat(Instant.parse((String) body.get("at")))
        .isBetween(Instant.now().minusSeconds(30), Instant.now().plusSeconds(1));
  }

  @Test
  void down_whenItIsStoppedOrRestarted() {
    script.play("PUT /v1/counters/watched-over -> 201 *");
    var killed = waitForDown("/v1/counters/watched-over");
    script.play("POST /v1/counters/watched-over/sys/kill -> 204");
    assertDown(killed, "killed");
    var restarted = waitForDown("/v1/counters/watched-over");
    script.play("POST /v1/counters/watched-over/sys/restart -> 204");
    assertDown(restarted, "restarted");
    var stopped = waitForDown("/v1/counters/watched-over");
    script.play("DELETE /v1/counters/watched-over -> 204");
    assertDown(stopped, "normal");
  }

  @Test
  void down_notInTime() {
    script.play("PUT /v1/counters/steady -> 201 *");
    script.play("GET /v1/counters/steady/down?wait=20ms -> 204");
  }

  // Streams.

  /** A stream as its client reads it. */
  private record Stream(HttpResponse<InputStream> response, BufferedReader lines) {
    /** The next event with its lines joined by blanks. */
    String next() {
      try {
        List<String> event = new ArrayList<>();
        for (String line; (line = lines.readLine()) != null; ) {
          if (!line.isEmpty()) {
            event.add(line);
          } else if (!event.isEmpty()) {
            return String.join(" ", event);
          }
        }
        return "over";
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    String all() {
      return lines.lines().toList().toString();
    }
  }

  private Stream stream(String path, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path));
    if (headers.length > 0) {
      request.headers(headers);
    }
    try {
      var response = client.send(request.build(), BodyHandlers.ofInputStream());
      return new Stream(
          response,
          new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String idIn(String event) {
    return event.replaceFirst(".*id: (\\d+).*", "$1");
  }

  private static void assertEvent(String event, String type, String reason) {
    assertThat(event).matches("event: " + type + " id: \\d+ data: \\{.*\"at\":\"[-\\d:TZ.]+\"}");
    assertThat(event)
        .contains("{\"kind\":\"counters\",\"name\":\"told\",\"reason\":\"" + reason + "\",");
  }

  @Test
  void events_liveAndAfterwards() {
    Stream all = stream("/v1/events");
    assertThat(all.response.headers().firstValue("content-type")).contains("text/event-stream");
    script.play("PUT /v1/counters/told -> 201 *");
    assertEvent(all.next(), "started", "started");
    Stream live = stream("/v1/counters/told/events");
    script.play(
        """
        PUT /v1/counters/not-told -> 201 *
        POST /v1/counters/told/sys/suspend -> 204
        POST /v1/counters/told/sys/suspend -> 204
        POST /v1/counters/told/sys/resume -> 204
        POST /v1/counters/told/sys/kill -> 204
        """);
    String suspended = live.next();
    assertEvent(suspended, "suspended", "suspended");
    Stream again = stream("/v1/counters/told/events", "Last-Event-ID", idIn(suspended));
    for (Stream stream : List.of(live, again)) {
      assertEvent(stream.next(), "resumed", "resumed");
      assertEvent(stream.next(), "crashed", "killed");
      assertEvent(stream.next(), "restarted", "killed");
    }
    script.play("DELETE /v1/counters/told -> 204");
    assertEvent(live.next(), "stopped", "normal");
    assertThat(all.next()).contains("\"not-told\"");
    assertEvent(all.next(), "suspended", "suspended");
  }

  @Test
  void trace_withoutContent() {
    script.play("PUT /v1/counters/traced -> 201 *");
    Stream trace = stream("/v1/counters/traced/sys/trace");
    script.play("POST /v1/counters/traced/increment {\"by\":4711} -> 200 *");
    assertThat(trace.next())
        .matches(
            "event: message data: \\{\"operation\":\"increment\",\"origin\":\"call\","
                + "\"outcome\":\"replied\",\"waitedMicros\":\\d+,\"handledMicros\":\\d+}");
  }

  @Test
  void trace_withContent() {
    script.play("PUT /v1/counters/traced-whole -> 201 *");
    Stream trace = stream("/v1/counters/traced-whole/sys/trace?content=true");
    script.play("POST /v1/counters/traced-whole/cast/increment {\"by\":4711} -> 202");
    assertThat(trace.next()).contains("\"origin\":\"cast\"").endsWith("\"content\":{\"by\":4711}}");
  }

  @Test
  void trace_sensitive_isHidden() {
    script.play("PUT /v1/session-stores/traced -> 201 *");
    Stream trace = stream("/v1/session-stores/traced/sys/trace?content=true");
    script.play(
        """
        POST /v1/session-stores/traced/sessions {"userId":"bob","data":{"pin":1234}} -> 201 *
        GET /v1/session-stores/traced/sessions/secret -> 404 not-found
        """);
    assertThat(trace.next()).endsWith("\"content\":{\"userId\":\"…\",\"data\":\"…\"}}");
    assertThat(trace.next())
        .contains("\"outcome\":\"refused\"")
        .endsWith("\"content\":{\"sessionId\":\"…\"}}");
  }

  @Test
  void streams_areNotTimed() {
    for (String row : List.of("events", "sys/trace", "down", "sys/state")) {
      assertThat(stream("/v1/counters/nobody/" + row).response.statusCode()).isEqualTo(404);
    }
    await().until(() -> timed().contains("/v1/{kind}/{name}/sys/state"));
    assertThat(timed()).noneMatch(uri -> uri.matches(".*/(events|trace|down)"));
  }

  private List<String> timed() {
    return meters.find("http.server.requests").timers().stream()
        .map(timer -> timer.getId().getTag("uri"))
        .toList();
  }

  // What is no use of a server.

  /**
   * Were a look put in its mailbox, its idle time would begin anew each time, and never be over.
   */
  @Test
  void looking_doesNotPutOffIdleTimeouts() {
    script.play("PUT /v1/faulty-ones/idle -> 201 *");
    script.play(
        "POST /v1/faulty-ones/idle/call/idle {\"after\":\"500ms\",\"text\":\"alone\"} -> 200 {}");
    await()
        .pollInterval(java.time.Duration.ofMillis(20))
        .until(() -> {
          for (String row : List.of("sys/mailbox", "sys/statistics", "down?wait=1ms", "")) {
            get(FIRST + "idle/" + row);
          }
          return Script.text(get(FIRST + "idle/sys/state")).contains("alone");
        });
  }
}
