package dev.genserver.kinds;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.webmvc.test.autoconfigure.AutoConfigureMockMvc;
import org.springframework.http.MediaType;
import org.springframework.test.json.JsonCompareMode;
import org.springframework.test.web.servlet.assertj.MockMvcTester;

/** The file of the kind is all there is of it, and it is served. */
@SpringBootTest
@AutoConfigureMockMvc
class PollOverHttpTest {
  private final MockMvcTester http;

  PollOverHttpTest(@Autowired MockMvcTester http) {
    this.http = http;
  }

  @Test
  void poll_started() {
    var poll = http.put().uri("/v1/polls/lunch").contentType(MediaType.APPLICATION_JSON);
    assertThat(poll.content("{\"options\":[\"soup\",\"salad\"],\"lasts\":\"90m\"}")).hasStatus(201);

    var vote = http.post().uri("/v1/polls/lunch/call/vote").contentType(MediaType.APPLICATION_JSON);
    assertThat(vote.content("{\"voter\":\"alice\",\"option\":\"soup\"}")).hasStatus(200);

    assertThat(http.post().uri("/v1/polls/lunch/call/tally"))
        .bodyJson()
        .isEqualTo("{\"votes\":{\"soup\":1,\"salad\":0},\"closed\":false}", JsonCompareMode.STRICT);
  }
}
