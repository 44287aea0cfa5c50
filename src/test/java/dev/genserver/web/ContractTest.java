package dev.genserver.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.genserver.kinds.Misbehaving;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.webmvc.test.autoconfigure.AutoConfigureMockMvc;
import org.springframework.test.web.servlet.assertj.MockMvcTester;
import org.springframework.test.web.servlet.assertj.MvcTestResult;

/** The contract, line by line. */
@SpringBootTest
@AutoConfigureMockMvc
class ContractTest {
  private final MockMvcTester http;
  private final Script script;

  ContractTest(@Autowired MockMvcTester http) {
    this.http = http;
    this.script = new Script(http);
  }

  // One address space.

  @Test
  void start_named() {
    script.play(
        """
        PUT /v1/counters/start {"initialValue":7} -> 201 ~{"kind":"counters","name":"start","status":"running"}
        PUT /v1/counters/start {"initialValue":7} -> 200 ~{"arguments":{"initialValue":7}}
        PUT /v1/counters/start { "initialValue" : 7 } -> 200 ~{"mailbox":0,"crashes":0,"restarts":0}
        PUT /v1/counters/start {"initialValue":8} -> 409 already-started
        PUT /v1/counters/start -> 409 already-started
        PUT /v1/counters/start-empty -> 201 ~{"arguments":{"initialValue":0}}
        PUT /v1/counters/start-empty {} -> 200 ~{"arguments":{"initialValue":0}}
        PUT /v1/counters/start-empty {"initialValue":0} -> 200 ~{"handled":0,"version":0}
        GET /v1/counters/start/value -> 200 {"value":7}
        PUT /v1/caches/start {"ttl":"60m"} -> 201 ~{"arguments":{"maxSize":100,"ttl":"1h"}}
        PUT /v1/caches/start -> 200 ~{"kind":"caches"}
        PUT /v1/stacks/start {"items":[{"a":1,"b":2}]} -> 201 ~{"kind":"stacks"}
        PUT /v1/stacks/start {"items":[{"b":2,"a":1}]} -> 200 ~{"kind":"stacks"}
        """);
    assertThat(script.send("PUT", "/v1/counters/start-at", null))
        .hasHeader("Location", "/v1/counters/start-at");
  }

  @Test
  void start_refused() {
    script.play(
        """
        PUT /v1/caches/refused {"maxSize":0} -> 422 invalid-arguments maxSize:
        PUT /v1/caches/refused {"ttl":"0s"} -> 422 invalid-arguments ttl:
        PUT /v1/caches/refused {"ttl":"1w"} -> 400 malformed ttl:
        PUT /v1/caches/refused {"ttl":5} -> 400 malformed ttl:
        PUT /v1/caches/refused {"maxSize":"5"} -> 400 malformed maxSize:
        PUT /v1/caches/refused {"maxSize":null} -> 400 malformed maxSize:
        PUT /v1/caches/refused {"maxSize":99999999999} -> 400 malformed maxSize:
        PUT /v1/caches/refused {"size":5} -> 400 malformed size:
        PUT /v1/caches/refused {"ttl":"1s","ttl":"1s"} -> 400 malformed ttl:
        PUT /v1/caches/refused [] -> 400 malformed body:
        PUT /v1/caches/refused null -> 400 malformed body:
        PUT /v1/caches/refused {} {} -> 400 malformed body:
        PUT /v1/caches/refused {"ttl": -> 400 malformed body:
        PUT /v1/session-stores/refused {"timeout":"0s"} -> 422 invalid-arguments timeout:
        PUT /v1/misbehaving/refused {"refuse":true} -> 422 start-failed
        PUT /v1/misbehaving/refused {"fail":true} -> 422 start-failed
        GET /v1/caches/refused -> 404 no-server
        GET /v1/misbehaving/refused -> 404 no-server
        """);
  }

  @Test
  void start_unnamed() {
    MvcTestResult started = script.send("POST", "/v1/counters", "{\"initialValue\":3}");
    assertThat(started).hasStatus(201);
    String location = started.getResponse().getHeader("Location");
    assertThat(location).matches("/v1/counters/[A-Za-z0-9_-]{22}");
    script.play("GET " + location + "/value -> 200 {\"value\":3}");
    assertThat(script.send("POST", "/v1/counters", null).getResponse().getHeader("Location"))
        .isNotEqualTo(location);
  }

  @Test
  void names() {
    String longest = "n".repeat(128);
    script.play(
        """
        PUT /v1/counters/%s -> 201 *
        PUT /v1/counters/%sn -> 400 malformed name:
        PUT /v1/counters/AZaz09._~:@- -> 201 *
        PUT /v1/counters/... -> 201 *
        PUT /v1/counters/%%41%%7E -> 201 ~{"name":"A~"}
        PUT /v1/counters/a%%20b -> 400 malformed name:
        PUT /v1/counters/a%%2Fb -> 400 malformed name:
        PUT /v1/counters/a+b -> 400 malformed name:
        PUT /v1/counters/%%C3%%A9 -> 400 malformed name:
        PUT /v1/counters/a;b=c -> 400 malformed path:
        PUT /v1/counters/call -> 400 malformed name:
        PUT /v1/counters/cast -> 400 malformed name:
        PUT /v1/counters/batch -> 400 malformed name:
        PUT /v1/counters/timers -> 400 malformed name:
        PUT /v1/counters/events -> 400 malformed name:
        PUT /v1/counters/down -> 400 malformed name:
        PUT /v1/counters/sys -> 400 malformed name:
        PUT /v1/counters/multi-call -> 400 malformed name:
        PUT /v1/counters/abcast -> 400 malformed name:
        GET /v1/counters/sys -> 400 malformed name:
        POST /v1/counters/a+b/increment -> 400 malformed name:
        """
            .formatted(longest, longest));
  }

  @Test
  void durability() {
    script.play(
        """
        PUT /v1/counters/durability?durability=memory -> 201 ~{"durability":"memory"}
        PUT /v1/counters/durability -> 200 *
        PUT /v1/counters/durability?durability=fsync -> 400 malformed durability: must be memory
        PUT /v1/counters/durability?durability=paper -> 400 malformed durability: must be fsync, os or memory
        POST /v1/counters?durability=paper -> 400 malformed durability: must be fsync, os or memory
        """);
  }

  @Test
  void status() {
    script.play(
        """
        GET /v1/counters/status -> 404 no-server
        PUT /v1/counters/status -> 201 *
        POST /v1/counters/status/increment -> 200 {"value":1}
        GET /v1/counters/status/value -> 200 {"value":1}
        POST /v1/misbehaving/status/call/leave -> 200 {}
        GET /v1/misbehaving/status -> 404 no-server
        """);
    assertThat(script.send("GET", "/v1/counters/status", null))
        .bodyJson()
        .extractingPath("$")
        .asMap()
        .satisfies(s -> assertThat(s.remove("startedAt")).asString().endsWith("Z"))
        .isEqualTo(
            Map.of(
                "kind",
                "counters",
                "name",
                "status",
                "status",
                "running",
                "arguments",
                Map.of("initialValue", 0),
                "durability",
                "memory",
                "mailbox",
                0,
                "handled",
                2,
                "crashes",
                0,
                "restarts",
                0,
                "version",
                1));
  }

  @Test
  void stop() {
    script.play(
        """
        DELETE /v1/counters/stop -> 404 no-server
        POST /v1/counters/stop/increment -> 200 {"value":1}
        DELETE /v1/counters/stop -> 204
        GET /v1/counters/stop -> 404 no-server
        GET /v1/counters/stop/value -> 404 no-server
        POST /v1/counters/stop/increment -> 200 {"value":1}
        """);
  }

  @Test
  void stop_callWaits() {
    CompletableFuture<MvcTestResult> waiting =
        CompletableFuture.supplyAsync(
            () -> script.send("POST", "/v1/misbehaving/stopped/call/forget", null));
    script.await("/v1/misbehaving/stopped", "handled", 1);
    script.play("DELETE /v1/misbehaving/stopped -> 204");
    assertThat(waiting.join()).hasStatus(410);
    Script.assertProblem(waiting.join(), "stopped", "misbehaving/stopped", Map.of());
  }

  @Test
  void list_ofOneKind() {
    script.play(
        """
        PUT /v1/stacks/list-b -> 201 *
        PUT /v1/stacks/list-a -> 201 *
        PUT /v1/stacks/list-C -> 201 *
        PUT /v1/counters/list-a -> 201 *
        GET /v1/stacks?prefix=list- -> 200 {"servers":[{"kind":"stacks","name":"list-C","status":"running"},{"kind":"stacks","name":"list-a","status":"running"},{"kind":"stacks","name":"list-b","status":"running"}]}
        GET /v1/stacks?prefix=list-d -> 200 {"servers":[]}
        GET /v1/servers?prefix=list-a -> 200 {"servers":[{"kind":"counters","name":"list-a","status":"running"},{"kind":"stacks","name":"list-a","status":"running"}]}
        GET /v1/stacks?limit=0 -> 400 malformed limit:
        GET /v1/stacks?limit=1001 -> 400 malformed limit:
        GET /v1/stacks?limit=x -> 400 malformed limit:
        GET /v1/stacks?limit=1000&prefix=list-d -> 200 {"servers":[]}
        GET /v1/stacks?cursor=x -> 400 malformed cursor:
        GET /v1/servers?cursor=!! -> 400 malformed cursor:
        GET /v1/nothing -> 404 unknown-kind
        """);
  }

  @Test
  void list_pages() {
    for (int i = 0; i < 101; i++) {
      script.play("PUT /v1/kv-stores/page-%03d -> 201 *".formatted(i));
    }
    String cursor = assertPage("/v1/kv-stores?prefix=page-", 100, "page-000");
    assertThat(assertPage("/v1/kv-stores?prefix=page-&cursor=" + cursor, 1, "page-100")).isNull();
    String next = assertPage("/v1/servers?prefix=page-&limit=50", 50, "page-000");
    next = assertPage("/v1/servers?prefix=page-&limit=50&cursor=" + next, 50, "page-050");
    assertThat(assertPage("/v1/servers?prefix=page-&cursor=" + next, 1, "page-100")).isNull();
    assertThat(assertPage("/v1/servers?prefix=page-&limit=101", 101, "page-000")).isNull();
  }

  private String assertPage(String path, int size, String first) {
    Map<?, ?> page = Script.body(script.send("GET", path, null));
    assertThat((List<?>) page.get("servers")).hasSize(size);
    assertThat(((List<?>) page.get("servers")).getFirst())
        .isEqualTo(Map.of("kind", "kv-stores", "name", first, "status", "running"));
    return (String) page.get("cursor");
  }

  @Test
  void kinds() {
    script.play(
        """
        GET /v1/kinds/counters -> 200 {"kind":"counters","arguments":[{"name":"initialValue","type":"integer","required":false,"defaultValue":0}],"operations":[{"operation":"value","query":true,"fields":[]},{"operation":"increment","query":false,"fields":[{"name":"by","type":"integer","required":false,"defaultValue":1}]},{"operation":"reset","query":false,"fields":[]}]}
        GET /v1/kinds/nothing -> 404 unknown-kind
        """);
    assertThat(http.get().uri("/v1/kinds"))
        .bodyJson()
        .extractingPath("$.kinds[*].kind")
        .asArray()
        .contains("counters", "stacks", "kv-stores", "session-stores", "caches");
  }

  @Test
  void generic_callAndCast() {
    script.play(
        """
        POST /v1/counters/generic/call/increment {"by":2} -> 200 {"value":2}
        POST /v1/counters/generic/cast/increment {"by":3} -> 202
        POST /v1/counters/generic/call/value -> 200 {"value":5}
        POST /v1/counters/generic/call/value {} -> 200 {"value":5}
        POST /v1/counters/generic/call/reset -> 200 {}
        POST /v1/counters/generic/cast/value -> 202
        POST /v1/counters/generic/call/nothing -> 404 unknown-operation
        POST /v1/counters/generic/cast/nothing -> 404 unknown-operation
        POST /v1/nothing/generic/call/value -> 404 unknown-kind
        POST /v1/counters/generic/call/increment {"of":1} -> 400 malformed of:
        POST /v1/counters/generic/cast/increment {"by":"1"} -> 400 malformed by:
        POST /v1/counters/generic/call/increment {"by":1.0} -> 400 malformed by:
        POST /v1/counters/generic/call/increment {"by":null} -> 400 malformed by:
        POST /v1/counters/generic/call/value -> 200 {"value":0}
        POST /v1/kv-stores/generic/call/put {"key":"theme","value":"dark"} -> 200 {}
        POST /v1/kv-stores/generic/call/put {"key":"./a//..","value":1} -> 200 {}
        POST /v1/kv-stores/generic/call/get {"key":"./a//.."} -> 200 {"value":1}
        POST /v1/kv-stores/generic/call/keys {"limit":1,"prefix":"t"} -> 200 {"keys":["theme"]}
        POST /v1/kv-stores/generic/call/put {"value":1} -> 400 malformed key:
        POST /v1/kv-stores/generic/call/put {"key":"","value":1} -> 400 malformed key:
        POST /v1/kv-stores/generic/call/put {"key":"a\\u0000","value":1} -> 400 malformed key:
        POST /v1/kv-stores/generic/call/put {"key":"\\ud800","value":1} -> 400 malformed key:
        POST /v1/caches/generic/call/get {"key":"a"} -> 404 not-found
        POST /v1/session-stores/generic/call/create {"userId":"u1"} -> 200 ~{"userId":"u1"}
        POST /v1/session-stores/generic/call/get {"sessionId":"x"} -> 404 not-found
        POST /v1/session-stores/generic/call/refresh {"sessionId":"x"} -> 404 not-found
        POST /v1/session-stores/generic/call/sweep -> 404 unknown-operation
        """);
  }

  @Test
  void timeout() {
    script.play(
        """
        POST /v1/counters/timeout/increment?timeout=1ms00 -> 400 malformed timeout:
        POST /v1/counters/timeout/increment?timeout=5 -> 400 malformed timeout:
        POST /v1/counters/timeout/increment?timeout= -> 400 malformed timeout:
        POST /v1/counters/timeout/increment?timeout=0s -> 400 malformed timeout:
        POST /v1/counters/timeout/increment?timeout=-1s -> 400 malformed timeout:
        POST /v1/counters/timeout/increment?timeout=1.5s -> 400 malformed timeout:
        POST /v1/counters/timeout/increment?timeout=601s -> 400 malformed timeout:
        POST /v1/counters/timeout/increment?timeout=999999999999999d -> 400 malformed timeout:
        POST /v1/counters/timeout/call/increment?timeout=11m -> 400 malformed timeout:
        PUT /v1/counters/timeout?timeout=11m -> 400 malformed timeout:
        GET /v1/counters/timeout -> 404 no-server
        POST /v1/counters/timeout/increment?timeout=10m -> 200 {"value":1}
        POST /v1/counters/timeout/increment?timeout=5000ms -> 200 {"value":2}
        GET /v1/counters/timeout/value?timeout=1h -> 400 malformed timeout:
        """);
  }

  @Test
  void timeout_messageInHand() {
    Misbehaving.holdUp("in-hand");
    MvcTestResult result =
        script.send("POST", "/v1/misbehaving/in-hand/call/hang?timeout=50ms", null);
    Misbehaving.release("in-hand");
    assertThat(result).hasStatus(504);
    Script.assertProblem(result, "call-timeout", "misbehaving/in-hand", Map.of("started", true));
  }

  @Test
  void timeout_messageWaiting() {
    Misbehaving.holdUp("waiting");
    script.play("POST /v1/misbehaving/waiting/cast/hang -> 202");
    MvcTestResult result =
        script.send("POST", "/v1/misbehaving/waiting/call/crash?timeout=50ms", null);
    Misbehaving.release("waiting");
    assertThat(result).hasStatus(504);
    Script.assertProblem(
        result, "call-timeout", "misbehaving/waiting", Map.of("started", false, "retryable", true));
    script.play(
        """
        POST /v1/misbehaving/waiting/call/hang -> 200 {}
        GET /v1/misbehaving/waiting -> 200 ~{"crashes":0}
        """);
  }

  @Test
  void crash() {
    MvcTestResult result = script.send("POST", "/v1/misbehaving/crash/call/crash", null);
    assertThat(result).hasStatus(500);
    Script.assertProblem(result, "crashed", "misbehaving/crash", Map.of("stateKept", true));
    assertThat(result).body().asString().doesNotContain("secret", "Exception");
    script.play("GET /v1/misbehaving/crash -> 200 ~{\"crashes\":1,\"status\":\"running\"}");
  }

  // Starting on first use.

  @Test
  void firstUse_operationStarts() {
    script.play(
        """
        GET /v1/counters/first/value -> 404 no-server
        GET /v1/kv-stores/first/keys -> 404 no-server
        GET /v1/kv-stores/first/entries/a -> 404 no-server
        DELETE /v1/kv-stores/first/entries/a -> 404 no-server
        DELETE /v1/caches/first/entries/a -> 404 no-server
        GET /v1/caches/first/stats -> 404 no-server
        GET /v1/stacks/first/peek -> 404 no-server
        GET /v1/stacks/first/size -> 404 no-server
        GET /v1/session-stores/first/stats -> 404 no-server
        GET /v1/session-stores/first/sessions/x -> 404 no-server
        DELETE /v1/session-stores/first/sessions/x -> 404 no-server
        POST /v1/stacks/first/pop -> 409 empty
        GET /v1/stacks/first -> 200 ~{"name":"first"}
        PUT /v1/kv-stores/first/entries/a {"value":1} -> 202
        GET /v1/kv-stores/first/entries/a -> 200 {"value":1}
        POST /v1/session-stores/first/call/stats -> 200 ~{"size":0}
        POST /v1/session-stores/first2/sessions/x/refresh -> 202
        GET /v1/session-stores/first2/stats -> 200 ~{"size":0}
        """);
  }

  // Order.

  @Test
  void order_callAfterCast() {
    for (int i = 1; i <= 200; i++) {
      script.play(
          """
          POST /v1/counters/order/cast/increment -> 202
          GET /v1/counters/order/value -> 200 {"value":%d}
          """
              .formatted(i));
    }
  }

  // The kinds of the guide.

  @Test
  void counters() {
    script.play(
        """
        PUT /v1/counters/c {"initialValue":12} -> 201 *
        GET /v1/counters/c/value -> 200 {"value":12}
        POST /v1/counters/c/increment -> 200 {"value":13}
        POST /v1/counters/c/increment {} -> 200 {"value":14}
        POST /v1/counters/c/increment {"by":-20} -> 200 {"value":-6}
        POST /v1/counters/c/increment {"by":9223372036854775807} -> 200 {"value":9223372036854775801}
        POST /v1/counters/c/increment {"by":7} -> 409 out-of-range
        POST /v1/counters/c/increment {"by":9223372036854775808} -> 400 malformed by:
        POST /v1/counters/c/increment {"by":1e3} -> 400 malformed by:
        POST /v1/counters/c/increment {"by":true} -> 400 malformed by:
        POST /v1/counters/c/increment null -> 400 malformed body:
        POST /v1/counters/c/increment 5 -> 400 malformed body:
        GET /v1/counters/c/value -> 200 {"value":9223372036854775801}
        POST /v1/counters/c/reset {"to":5} -> 400 malformed to:
        POST /v1/counters/c/reset [] -> 400 malformed body:
        GET /v1/counters/c/value -> 200 {"value":9223372036854775801}
        POST /v1/counters/c/reset {} -> 202
        GET /v1/counters/c/value -> 200 {"value":0}
        POST /v1/counters/c/increment {"by":-9223372036854775808} -> 200 {"value":-9223372036854775808}
        POST /v1/counters/c/increment {"by":-1} -> 409 out-of-range
        """);
  }

  @Test
  void stacks() {
    script.play(
        """
        PUT /v1/stacks/s {"items":["top",{"deep":[null]},3.10]} -> 201 *
        GET /v1/stacks/s/size -> 200 {"size":3}
        GET /v1/stacks/s/peek -> 200 {"item":"top"}
        POST /v1/stacks/s/pop -> 200 {"item":"top"}
        POST /v1/stacks/s/pop -> 200 {"item":{"deep":[null]}}
        POST /v1/stacks/s/push {"item":null} -> 202
        POST /v1/stacks/s/pop -> 200 {"item":null}
        POST /v1/stacks/s/push {} -> 400 malformed item:
        POST /v1/stacks/s/push -> 400 malformed body:
        POST /v1/stacks/s/push {"item":1,"extra":2} -> 400 malformed extra:
        POST /v1/stacks/s/pop -> 200 {"item":3.10}
        GET /v1/stacks/s/peek -> 409 empty
        POST /v1/stacks/s/pop -> 409 empty
        GET /v1/stacks/s/size -> 200 {"size":0}
        PUT /v1/stacks/s-of-nothing {"items":null} -> 400 malformed items:
        """);
  }

  @Test
  void kvStores() {
    script.play(
        """
        PUT /v1/kv-stores/kv {"any":1} -> 400 malformed any:
        PUT /v1/kv-stores/kv/entries/b {"value":{"z":1,"a":[true,null]}} -> 202
        PUT /v1/kv-stores/kv/entries/a {"value":null} -> 202
        PUT /v1/kv-stores/kv/entries/%C3%A9 {"value":1} -> 202
        PUT /v1/kv-stores/kv/entries/a/b%2Fc {"value":2} -> 202
        PUT /v1/kv-stores/kv/entries/a {} -> 400 malformed value:
        PUT /v1/kv-stores/kv/entries/a -> 400 malformed body:
        PUT /v1/kv-stores/kv/entries/a {"value":1,"value":2} -> 400 malformed value:
        PUT /v1/kv-stores/kv/entries/ {"value":1} -> 400 malformed key:
        PUT /v1/kv-stores/kv/entries/a//b {"value":1} -> 400 malformed key:
        PUT /v1/kv-stores/kv/entries/a/%2E%2E {"value":1} -> 400 malformed key:
        GET /v1/kv-stores/kv/entries/a -> 200 {"value":null}
        GET /v1/kv-stores/kv/entries/b -> 200 {"value":{"z":1,"a":[true,null]}}
        GET /v1/kv-stores/kv/entries/a%2Fb/c -> 200 {"value":2}
        GET /v1/kv-stores/kv/entries/x -> 404 not-found
        GET /v1/kv-stores/kv/keys -> 200 {"keys":["a","a/b/c","b","é"]}
        GET /v1/kv-stores/kv/keys?prefix=a -> 200 {"keys":["a","a/b/c"]}
        GET /v1/kv-stores/kv/keys?prefix=%C3%A9 -> 200 {"keys":["é"]}
        GET /v1/kv-stores/kv/keys?limit=4 -> 200 {"keys":["a","a/b/c","b","é"]}
        GET /v1/kv-stores/kv/keys?limit=3 -> 200 ~{"keys":["a","a/b/c","b"]}
        GET /v1/kv-stores/kv/keys?limit=0 -> 400 malformed limit:
        GET /v1/kv-stores/kv/keys?limit=99999999999 -> 400 malformed limit:
        GET /v1/kv-stores/kv/keys?cursor=! -> 400 malformed cursor:
        DELETE /v1/kv-stores/kv/entries/b -> 200 {"value":{"z":1,"a":[true,null]}}
        DELETE /v1/kv-stores/kv/entries/b -> 404 not-found
        POST /v1/kv-stores/kv/clear -> 202
        GET /v1/kv-stores/kv/keys -> 200 {"keys":[]}
        """);
  }

  /** Over a connection it is Jetty that refuses them, and has less to say. */
  @Test
  void kvStores_keysThatAreNone() {
    script.play(
        """
        PUT /v1/kv-stores/none/entries/%00 {"value":1} -> 400 malformed key:
        PUT /v1/kv-stores/none/entries/%ED%A0%80 {"value":1} -> 400 malformed key:
        """);
  }

  @Test
  void kvStores_pages() {
    script.play(
        """
        PUT /v1/kv-stores/kv-pages/entries/a {"value":1} -> 202
        PUT /v1/kv-stores/kv-pages/entries/b {"value":1} -> 202
        """);
    Map<?, ?> first = Script.body(script.send("GET", "/v1/kv-stores/kv-pages/keys?limit=1", null));
    assertThat(first.get("keys")).isEqualTo(List.of("a"));
    script.play(
        "GET /v1/kv-stores/kv-pages/keys?limit=1&cursor=%s -> 200 {\"keys\":[\"b\"]}"
            .formatted(first.get("cursor")));
  }

  @Test
  void sessionStores() {
    script.play(
        """
        POST /v1/session-stores/s/sessions {"userId":"u1","data":{"a":[1]}} -> 201 ~{"userId":"u1","data":{"a":[1]}}
        POST /v1/session-stores/s/sessions {} -> 400 malformed userId:
        POST /v1/session-stores/s/sessions {"userId":null} -> 400 malformed userId:
        POST /v1/session-stores/s/sessions {"userId":1} -> 400 malformed userId:
        POST /v1/session-stores/s/sessions {"userId":"u","data":[]} -> 400 malformed data:
        POST /v1/session-stores/s/sessions -> 400 malformed body:
        GET /v1/session-stores/s/sessions/nope -> 404 not-found
        POST /v1/session-stores/s/sessions/nope/refresh -> 202
        DELETE /v1/session-stores/s/sessions/nope -> 404 not-found
        GET /v1/session-stores/s/stats -> 200 ~{"size":1}
        """);
    MvcTestResult created =
        script.send("POST", "/v1/session-stores/s/sessions", "{\"userId\":\"u2\"}");
    Map<?, ?> session = Script.body(created);
    assertThat(session.keySet())
        .extracting(Object::toString)
        .containsExactlyInAnyOrder(
            "sessionId", "userId", "createdAt", "lastAccessedAt", "expiresAt");
    assertThat((String) session.get("sessionId")).matches("[A-Za-z0-9_-]{22}");
    String path = "/v1/session-stores/s/sessions/" + session.get("sessionId");
    assertThat(created).hasHeader("Location", path);
    assertThat(Script.body(script.send("GET", path, null))).isEqualTo(session);
    script.play(
        """
        POST @/refresh -> 202
        GET @ -> 200 ~{"userId":"u2"}
        DELETE @ -> 204
        GET @ -> 404 not-found
        """
            .replace("@", path));
  }

  @Test
  void caches() {
    script.play(
        """
        PUT /v1/caches/lru {"maxSize":2} -> 201 *
        PUT /v1/caches/lru/entries/a {"value":1} -> 202
        PUT /v1/caches/lru/entries/b {"value":2} -> 202
        GET /v1/caches/lru/entries/a -> 200 {"value":1}
        PUT /v1/caches/lru/entries/b {"value":3} -> 202
        GET /v1/caches/lru/entries/a -> 200 {"value":1}
        PUT /v1/caches/lru/entries/c/d {"value":null} -> 202
        GET /v1/caches/lru/entries/b -> 404 not-found
        GET /v1/caches/lru/entries/c%2Fd -> 200 {"value":null}
        DELETE /v1/caches/lru/entries/a -> 200 {"value":1}
        DELETE /v1/caches/lru/entries/a -> 404 not-found
        PUT /v1/caches/lru/entries/a {} -> 400 malformed value:
        GET /v1/caches/lru/stats -> 200 {"size":1,"maxSize":2,"ttl":"1h","hits":3,"misses":1,"evictions":1,"expirations":0}
        """);
  }

  // Errors, as HTTP has them.

  @Test
  void paths_unknown() {
    script.play(
        """
        GET / -> 404 not-found
        GET /v1 -> 404 not-found
        GET /v2/counters/c -> 404 not-found
        GET /v1/nothing/x -> 404 unknown-kind
        PUT /v1/nothing/x -> 404 unknown-kind
        DELETE /v1/nothing/x -> 404 unknown-kind
        POST /v1/nothing -> 404 unknown-kind
        GET /v1/nothing/x/value -> 404 unknown-kind
        POST /v1/nothing/x/increment -> 404 unknown-kind
        GET /v1/counters/c/nothing -> 404 unknown-operation
        POST /v1/counters/c/nothing -> 404 unknown-operation
        PUT /v1/counters/c/entries/a {"value":1} -> 404 unknown-operation
        """);
  }

  @Test
  void methods_notAllowed() {
    assertAllowed("POST", "/v1/counters/c/value", "GET");
    assertAllowed("GET", "/v1/counters/c/increment", "POST");
    assertAllowed("PUT", "/v1/counters", "GET", "POST");
    assertAllowed("PATCH", "/v1/counters/c", "DELETE", "GET", "PUT");
    assertAllowed("POST", "/v1/kv-stores/c/entries/a", "DELETE", "GET", "PUT");
    assertAllowed("GET", "/v1/counters/c/call/value", "POST");
  }

  private void assertAllowed(String method, String path, String... allowed) {
    MvcTestResult result = script.send(method, path, null);
    assertThat(result).as(method + " " + path).hasStatus(405);
    Script.assertProblem(result, "method-not-allowed", Script.serverIn(path), Map.of());
    assertThat(result.getResponse().getHeaders("Allow"))
        .singleElement()
        .extracting(header -> List.of(header.split(",\\s*")))
        .asInstanceOf(InstanceOfAssertFactories.LIST)
        .containsExactlyInAnyOrder((Object[]) allowed);
  }

  @Test
  void media_notAcceptable() {
    var result = http.get().uri("/v1/kinds").header("Accept", "text/html").exchange();
    assertThat(result).hasStatus(406);
    Script.assertProblem(result, "not-acceptable", null, Map.of());
  }

  /** What generated clients send where a success has no body. */
  @Test
  void media_problemsAlone() {
    for (String path : List.of("increment", "reset", "cast/increment")) {
      var request = http.post().uri("/v1/counters/picky/" + path);
      assertThat(request.header("Accept", "application/problem+json"))
          .as(path)
          .hasStatus2xxSuccessful();
    }
  }

  @Test
  void media_unsupported() {
    for (String path :
        List.of(
            "/v1/counters/form/increment",
            "/v1/counters/form/call/increment",
            "/v1/counters/form/cast/increment",
            "/v1/counters")) {
      for (String type :
          List.of(
              "text/plain",
              "application/x-www-form-urlencoded",
              "application/yaml",
              "application/xml",
              "application/cbor")) {
        var result =
            http.post().uri(path).header("Content-Type", type).content("{\"by\":1}").exchange();
        assertThat(result).as(type + " to " + path).hasStatus(415);
        Script.assertProblem(result, "unsupported-media-type", Script.serverIn(path), Map.of());
      }
    }
    script.play("GET /v1/counters/form -> 404 no-server");
  }
}
