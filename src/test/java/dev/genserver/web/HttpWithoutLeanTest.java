package dev.genserver.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Import;

/** What {@link Lean} need not answer Spring MVC answers as well. */
@Import({WithoutLean.class, LongWayMarked.class})
class HttpWithoutLeanTest extends HttpTest {
  private final RawHttp http;

  HttpWithoutLeanTest(@LocalServerPort int port) {
    super(port);
    this.http = new RawHttp(port);
  }

  @Test
  void request_plain() throws IOException {
    RawHttp.Answer answer =
        http.send(
            "POST /v1/counters/plain/increment HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    assertThat(answer.status()).isEqualTo(200);
    assertThat(LongWayMarked.isLean(answer)).isFalse();
  }
}
