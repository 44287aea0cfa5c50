package dev.genserver.web;

import dev.genserver.web.RawHttp.Answer;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.test.web.servlet.assertj.MockMvcTester;
import org.springframework.test.web.servlet.setup.MockMvcBuilders;

/** Sends over a connection what was written for MockMvc, which knows nothing of connections. */
final class OverHttp {
  private OverHttp() {}

  /** A tester whose requests go to this port, and whose answers come from there. */
  static MockMvcTester tester(int port) {
    RawHttp http = new RawHttp(port);
    return MockMvcTester.create(
        MockMvcBuilders.standaloneSetup(new Object())
            .addFilters((request, response, _) -> forward(http, request, response))
            .build());
  }

  private static void forward(RawHttp http, ServletRequest request, ServletResponse response)
      throws IOException {
    MockHttpServletResponse to = (MockHttpServletResponse) response;
    Answer answer = http.send(bytes((MockHttpServletRequest) request));
    to.setStatus(answer.status());
    answer.headers().forEach(to::setHeader);
    to.getOutputStream().write(answer.body().getBytes(StandardCharsets.UTF_8));
  }

  /** The request as it goes over the connection, one character a byte. */
  private static String bytes(MockHttpServletRequest request) {
    String query = request.getQueryString();
    StringBuilder bytes = new StringBuilder(request.getMethod());
    bytes.append(' ').append(request.getRequestURI()).append(query == null ? "" : "?" + query);
    bytes.append(" HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n");
    for (String name : Collections.list(request.getHeaderNames())) {
      if (!name.equals("Content-Length")) {
        bytes.append(name).append(": ").append(request.getHeader(name)).append("\r\n");
      }
    }
    byte[] body = request.getContentAsByteArray();
    if (body != null) {
      bytes.append("Content-Length: ").append(body.length).append("\r\n");
    }
    bytes.append("\r\n");
    return bytes
        .append(body == null ? "" : new String(body, StandardCharsets.ISO_8859_1))
        .toString();
  }
}
