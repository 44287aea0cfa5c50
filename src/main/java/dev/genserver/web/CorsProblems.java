package dev.genserver.web;

import dev.genserver.wire.Wire;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.server.ServerHttpResponse;
import org.springframework.web.cors.CorsConfiguration;
import org.springframework.web.cors.DefaultCorsProcessor;

/**
 * Says as a problem that a page of another origin may not use the service. An answer to a request
 * without an origin varies by that alone.
 */
public final class CorsProblems extends DefaultCorsProcessor {
  static final Problem PROBLEM =
      Problem.of(
          HttpStatus.FORBIDDEN,
          "forbidden-origin",
          "Origin: pages of this origin may not use the service; genserver.cors-origins says which may");

  @Override
  public boolean processRequest(
      @Nullable CorsConfiguration rules, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    if (request.getHeader(HttpHeaders.ORIGIN) != null) {
      return super.processRequest(rules, request, response);
    }
    response.addHeader(HttpHeaders.VARY, HttpHeaders.ORIGIN);
    return true;
  }

  @Override
  protected void rejectRequest(ServerHttpResponse response) throws IOException {
    response.setStatusCode(HttpStatus.FORBIDDEN);
    response.getHeaders().setContentType(MediaType.APPLICATION_PROBLEM_JSON);
    response.getBody().write(Wire.mapper().writeValueAsBytes(PROBLEM));
    response.flush();
  }
}
