package dev.genserver.web;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.webmvc.test.autoconfigure.AutoConfigureMockMvc;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.web.servlet.assertj.MockMvcTester;

/** What the contract says of durability, over HTTP and a database. */
@SpringBootTest(properties = "genserver.durability=fsync")
@AutoConfigureMockMvc
@DirtiesContext
class DurableContractTest {
  @TempDir static Path data;

  private final Script script;

  DurableContractTest(@Autowired MockMvcTester http) {
    script = new Script(http);
  }

  @DynamicPropertySource
  static void data(DynamicPropertyRegistry registry) {
    registry.add("genserver.data", data::toString);
  }

  @Test
  void durability_ofKindsAndOfStarts() {
    script.play(
        """
        PUT /v1/counters/d -> 201 ~{"durability":"fsync"}
        PUT /v1/counters/d?durability=fsync -> 200 *
        PUT /v1/counters/d?durability=os -> 409 already-started
        PUT /v1/counters/o?durability=os -> 201 ~{"durability":"os"}
        PUT /v1/counters/m?durability=memory -> 201 ~{"durability":"memory"}
        PUT /v1/caches/c -> 201 ~{"durability":"memory"}
        PUT /v1/caches/d?durability=fsync -> 201 ~{"durability":"fsync"}
        GET /v1/counters -> 200 ~{"servers":[{"name":"d"},{"name":"m"},{"name":"o"}]}
        """);
  }

  @Test
  void everyKind_writesAndReads() {
    script.play(
        """
        POST /v1/counters/every/increment {"by":5} -> 200 {"value":5}
        POST /v1/counters/every/cast/increment -> 202
        GET /v1/counters/every/value -> 200 {"value":6}
        POST /v1/stacks/every/push {"item":{"a":1.50}} -> 202
        GET /v1/stacks/every/peek -> 200 {"item":{"a":1.50}}
        PUT /v1/kv-stores/every/entries/k {"value":null} -> 202
        GET /v1/kv-stores/every/entries/k -> 200 {"value":null}
        POST /v1/session-stores/every/sessions {"userId":"u"} -> 201 *
        PUT /v1/caches/every?durability=os -> 201 *
        PUT /v1/caches/every/entries/k {"value":1} -> 202
        GET /v1/caches/every/entries/k -> 200 {"value":1}
        DELETE /v1/counters/every -> 204
        GET /v1/counters/every/value -> 404 no-server
        POST /v1/counters/every/increment -> 200 {"value":1}
        GET /v1/counters/nobody -> 404 no-server
        DELETE /v1/counters/nobody -> 404 no-server
        """);
  }
}
