package dev.genserver.web;

import static dev.genserver.web.LongWayMarked.isLean;
import static org.assertj.core.api.Assertions.assertThat;

import dev.genserver.web.RawHttp.Answer;
import dev.genserver.web.RawHttp.Line;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Import;

/** Connections on which nothing moves: the client is to blame, or it waits for its answer. */
@SpringBootTest(
    webEnvironment = WebEnvironment.RANDOM_PORT,
    properties = "server.jetty.connection-idle-timeout=1s")
@Import(LongWayMarked.class)
class IdleConnectionTest {
  private final RawHttp http;

  IdleConnectionTest(@LocalServerPort int port) {
    this.http = new RawHttp(port);
  }

  private static String text(String line, String... headers) {
    String more = headers.length == 0 ? "" : String.join("\r\n", headers) + "\r\n";
    return line + " HTTP/1.1\r\nHost: 127.0.0.1\r\n" + more + "\r\n";
  }

  /** Not for a multiple: Jetty may end an answer that it is just about to write. */
  @ParameterizedTest
  @CsvSource({"Accept: */*, true", "Accept: application/*, false"})
  void call_waitsForLonger(String header, boolean lean) throws IOException {
    http.send(text("PUT /v1/counters/idle", "Connection: close"));
    http.send(text("POST /v1/counters/idle/sys/suspend", "Connection: close"));
    try (Line line = http.open()) {
      line.write(text("POST /v1/counters/idle/increment?timeout=1500ms", header));
      Answer answer = line.read(false);
      assertThat(answer.status()).isEqualTo(504);
      assertThat(isLean(answer)).isEqualTo(lean);
    }
    http.send(text("POST /v1/counters/idle/sys/resume", "Connection: close"));
  }

  @Test
  void connection_withoutRequests() throws IOException {
    try (Line line = http.open()) {
      line.write(text("POST /v1/counters/first/increment"));
      assertThat(line.read(false).body()).isEqualTo("{\"value\":1}");
      assertThat(line.isAtEnd()).isTrue();
    }
  }

  @ParameterizedTest
  @CsvSource({"Accept: */*", "Accept: application/*"})
  void body_neverComes(String header) throws IOException {
    try (Line line = http.open()) {
      line.write(
          text(
              "PUT /v1/kv-stores/never/entries/a",
              header,
              "Content-Type: application/json",
              "Content-Length: 11"));
      line.write("{\"val");
      assertThat(line.read(false).status()).isEqualTo(408);
      assertThat(line.isAtEnd()).isTrue();
    }
    assertThat(http.send(text("GET /v1/kv-stores/never", "Connection: close")).status())
        .isEqualTo(404);
  }
}
