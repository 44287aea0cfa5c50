package dev.genserver.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.genserver.kinds.Misbehaving;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.webmvc.test.autoconfigure.AutoConfigureMockMvc;
import org.springframework.http.HttpMethod;
import org.springframework.test.web.servlet.assertj.MockMvcTester;
import org.springframework.test.web.servlet.assertj.MvcTestResult;

/** What the contract has beyond call and cast. */
@SpringBootTest(properties = "genserver.max-batch=5")
@AutoConfigureMockMvc
class BeyondTest {
  private static final String TAG = "\"[0-9a-z]+-[0-9a-z]+\"";

  private final MockMvcTester http;
  private final Script script;

  BeyondTest(@Autowired MockMvcTester http) {
    this.http = http;
    this.script = new Script(http);
  }

  /** Sends a request with these headers, a name, a colon and a value each. */
  private MvcTestResult send(String line, String body, String... headers) {
    String[] words = line.split(" ", 2);
    var request = http.method(HttpMethod.valueOf(words[0])).uri(words[1]);
    for (String header : headers) {
      String[] nameAndValue = header.split(": ", 2);
      request.header(nameAndValue[0], nameAndValue[1]);
    }
    return body == null
        ? request.exchange()
        : request.contentType("application/json").content(body).exchange();
  }

  private String tag(String path) {
    String tag = tagOf(send("GET " + path, null));
    assertThat(tag).matches(TAG);
    return tag;
  }

  private static String tagOf(MvcTestResult result) {
    return result.getResponse().getHeader("ETag");
  }

  private static void assertProblem(
      MvcTestResult result, int status, String code, String server, Map<String, ?> extras) {
    assertThat(result).hasStatus(status);
    Script.assertProblem(result, code, server, extras);
  }

  // Timers.

  @Test
  void cast_delayed() {
    MvcTestResult set = send("POST /v1/counters/delayed/cast/increment?delay=1h", "{\"by\":2}");
    assertThat(set).hasStatus(202);
    String path = assertTimer(set, "/v1/counters/delayed/timers/");
    script.play(
        """
        GET /v1/counters/delayed/value -> 200 {"value":0}
        GET /v1/counters/delayed/timers -> 200 ~{"timers":[{"operation":"increment","own":false}]}
        GET /v1/counters/delayed -> 200 ~{"status":"running"}
        """);
    Map<?, ?> timer = timers("/v1/counters/delayed").getFirst();
    assertThat(timer.get("id")).isEqualTo(Script.body(set).get("timer"));
    assertThat(timer.containsKey("every")).isFalse();
    assertThat(Instant.parse((String) timer.get("due")))
        .isBetween(Instant.now().plusSeconds(3500), Instant.now().plusSeconds(3600));
    assertThat(send("DELETE " + path, null))
        .bodyJson()
        .extractingPath("$.remaining")
        .asString()
        .matches("3[56]\\d\\d(\\.\\d{1,3})?s");
    script.play(
        """
        DELETE %s -> 404 not-found
        GET /v1/counters/delayed/timers -> 200 {"timers":[]}
        """
            .formatted(path));
  }

  private static String assertTimer(MvcTestResult set, String prefix) {
    String id = (String) Script.body(set).get("timer");
    assertThat(Script.body(set)).hasSize(1);
    assertThat(set).hasHeader("Location", prefix + id);
    return prefix + id;
  }

  @SuppressWarnings("unchecked")
  private List<Map<?, ?>> timers(String server) {
    return (List<Map<?, ?>>) Script.body(send("GET " + server + "/timers", null)).get("timers");
  }

  @Test
  void cast_delayed_comes() {
    script.play("POST /v1/counters/soon/cast/increment?delay=1ms {\"by\":5} -> 202 *");
    Awaitility.await().until(() -> value("soon") == 5);
    script.play(
        """
        GET /v1/counters/soon/timers -> 200 {"timers":[]}
        POST /v1/counters/soon/cast/increment?delay=0ms -> 202 *
        """);
    Awaitility.await().until(() -> value("soon") == 6);
  }

  private int value(String counter) {
    return (int) Script.body(send("GET /v1/counters/" + counter + "/value", null)).get("value");
  }

  @Test
  void cast_repeated() {
    MvcTestResult set = send("POST /v1/counters/often/cast/increment?every=10ms", null);
    assertThat(set).hasStatus(202);
    String path = assertTimer(set, "/v1/counters/often/timers/");
    Awaitility.await().until(() -> value("often") >= 3);
    assertThat(timers("/v1/counters/often").getFirst().get("every")).isEqualTo("10ms");
    script.play("DELETE %s -> 200 *".formatted(path));
    int value = value("often");
    script.play("GET /v1/counters/often/timers -> 200 {\"timers\":[]}");
    assertThat(value("often")).isEqualTo(value);
  }

  @Test
  void cast_delayedAndRepeated() {
    script.play(
        """
        POST /v1/counters/both/cast/increment?delay=1h&every=10s -> 202 *
        POST /v1/counters/both/cast/reset?delay=10m -> 202 *
        POST /v1/counters/both/cast/value?every=1d -> 202 *
        GET /v1/counters/both/timers -> 200 ~{"timers":[{"operation":"reset"},{"operation":"increment","every":"10s"},{"operation":"value","every":"1d"}]}
        """);
  }

  @Test
  void cast_badTimes() {
    script.play(
        """
        POST /v1/counters/times/cast/increment?delay=x -> 400 malformed delay:
        POST /v1/counters/times/cast/increment?delay= -> 400 malformed delay:
        POST /v1/counters/times/cast/increment?delay=-1s -> 400 malformed delay:
        POST /v1/counters/times/cast/increment?delay=3651d -> 400 malformed delay:
        POST /v1/counters/times/cast/increment?every=9ms -> 400 malformed every:
        POST /v1/counters/times/cast/increment?every=0s -> 400 malformed every:
        POST /v1/counters/times/cast/increment?every=1.5s -> 400 malformed every:
        POST /v1/counters/times/cast/increment?every=3651d -> 400 malformed every:
        POST /v1/counters/times/cast/increment?delay=1s {"by":"1"} -> 400 malformed by:
        POST /v1/counters/times/cast/nothing?delay=1s -> 404 unknown-operation
        GET /v1/counters/times -> 404 no-server
        GET /v1/counters/times/timers -> 404 no-server
        DELETE /v1/counters/times/timers/x -> 404 no-server
        GET /v1/nothing/times/timers -> 404 unknown-kind
        """);
  }

  @Test
  void timers_own() {
    script.play(
        """
        POST /v1/session-stores/own/sessions {"userId":"u"} -> 201 *
        POST /v1/session-stores/own/cast/stats?delay=1h -> 202 *
        GET /v1/session-stores/own/timers -> 200 ~{"timers":[{"id":"sweep","operation":"sweep","own":true},{"operation":"stats","own":false}]}
        DELETE /v1/session-stores/own/timers/sweep -> 409 own-timer
        DELETE /v1/session-stores/own/timers/nothing -> 404 not-found
        GET /v1/session-stores/own/timers -> 200 ~{"timers":[{"id":"sweep"},{"own":false}]}
        """);
  }

  @Test
  void timers_areGoneWithTheirServer() {
    script.play(
        """
        POST /v1/counters/gone/cast/increment?delay=1h -> 202 *
        DELETE /v1/counters/gone -> 204
        GET /v1/counters/gone/timers -> 404 no-server
        PUT /v1/counters/gone -> 201 *
        GET /v1/counters/gone/timers -> 200 {"timers":[]}
        """);
  }

  @ParameterizedTest
  @ValueSource(strings = {"If-Match: *", "If-None-Match: *", "Idempotency-Key: a"})
  void headers_whereNothingIsTied(String header) {
    String name = header.substring(0, header.indexOf(':'));
    String item = "[{\"operation\":\"value\"}]";
    String many = "{\"names\":[\"a\"]}";
    if (!name.equals("If-None-Match")) {
      assertNotTaken(send("GET /v1/counters/tied/timers", null, header), name);
    }
    assertNotTaken(send("DELETE /v1/counters/tied/timers/x", null, header), name);
    assertNotTaken(send("POST /v1/counters/tied/batch", item, header), name);
    assertNotTaken(send("POST /v1/counters/multi-call/value", many, header), name);
    assertNotTaken(send("POST /v1/counters/abcast/reset", many, header), name);
  }

  private static void assertNotTaken(MvcTestResult result, String header) {
    assertThat(result).hasStatus(400);
    assertThat(result).bodyJson().extractingPath("$.detail").asString().startsWith(header + ":");
  }

  // Batches.

  @Test
  void batch_eachForItself() {
    assertThat(
            send(
                "POST /v1/counters/batch-each/batch",
                """
                [{"operation":"increment","arguments":{"by":9223372036854775807}},
                 {"operation":"increment"},
                 {"operation":"reset"},
                 {"operation":"value","arguments":{}}]
                """))
        .hasStatusOk()
        .bodyJson()
        .isStrictlyEqualTo(
            """
            {"replies":[
              {"status":200,"body":{"value":9223372036854775807}},
              {"status":409,"body":{"type":"urn:genserver:problem:out-of-range","title":"Conflict",
                "status":409,"code":"out-of-range",
                "detail":"9223372036854775807 plus 1 is more than 64 bits hold",
                "server":"counters/batch-each","retryable":false}},
              {"status":200,"body":{}},
              {"status":200,"body":{"value":0}}]}
            """);
    script.play("GET /v1/counters/batch-each -> 200 ~{\"handled\":4}");
  }

  @Test
  void batch_itemsThatAreNone() {
    script.play(
        """
        POST /v1/counters/batch-items/batch [{"operation":"fly"},{"operation":"increment","arguments":{"by":"1"}},{"operation":"increment","arguments":{"by":3}},null] -> 200 ~{"replies":[{"status":404,"body":{"code":"unknown-operation","server":"counters/batch-items"}},{"status":400,"body":{"code":"malformed"}},{"status":200,"body":{"value":3}},{"status":400,"body":{"code":"malformed"}}]}
        POST /v1/counters/batch-items/batch [{"operation":"increment","arguments":null},{"operation":"increment","arguments":[1]}] -> 200 ~{"replies":[{"status":400},{"status":400}]}
        POST /v1/caches/batch-items/batch [{"operation":"get","arguments":{"key":""}},{"operation":"get"}] -> 200 ~{"replies":[{"status":400},{"status":400}]}
        POST /v1/counters/batch-items/batch [] -> 200 {"replies":[]}
        POST /v1/counters/batch-items/batch [{}] -> 400 malformed [0].operation:
        POST /v1/counters/batch-items/batch [{"operation":"value"},{"operation":1}] -> 400 malformed [1].operation:
        POST /v1/counters/batch-items/batch [{"operation":"value","more":1}] -> 400 malformed [0].more:
        POST /v1/counters/batch-items/batch {} -> 400 malformed body:
        POST /v1/counters/batch-items/batch null -> 400 malformed body:
        POST /v1/counters/batch-items/batch 5 -> 400 malformed body:
        POST /v1/counters/batch-items/batch -> 400 malformed body:
        POST /v1/counters/batch-items/batch?atomic=perhaps [] -> 400 malformed atomic: must be true or false
        POST /v1/nothing/batch-items/batch [] -> 404 unknown-kind
        POST /v1/counters/batch-items/batch [{"operation":"value"},{"operation":"value"},{"operation":"value"},{"operation":"value"},{"operation":"value"}] -> 200 *
        POST /v1/counters/batch-items/batch [null,null,null,null,null,null] -> 400 malformed body: must have at most 5
        GET /v1/counters/batch-items/value -> 200 {"value":3}
        """);
  }

  @Test
  void batch_startsAServer() {
    script.play(
        """
        GET /v1/stacks/batch-starts -> 404 no-server
        POST /v1/stacks/batch-starts/batch [{"operation":"push","arguments":{"item":null}},{"operation":"pop"}] -> 200 {"replies":[{"status":200,"body":{}},{"status":200,"body":{"item":null}}]}
        GET /v1/stacks/batch-starts -> 200 ~{"handled":2}
        """);
  }

  @Test
  void batch_crash() {
    script.play(
        """
        POST /v1/misbehaving/batch-crash/batch [{"operation":"crash"}] -> 200 ~{"replies":[{"status":500,"body":{"code":"crashed","stateKept":true}}]}
        GET /v1/misbehaving/batch-crash -> 200 ~{"crashes":1}
        """);
  }

  @Test
  void atomic_done() {
    script.play(
        """
        POST /v1/kv-stores/atomic-done/batch?atomic=true [{"operation":"put","arguments":{"key":"a","value":1}},{"operation":"get","arguments":{"key":"a"}}] -> 200 {"replies":[{"status":200,"body":{}},{"status":200,"body":{"value":1}}]}
        GET /v1/kv-stores/atomic-done/entries/a -> 200 {"value":1}
        """);
  }

  @Test
  void atomic_refused() {
    String put = "{\"operation\":\"put\",\"arguments\":{\"key\":\"a\",\"value\":1}}";
    String path = "POST /v1/kv-stores/atomic/batch?atomic=true";
    String server = "kv-stores/atomic";
    assertProblem(
        send(
            path,
            "[%s,%s,{\"operation\":\"delete\",\"arguments\":{\"key\":\"b\"}}]".formatted(put, put)),
        404,
        "not-found",
        server,
        Map.of("item", 2));
    assertProblem(
        send(path, "[%s,{\"operation\":\"fly\"}]".formatted(put)),
        404,
        "unknown-operation",
        server,
        Map.of("item", 1));
    assertProblem(
        send(path, "[%s,null]".formatted(put)), 400, "malformed", server, Map.of("item", 1));
    assertProblem(
        send(path, "[{\"operation\":\"put\",\"arguments\":{}},%s]".formatted(put)),
        400,
        "malformed",
        server,
        Map.of("item", 0));
    script.play(
        """
        GET /v1/kv-stores/atomic/keys -> 200 {"keys":[]}
        GET /v1/kv-stores/atomic -> 200 ~{"version":0}
        """);
  }

  @Test
  void atomic_crashed() {
    assertProblem(
        send("POST /v1/misbehaving/atomic-crash/batch?atomic=true", "[{\"operation\":\"crash\"}]"),
        500,
        "crashed",
        "misbehaving/atomic-crash",
        Map.of("item", 0, "stateKept", true));
  }

  @Test
  void batch_keys() {
    script.play(
        """
        POST /v1/counters/batch-keys/batch [{"operation":"increment","idempotencyKey":"k"},{"operation":"increment","idempotencyKey":"k"},{"operation":"increment","arguments":{"by":2},"idempotencyKey":"k"}] -> 200 ~{"replies":[{"status":200,"body":{"value":1}},{"status":200,"body":{"value":1},"replayed":true},{"status":422,"body":{"code":"key-reused"}}]}
        POST /v1/counters/batch-keys/batch [{"operation":"increment","idempotencyKey":"k"},{"operation":"increment","idempotencyKey":""}] -> 200 ~{"replies":[{"body":{"value":1},"replayed":true},{"status":400,"body":{"code":"malformed"}}]}
        GET /v1/counters/batch-keys/value -> 200 {"value":1}
        """);
    MvcTestResult alone =
        send("POST /v1/counters/batch-keys/increment", null, "Idempotency-Key: k");
    assertThat(alone).hasStatusOk().hasHeader("Idempotency-Replayed", "true");
  }

  @Test
  void batch_keysOfOneThatWasUndone() {
    script.play("POST /v1/counters/undone/increment -> 200 {\"value\":1}");
    assertThat(
            send(
                "POST /v1/counters/undone/batch?atomic=true",
                "[{\"operation\":\"increment\",\"idempotencyKey\":\"l\"},"
                    + "{\"operation\":\"increment\",\"arguments\":{\"by\":9223372036854775807}}]"))
        .hasStatus(409);
    MvcTestResult first = send("POST /v1/counters/undone/increment", null, "Idempotency-Key: l");
    assertThat(first).hasStatusOk().doesNotContainHeader("Idempotency-Replayed");
    script.play("GET /v1/counters/undone/value -> 200 {\"value\":2}");
  }

  // Many servers.

  @Test
  void multiCall_names() {
    script.play(
        """
        PUT /v1/counters/many-a {"initialValue":1} -> 201 *
        PUT /v1/counters/many-b {"initialValue":9223372036854775807} -> 201 *
        POST /v1/counters/multi-call/increment {"names":["many-b","many-a","many-x","many-a"],"arguments":{"by":2}} -> 200 ~{"replies":{"many-a":{"value":3}},"failed":{"many-b":{"status":409,"code":"out-of-range","server":"counters/many-b"},"many-x":{"status":404,"code":"no-server","server":"counters/many-x"}}}
        POST /v1/counters/multi-call/increment {"names":[]} -> 200 {"replies":{},"failed":{}}
        POST /v1/counters/multi-call/reset {"names":["many-a"]} -> 200 {"replies":{"many-a":{}},"failed":{}}
        GET /v1/counters/many-a/value -> 200 {"value":0}
        GET /v1/counters/many-x -> 404 no-server
        """);
  }

  @Test
  void multiCall_prefix() {
    script.play(
        """
        PUT /v1/stacks/pre-a {"items":[1]} -> 201 *
        PUT /v1/stacks/pre-b {"items":[2]} -> 201 *
        PUT /v1/stacks/other -> 201 *
        POST /v1/stacks/multi-call/peek {"prefix":"pre-"} -> 200 {"replies":{"pre-a":{"item":1},"pre-b":{"item":2}},"failed":{}}
        POST /v1/stacks/multi-call/pop {"prefix":"pre-"} -> 200 {"replies":{"pre-a":{"item":1},"pre-b":{"item":2}},"failed":{}}
        POST /v1/stacks/multi-call/peek {"prefix":"none"} -> 200 {"replies":{},"failed":{}}
        """);
    Map<?, ?> all = Script.body(send("POST /v1/stacks/multi-call/size", "{\"prefix\":\"\"}"));
    assertThat(((Map<?, ?>) all.get("replies")).keySet())
        .extracting(Object::toString)
        .contains("pre-a", "pre-b", "other");
  }

  @Test
  void multiCall_oneDeadline() {
    Misbehaving.holdUp("slow-a");
    Misbehaving.holdUp("slow-b");
    script.play(
        """
        PUT /v1/misbehaving/slow-a -> 201 *
        PUT /v1/misbehaving/slow-b -> 201 *
        POST /v1/misbehaving/multi-call/hang?timeout=50ms {"prefix":"slow-"} -> 200 ~{"replies":{},"failed":{"slow-a":{"code":"call-timeout"},"slow-b":{"code":"call-timeout"}}}
        """);
    Misbehaving.release("slow-a");
    Misbehaving.release("slow-b");
  }

  @Test
  void abcast() {
    script.play(
        """
        PUT /v1/counters/ab-a -> 201 *
        PUT /v1/counters/ab-b -> 201 *
        POST /v1/counters/abcast/increment {"names":["ab-a","ab-x"]} -> 202 {"sent":1}
        POST /v1/counters/abcast/increment {"prefix":"ab-","arguments":{"by":3}} -> 202 {"sent":2}
        POST /v1/counters/abcast/increment {"prefix":"none"} -> 202 {"sent":0}
        GET /v1/counters/ab-a/value -> 200 {"value":4}
        GET /v1/counters/ab-b/value -> 200 {"value":3}
        GET /v1/counters/ab-x -> 404 no-server
        """);
  }

  @ParameterizedTest
  @ValueSource(strings = {"multi-call", "abcast"})
  void many_refused(String way) {
    script.play(
        """
        POST /v1/counters/@/increment {} -> 400 malformed names:
        POST /v1/counters/@/increment {"names":["a"],"prefix":"a"} -> 400 malformed names:
        POST /v1/counters/@/increment {"names":["a","+"]} -> 400 malformed name:
        POST /v1/counters/@/increment {"names":["call"]} -> 400 malformed name:
        POST /v1/counters/@/increment {"names":[null]} -> 400 malformed names:
        POST /v1/counters/@/increment {"names":"a"} -> 400 malformed names:
        POST /v1/counters/@/increment {"names":["a"],"more":1} -> 400 malformed more:
        POST /v1/counters/@/increment {"names":["a"],"arguments":{"by":"1"}} -> 400 malformed by:
        POST /v1/counters/@/increment {"names":["a"],"arguments":null} -> 400 malformed
        POST /v1/counters/@/increment {"names":["a","b","c","d","e","f"]} -> 400 malformed names:
        POST /v1/counters/@/increment -> 400 malformed body:
        POST /v1/counters/@/nothing {"names":["a"]} -> 404 unknown-operation
        POST /v1/nothing/@/increment {"names":["a"]} -> 404 unknown-kind
        POST /v1/session-stores/@/sweep {"names":["a"]} -> 404 unknown-operation
        POST /v1/counters/@/increment?timeout=x {"names":["a"]} -> 400 malformed timeout:
        """
            .replace("@", way));
  }

  // Versions.

  @ParameterizedTest
  @CsvSource({
    "counters, increment, value",
    "stacks, push, size",
    "session-stores, sessions, stats",
  })
  void tag_ofAServer(String kind, String change, String query) {
    String server = "/v1/" + kind + "/tags";
    String body =
        change.equals("push")
            ? "{\"item\":1}"
            : change.equals("sessions") ? "{\"userId\":\"u\"}" : null;
    send("PUT " + server, null);
    String before = tag(server + "/" + query);
    assertThat(tag(server + "/" + query)).isEqualTo(before);
    send("POST " + server + "/" + change, body);
    assertThat(tag(server + "/" + query)).isNotEqualTo(before);
  }

  @Test
  void noneMatch_ofAQuery() {
    script.play("PUT /v1/counters/modified -> 201 *");
    String path = "GET /v1/counters/modified/value";
    String tag = tag("/v1/counters/modified/value");
    for (String known : List.of(tag, "W/" + tag, "\"x\", " + tag, "*")) {
      MvcTestResult same = send(path, null, "If-None-Match: " + known);
      assertThat(same).hasStatus(304).hasHeader("ETag", tag).body().isEmpty();
    }
    for (String other : List.of("\"x\"", "\"x\", \"y\"", "\"\"")) {
      assertThat(send(path, null, "If-None-Match: " + other)).hasStatusOk().hasHeader("ETag", tag);
    }
    script.play("POST /v1/counters/modified/increment -> 200 *");
    assertThat(send(path, null, "If-None-Match: " + tag)).hasStatusOk();
    assertNotTaken(send(path, null, "If-None-Match: x"), "If-None-Match");
    assertThat(send("GET /v1/counters/nobody/value", null, "If-None-Match: *")).hasStatus(404);
    assertThat(send("GET /v1/kv-stores/nobody/entries/a", null, "If-None-Match: *")).hasStatus(404);
  }

  @Test
  void match_ofAServer() {
    script.play("PUT /v1/counters/match -> 201 *");
    String tag = tag("/v1/counters/match/value");
    MvcTestResult done = send("POST /v1/counters/match/increment", null, "If-Match: " + tag);
    assertThat(done).hasStatusOk().bodyJson().isStrictlyEqualTo("{\"value\":1}");
    String next = tagOf(done);
    assertThat(next).matches(TAG).isNotEqualTo(tag).isEqualTo(tag("/v1/counters/match/value"));
    assertProblem(
        send("POST /v1/counters/match/increment", null, "If-Match: " + tag),
        412,
        "version-mismatch",
        "counters/match",
        Map.of());
    MvcTestResult reset = send("POST /v1/counters/match/reset", null, "If-Match: " + next);
    assertThat(reset).hasStatusOk().bodyJson().isStrictlyEqualTo("{}");
    assertThat(tagOf(reset)).isEqualTo(tag("/v1/counters/match/value"));
    assertThat(send("POST /v1/counters/match/reset", null, "If-Match: " + next)).hasStatus(412);
    MvcTestResult called =
        send("POST /v1/counters/match/call/increment", null, "If-Match: \"x\", " + tagOf(reset));
    assertThat(called).hasStatusOk();
    assertThat(tagOf(called)).isEqualTo(tag("/v1/counters/match/value"));
    assertThat(send("POST /v1/counters/match/increment", null, "If-Match: *")).hasStatusOk();
    assertThat(send("GET /v1/counters/match/value", null, "If-Match: " + tag)).hasStatus(412);
    script.play("GET /v1/counters/match/value -> 200 {\"value\":2}");
  }

  @Test
  void match_unlikely() {
    script.play("PUT /v1/counters/unlikely -> 201 *");
    String tag = tag("/v1/counters/unlikely/value");
    String path = "POST /v1/counters/unlikely/increment";
    assertThat(send(path, null, "If-Match: W/" + tag)).hasStatus(412);
    assertThat(send(path, null, "If-Match: \"x,\"")).hasStatus(412);
    assertThat(send("HEAD /v1/counters/unlikely/value", null, "If-None-Match: " + tag))
        .hasStatus(304);
    for (String bad : List.of("x", tag.replace("\"", ""), "\"x", "*, \"x\"", "\"x\" \"y\"", ",")) {
      assertNotTaken(send(path, null, "If-Match: " + bad), "If-Match");
    }
    assertNotTaken(
        send("POST /v1/counters/unlikely/cast/increment", null, "If-Match: " + tag), "If-Match");
    assertNotTaken(
        send("POST /v1/kv-stores/u/cast/put", "{\"key\":\"a\",\"value\":1}", "If-None-Match: *"),
        "If-None-Match");
    assertNotTaken(send(path, null, "If-None-Match: *"), "If-None-Match");
    assertNotTaken(
        send("PUT /v1/kv-stores/u/entries/a", "{\"value\":1}", "If-None-Match: " + tag),
        "If-None-Match");
    assertNotTaken(
        send("PUT /v1/kv-stores/u/entries/a", "{\"value\":1}", "If-None-Match: *", "If-Match: *"),
        "If-None-Match");
    script.play("GET /v1/counters/unlikely/value -> 200 {\"value\":0}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"kv-stores", "caches"})
  void tag_ofAnEntry(String kind) {
    String server = "/v1/" + kind + "/entries";
    send("PUT " + server + "/entries/a", "{\"value\":1}");
    String a = tag(server + "/entries/a");
    send("PUT " + server + "/entries/b", "{\"value\":1}");
    assertThat(tag(server + "/entries/a")).isEqualTo(a);
    assertThat(tag(server + "/entries/b")).isNotEqualTo(a);
    assertThat(send("GET " + server + "/entries/a", null, "If-None-Match: " + a)).hasStatus(304);

    MvcTestResult put = send("PUT " + server + "/entries/a", "{\"value\":2}", "If-Match: " + a);
    assertThat(put).hasStatusOk().bodyJson().isStrictlyEqualTo("{}");
    String next = tagOf(put);
    assertThat(next).isNotEqualTo(a).isEqualTo(tag(server + "/entries/a"));
    assertThat(send("PUT " + server + "/entries/a", "{\"value\":3}", "If-Match: " + a))
        .hasStatus(412);
    assertThat(send("PUT " + server + "/entries/x", "{\"value\":3}", "If-Match: *")).hasStatus(412);
    assertThat(send("DELETE " + server + "/entries/a", null, "If-Match: " + a)).hasStatus(412);
    assertThat(
            send(
                "POST " + server + "/call/put", "{\"key\":\"a\",\"value\":4}", "If-Match: " + next))
        .hasStatusOk();
    String last = tag(server + "/entries/a");
    MvcTestResult deleted = send("DELETE " + server + "/entries/a", null, "If-Match: " + last);
    assertThat(deleted).hasStatusOk().bodyJson().isStrictlyEqualTo("{\"value\":4}");
    assertThat(send("GET " + server + "/entries/a", null)).hasStatus(404);
    send("PUT " + server + "/entries/a", "{\"value\":4}");
    assertThat(tag(server + "/entries/a")).isNotIn(a, next, last);
    assertThat(tag(server + "/entries/b")).isNotIn(a, next, last);
  }

  @ParameterizedTest
  @ValueSource(strings = {"kv-stores", "caches"})
  void putIfAbsent(String kind) {
    String path = "PUT /v1/" + kind + "/absent/entries/a";
    MvcTestResult put = send(path, "{\"value\":1}", "If-None-Match: *");
    assertThat(put).hasStatusOk();
    assertThat(tagOf(put)).isEqualTo(tag("/v1/" + kind + "/absent/entries/a"));
    assertProblem(
        send(path, "{\"value\":2}", "If-None-Match: *"),
        412,
        "version-mismatch",
        kind + "/absent",
        Map.of());
    assertThat(
            send(
                "POST /v1/" + kind + "/absent/call/put",
                "{\"key\":\"b\",\"value\":1}",
                "If-None-Match: *"))
        .hasStatusOk();
    script.play("GET /v1/%s/absent/entries/a -> 200 {\"value\":1}".formatted(kind));
  }

  @Test
  void putIfAbsent_expired() {
    script.play("PUT /v1/caches/expired {\"ttl\":\"1ms\"} -> 201 *");
    String path = "PUT /v1/caches/expired/entries/a";
    assertThat(send(path, "{\"value\":1}", "If-None-Match: *")).hasStatusOk();
    Awaitility.await()
        .until(
            () -> send(path, "{\"value\":2}", "If-None-Match: *").getResponse().getStatus() == 200);
  }

  @Test
  void tag_ofAServerThatCameAgain() {
    script.play("PUT /v1/counters/again -> 201 *");
    String tag = tag("/v1/counters/again/value");
    script.play(
        """
        DELETE /v1/counters/again -> 204
        PUT /v1/counters/again -> 201 *
        """);
    assertThat(tag("/v1/counters/again/value")).isNotEqualTo(tag);
    assertThat(send("POST /v1/counters/again/increment", null, "If-Match: " + tag)).hasStatus(412);
  }

  // Idempotency keys.

  private static void assertReplayed(MvcTestResult first, MvcTestResult again) {
    assertThat(first).doesNotContainHeader("Idempotency-Replayed");
    assertThat(again).hasHeader("Idempotency-Replayed", "true");
    assertThat(again).hasStatus(first.getResponse().getStatus());
    assertThat(Script.text(again)).isEqualTo(Script.text(first));
    for (String header : List.of("Content-Type", "Location", "ETag")) {
      assertThat(again.getResponse().getHeader(header))
          .isEqualTo(first.getResponse().getHeader(header));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          POST /v1/counters/repeated/increment                | {"by":2}                | 200
          POST /v1/counters/repeated/call/increment           | {"by":3}                | 200
          POST /v1/counters/repeated/cast/increment           | {"by":4}                | 202
          POST /v1/counters/repeated/reset                    | {}                      | 202
          POST /v1/stacks/repeated/push                       | {"item":{"a":[1.50]}}   | 202
          POST /v1/stacks/repeated/pop                        |                         | 200
          POST /v1/stacks/repeated-empty/pop                  |                         | 409
          PUT /v1/kv-stores/repeated/entries/a                | {"value":1}             | 202
          DELETE /v1/kv-stores/repeated/entries/a             |                         | 200
          DELETE /v1/kv-stores/repeated/entries/b             |                         | 404
          POST /v1/session-stores/repeated/sessions           | {"userId":"u"}          | 201
          POST /v1/session-stores/repeated/call/create        | {"userId":"u"}          | 200
          POST /v1/session-stores/repeated/sessions/x/refresh |                         | 202
          DELETE /v1/session-stores/repeated/sessions/x       |                         | 404
          PUT /v1/caches/repeated/entries/a                   | {"value":null}          | 202
          """)
  void key_repeated(String line, String body, int status) {
    script.play(
        """
        POST /v1/counters/repeated/reset -> 202
        PUT /v1/kv-stores/repeated/entries/a {"value":7} -> 202
        POST /v1/stacks/repeated/push {"item":7} -> 202
        POST /v1/stacks/repeated/push {"item":8} -> 202
        """);
    String key = "Idempotency-Key: " + line.replace(' ', '-');
    MvcTestResult first = send(line, body, key);
    assertThat(first).hasStatus(status);
    assertReplayed(first, send(line, body, key));
    assertReplayed(first, send(line, body, key));
  }

  @Test
  void key_doesNothingTwice() {
    String[] paths = {"increment", "call/increment", "cast/increment", "cast/increment?delay=1h"};
    for (String path : paths) {
      String key = "Idempotency-Key: " + path;
      String line = "POST /v1/counters/twice/" + path;
      assertReplayed(send(line, null, key), send(line, null, key));
    }
    script.play("GET /v1/counters/twice/value -> 200 {\"value\":3}");
    assertThat(timers("/v1/counters/twice")).hasSize(1);
  }

  @Test
  void key_replayedAfterChanges() {
    String line = "POST /v1/stacks/later/pop";
    MvcTestResult empty = send(line, null, "Idempotency-Key: a");
    script.play("POST /v1/stacks/later/push {\"item\":1} -> 202");
    assertReplayed(empty, send(line, null, "Idempotency-Key: a"));
    Script.assertProblem(send(line, null, "Idempotency-Key: a"), "empty", "stacks/later", Map.of());
    script.play("POST /v1/stacks/later/pop -> 200 {\"item\":1}");
  }

  @Test
  void key_acrossWays() {
    MvcTestResult cast = send("POST /v1/counters/ways/cast/increment", null, "Idempotency-Key: a");
    assertThat(cast).hasStatus(202);
    MvcTestResult call = send("POST /v1/counters/ways/increment", null, "Idempotency-Key: a");
    assertThat(call)
        .hasStatusOk()
        .hasHeader("Idempotency-Replayed", "true")
        .bodyJson()
        .isStrictlyEqualTo("{\"value\":1}");
  }

  @Test
  void key_reused() {
    String key = "Idempotency-Key: a";
    assertThat(send("POST /v1/counters/reused/increment", null, key)).hasStatusOk();
    for (String other : List.of("increment", "call/increment", "cast/increment")) {
      assertProblem(
          send("POST /v1/counters/reused/" + other, "{\"by\":2}", key),
          422,
          "key-reused",
          "counters/reused",
          Map.of());
    }
    assertThat(send("POST /v1/counters/reused/reset", null, key)).hasStatus(422);
    assertThat(send("POST /v1/counters/reused/cast/increment?delay=1h", null, key)).hasStatus(422);
    assertThat(send("POST /v1/counters/reused/increment", "{ \"by\" : 1 }", key)).hasStatusOk();
    assertThat(send("POST /v1/counters/reused-elsewhere/increment", "{\"by\":2}", key))
        .hasStatusOk()
        .doesNotContainHeader("Idempotency-Replayed");
    script.play("GET /v1/counters/reused/value -> 200 {\"value\":1}");
  }

  @Test
  void key_inProgress() {
    String key = "Idempotency-Key: a";
    Misbehaving.holdUp("progress");
    CompletableFuture<MvcTestResult> first =
        CompletableFuture.supplyAsync(
            () -> send("POST /v1/misbehaving/progress/call/hang", null, key));
    script.await("/v1/misbehaving/progress", "status", "running");
    Awaitility.await()
        .until(() -> {
          var again = send("POST /v1/misbehaving/progress/call/hang?timeout=1ms", null, key);
          return again.getResponse().getStatus() == 409;
        });
    assertProblem(
        send("POST /v1/misbehaving/progress/call/hang", null, key),
        409,
        "in-progress",
        "misbehaving/progress",
        Map.of("retryable", true));
    assertThat(send("POST /v1/misbehaving/progress/call/crash", null, key)).hasStatus(422);
    Misbehaving.release("progress");
    assertThat(first.join()).hasStatusOk();
    assertReplayed(first.join(), send("POST /v1/misbehaving/progress/call/hang", null, key));
    script.play("GET /v1/misbehaving/progress -> 200 ~{\"version\":1}");
  }

  @ParameterizedTest
  @CsvSource({"a, 129", "a, 0", "é, 1", "' ', 1"})
  void key_malformed(String character, int length) {
    String key = "Idempotency-Key: " + character.repeat(length);
    assertNotTaken(send("POST /v1/counters/bad-key/increment", null, key), "Idempotency-Key");
    script.play("GET /v1/counters/bad-key -> 404 no-server");
  }

  @Test
  void key_longest() {
    String key = "Idempotency-Key: " + "k".repeat(128);
    String line = "POST /v1/counters/long-key/increment";
    assertReplayed(send(line, null, key), send(line, null, key));
  }

  @Test
  void key_ofWhatWasNotDone() {
    String key = "Idempotency-Key: a";
    String line = "POST /v1/counters/not-done/increment";
    script.play("PUT /v1/counters/not-done -> 201 *");
    assertThat(send(line, null, key, "If-Match: \"x\"")).hasStatus(412);
    assertThat(send(line, "{\"by\":\"x\"}", key)).hasStatus(400);
    MvcTestResult done = send(line, null, key);
    assertThat(done).hasStatusOk();
    assertReplayed(done, send(line, null, key));
    assertThat(send("POST /v1/misbehaving/not-done/call/crash", null, key)).hasStatus(500);
    assertThat(send("POST /v1/misbehaving/not-done/call/crash", null, key))
        .hasStatus(500)
        .doesNotContainHeader("Idempotency-Replayed");
  }

  @Test
  void key_withACondition() {
    script.play("PUT /v1/counters/tied-twice {\"initialValue\":5} -> 201 *");
    String match = "If-Match: " + tag("/v1/counters/tied-twice/value");
    String line = "POST /v1/counters/tied-twice/reset";
    MvcTestResult first = send(line, null, match, "Idempotency-Key: a");
    assertThat(first).hasStatusOk();
    assertThat(Objects.requireNonNull(tagOf(first))).matches(TAG);
    assertReplayed(first, send(line, null, match, "Idempotency-Key: a"));
    assertThat(send(line, null, match)).hasStatus(412);
  }

  @Test
  void key_isGoneWithItsServer() {
    String line = "POST /v1/counters/key-gone/increment";
    assertThat(send(line, "{\"by\":5}", "Idempotency-Key: a")).hasStatusOk();
    script.play("DELETE /v1/counters/key-gone -> 204");
    assertThat(send(line, null, "Idempotency-Key: a"))
        .hasStatusOk()
        .doesNotContainHeader("Idempotency-Replayed")
        .bodyJson()
        .isStrictlyEqualTo("{\"value\":1}");
  }
}
