package dev.genserver.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.jayway.jsonpath.JsonPath;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.webmvc.test.autoconfigure.AutoConfigureMockMvc;
import org.springframework.test.web.servlet.assertj.MockMvcTester;

/** What is sensitive, where the settings let it be shown. */
@SpringBootTest(properties = "genserver.reveal=true")
@AutoConfigureMockMvc
class SysRevealedTest {
  private final Script script;

  SysRevealedTest(@Autowired MockMvcTester http) {
    this.script = new Script(http);
  }

  private String state(String query) {
    return Script.text(script.send("GET", "/v1/session-stores/open/sys/state" + query, null));
  }

  @Test
  void state_isShownAndPutBack() {
    String sent = "{\"userId\":\"bob\",\"data\":{\"pin\":1234}}";
    var made = script.send("POST", "/v1/session-stores/open/sessions", sent);
    String id = JsonPath.read(Script.text(made), "$.sessionId");
    assertThat(state("")).doesNotContain(id, "bob", "1234");
    String state = state("?reveal=true");
    assertThat(state).contains(id, "bob", "1234");
    script.play(
        """
        DELETE /v1/session-stores/open/sessions/%1$s -> 204
        GET /v1/session-stores/open/sessions/%1$s -> 404 not-found
        PUT /v1/session-stores/open/sys/state %2$s -> 204
        GET /v1/session-stores/open/sessions/%1$s -> 200 ~{"userId":"bob","data":{"pin":1234}}
        """
            .formatted(id, state));
  }
}
