package dev.genserver.guide;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.boot.webmvc.test.autoconfigure.AutoConfigureMockMvc;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Primary;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.test.json.JsonCompareMode;
import org.springframework.test.web.servlet.assertj.MockMvcTester;
import org.springframework.test.web.servlet.assertj.MvcTestResult;

/**
 * The sessions of an Elixir guide to GenServer, each line beside the request that it is here. Where
 * the guide's comments and its code disagree, its code is right.
 */
@SpringBootTest
@AutoConfigureMockMvc
class GuideTest {
  private static final AtomicReference<Instant> NOW =
      new AtomicReference<>(Instant.parse("2026-11-24T00:00:00Z"));

  private final MockMvcTester http;

  GuideTest(@Autowired MockMvcTester http) {
    this.http = http;
  }

  @Test
  void counter_session() {
    String counter = "/v1/counters/Counter"; //                name: __MODULE__
    put(counter, "{'initialValue':10}").says(201); //          Counter.start_link(10)
    post(counter + "/increment").says(200, "{'value':11}"); // Counter.increment()  # 11
    post(counter + "/increment").says(200, "{'value':12}"); // Counter.increment()  # 12
    get(counter + "/value").says(200, "{'value':12}"); //      Counter.get_value()  # 12
    post(counter + "/reset").says(202); //                     Counter.reset()      # :ok
    get(counter + "/value").says(200, "{'value':0}"); //       Counter.get_value()  # 0
  }

  @Test
  void stack_session() {
    String pid = post("/v1/stacks", "{'items':[1,2,3]}").location(); // Stack.start_link([1, 2, 3])
    post(pid + "/push", "{'item':4}").says(202); //   Stack.push(pid, 4)
    get(pid + "/peek").says(200, "{'item':4}"); //    Stack.peek(pid)     # {:ok, 4}
    post(pid + "/pop").says(200, "{'item':4}"); //    Stack.pop(pid)      # {:ok, 4}
    // The comment says {:ok, 3}, but [4 | [1, 2, 3]] without its head is [1, 2, 3].
    post(pid + "/pop").says(200, "{'item':1}"); //    Stack.pop(pid)      # {:ok, 1}
    get(pid + "/size").says(200, "{'size':2}"); //    Stack.size(pid)     # 2
  }

  @Test
  void stack_empty() {
    String pid = post("/v1/stacks").location(); //    Stack.start_link([])
    post(pid + "/pop").fails(409, "empty"); //        {:reply, {:error, :empty}, []}
    get(pid + "/peek").fails(409, "empty"); //        {:reply, {:error, :empty}, []}
    get(pid + "/size").says(200, "{'size':0}");
  }

  @Test
  void keyValueStore_session() {
    String pid = post("/v1/kv-stores").location(); // KeyValueStore.start_link()
    put(pid + "/entries/name", "{'value':'Alice'}").says(202); // put(pid, :name, "Alice")
    put(pid + "/entries/age", "{'value':30}").says(202); //       put(pid, :age, 30)
    get(pid + "/entries/name").says(200, "{'value':'Alice'}"); // get(pid, :name)  # {:ok, "Alice"}
    get(pid + "/entries/missing").fails(404, "not-found"); //     # {:error, :not_found}
    // A map of Elixir has no order that is promised; here it is that of code points.
    get(pid + "/keys").says(200, "{'keys':['age','name']}"); //   keys(pid)  # [:name, :age]
    delete(pid + "/entries/age").says(200, "{'value':30}"); //    delete(pid, :age)  # {:ok, 30}
    delete(pid + "/entries/age").fails(404, "not-found"); //      # {:error, :not_found}
    post(pid + "/clear").says(202); //                            clear(pid)
    get(pid + "/keys").says(200, "{'keys':[]}");
  }

  @Test
  void sessionStore_session() {
    String sessions = "/v1/session-stores/SessionStore/sessions";
    String id = post(sessions, "{'userId':'u1'}").location(); // create_session("u1")
    get(id).says(200); //                                        get_session(id)  # {:ok, session}
    get(sessions + "/none").fails(404, "not-found"); //          # {:error, :not_found}
    pass(Duration.ofSeconds(60));
    post(id + "/refresh").says(202); //                          refresh_session(id)
    get(id).says(200); //                                        a cast: handled by now, not before
    pass(Duration.ofSeconds(60));
    get(id).says(200); //                                        60 > div(@session_timeout, 1000)
    pass(Duration.ofSeconds(1));
    get(id).fails(410, "expired"); //                            # {:error, :expired}
  }

  @Test
  void configurableCache_session() {
    String cache = "/v1/caches/ConfigurableCache";
    put(cache, "{'maxSize':3,'ttl':'10s'}").says(201); //  start_link(max_size: 3, ttl: 10)
    put(cache + "/entries/a", "{'value':1}").says(202); // put(:a, 1)
    put(cache + "/entries/b", "{'value':2}").says(202); // put(:b, 2)
    get(cache + "/entries/a").says(200, "{'value':1}"); // get(:a)  # {:ok, 1}
    get(cache + "/stats") //                               # %{size: 2, max_size: 3, ttl: 10}
        .says(
            200,
            "{'size':2,'maxSize':3,'ttl':'10s','hits':1,'misses':0,'evictions':0,'expirations':0}");

    put(cache + "/entries/c", "{'value':3}").says(202); // put(:c, 3)
    put(cache + "/entries/d", "{'value':4}").says(202); // put(:d, 4): evict_oldest(state)
    get(cache + "/entries/b").fails(404, "not-found"); //  # {:error, :not_found}
    pass(Duration.ofSeconds(11)); //                       now - timestamp > state.ttl
    get(cache + "/entries/a").fails(410, "expired"); //    # {:error, :expired}
    get(cache + "/entries/a").fails(404, "not-found"); //  # {:error, :not_found}
  }

  @Test
  void start_namedAndUnnamed() {
    put("/v1/counters/ByName").says(201); //                 start_link(__MODULE__, :ok, name: …)
    put("/v1/counters/ByName").says(200); //                 {:error, {:already_started, pid}}
    put("/v1/counters/ByName", "{'initialValue':1}").fails(409, "already-started");
    get("/v1/counters/ByName/value").says(200, "{'value':0}"); // call(__MODULE__, :get_value)

    String pid =
        post("/v1/counters").location(); //         {:ok, pid} = start_link(__MODULE__, :ok)
    get(pid + "/value").says(200, "{'value':0}"); //         call(pid, :get_value)
    delete(pid).says(204); //                                GenServer.stop(pid)
    get(pid + "/value").fails(404, "no-server"); //          exit: :noproc
  }

  @Test
  void anyOperation_calledAndCast() {
    String counter = "/v1/counters/Both";
    post(counter + "/cast/increment").says(202); //                   cast(Counter, :increment)
    post(counter + "/call/increment").says(200, "{'value':2}"); //    call(Counter, :increment)
    post(counter + "/call/value").says(200, "{'value':2}"); //        call(Counter, :get_value)
    post(counter + "/call/value?timeout=1s")
        .says(200); //            call(Counter, :get_value, 1_000)
    post(counter + "/call/reset").says(200, "{}"); //                 call(Counter, :reset)
  }

  private static void pass(Duration time) {
    NOW.updateAndGet(now -> now.plus(time));
  }

  private Answer get(String path) {
    return send(HttpMethod.GET, path, "");
  }

  private Answer delete(String path) {
    return send(HttpMethod.DELETE, path, "");
  }

  private Answer post(String path) {
    return send(HttpMethod.POST, path, "");
  }

  private Answer post(String path, String body) {
    return send(HttpMethod.POST, path, body);
  }

  private Answer put(String path) {
    return send(HttpMethod.PUT, path, "");
  }

  private Answer put(String path, String body) {
    return send(HttpMethod.PUT, path, body);
  }

  private Answer send(HttpMethod method, String path, String body) {
    var request = http.method(method).uri(path);
    return new Answer(
        (body.isEmpty()
                ? request
                : request.contentType(MediaType.APPLICATION_JSON).content(json(body)))
            .exchange());
  }

  private static String json(String singleQuoted) {
    return singleQuoted.replace('\'', '"');
  }

  private record Answer(MvcTestResult result) {
    void says(int status) {
      assertThat(result).hasStatus(status);
    }

    void says(int status, String body) {
      says(status);
      assertThat(result).bodyJson().isEqualTo(json(body), JsonCompareMode.STRICT);
    }

    void fails(int status, String code) {
      says(status);
      assertThat(result).bodyJson().extractingPath("$.code").isEqualTo(code);
    }

    String location() {
      says(201);
      return result.getResponse().getHeader("Location");
    }
  }

  /** Time that passes when the test says so. */
  @TestConfiguration
  static class HandMovedClock {
    @Bean
    @Primary
    Clock testClock() {
      return ((InstantSource) NOW::get).withZone(ZoneOffset.UTC);
    }
  }
}
