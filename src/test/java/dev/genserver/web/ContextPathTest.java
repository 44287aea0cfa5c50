package dev.genserver.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;

/** Below a context path there is everything, and nothing beside it. */
@SpringBootTest(
    webEnvironment = WebEnvironment.RANDOM_PORT,
    properties = "server.servlet.context-path=/api")
class ContextPathTest {
  private final RawHttp http;

  ContextPathTest(@LocalServerPort int port) {
    this.http = new RawHttp(port);
  }

  @Test
  void path() throws IOException {
    assertThat(status("/api/v1/counters/context/increment")).isEqualTo(200);
    assertThat(status("/v1/counters/context/increment")).isEqualTo(404);
  }

  private int status(String path) throws IOException {
    return http.send(
            "POST "
                + path
                + " HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        .status();
  }
}
