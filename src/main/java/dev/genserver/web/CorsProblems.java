package dev.genserver.web;

import dev.genserver.wire.Wire;
import java.io.IOException;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.server.ServerHttpResponse;
import org.springframework.web.cors.DefaultCorsProcessor;

/** Says as a problem that a page of another origin may not use the service. */
public final class CorsProblems extends DefaultCorsProcessor {
  static final Problem PROBLEM =
      Problem.of(
          HttpStatus.FORBIDDEN,
          "forbidden-origin",
          "Origin: pages of this origin may not use the service; genserver.cors-origins says which may");

  @Override
  protected void rejectRequest(ServerHttpResponse response) throws IOException {
    response.setStatusCode(HttpStatus.FORBIDDEN);
    response.getHeaders().setContentType(MediaType.APPLICATION_PROBLEM_JSON);
    response.getBody().write(Wire.mapper().writeValueAsBytes(PROBLEM));
    response.flush();
  }
}
