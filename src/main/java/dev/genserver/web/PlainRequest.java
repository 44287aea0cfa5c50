package dev.genserver.web;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.EOFException;
import java.io.IOException;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.http.server.ServletServerHttpRequest;

/**
 * A request that says what it wants by its method, its path, a timeout and a body of JSON, and by
 * nothing else.
 */
final class PlainRequest {
  private static final String TIMEOUT = Timeout.NAME + "=";

  private static final Set<String> JSON_ACCEPTED =
      Set.of("*/*", MediaType.APPLICATION_JSON_VALUE, "application/json, text/plain, */*");

  /** Headers that make more of a request, now or in a kind of request still to come. */
  private static final String[] MORE = {
    HttpHeaders.ORIGIN,
    HttpHeaders.TRANSFER_ENCODING,
    HttpHeaders.IF_MODIFIED_SINCE,
    HttpHeaders.IF_UNMODIFIED_SINCE,
    "Last-Event-ID",
  };

  private final HttpServletRequest request;
  private final HttpServletResponse response;
  private final String[] path;
  private final int length;
  private final @Nullable String timeout;

  private PlainRequest(HttpServletRequest request, HttpServletResponse response) {
    this.request = request;
    this.response = response;
    this.path = Routes.split(request.getRequestURI());
    this.length = Math.max(0, request.getContentLength());
    String query = request.getQueryString();
    this.timeout = query == null ? null : query.substring(TIMEOUT.length());
  }

  /** The request as a plain one, or null if it is none. */
  static @Nullable PlainRequest of(
      HttpServletRequest request, HttpServletResponse response, long maxBody) {
    return request.getContentLengthLong() <= Math.min(maxBody, Integer.MAX_VALUE)
            && isPlainPath(request.getRequestURI())
            && isPlainQuery(request.getQueryString())
            && hasPlainType(request)
            && hasPlainHeaders(request)
        ? new PlainRequest(request, response)
        : null;
  }

  HttpServletRequest request() {
    return request;
  }

  HttpServletResponse response() {
    return response;
  }

  /** The segments of its path. */
  String[] path() {
    return path;
  }

  /** The timeout that it asks for, if it does. */
  @Nullable String timeout() {
    return timeout;
  }

  boolean hasBody() {
    return length > 0;
  }

  /**
   * The bytes of its body.
   *
   * @throws HttpMessageNotReadableException if there are none
   */
  byte[] body() {
    try {
      byte[] body = request.getInputStream().readNBytes(length);
      if (body.length > 0) {
        return body;
      }
      throw new EOFException();
    } catch (IOException e) {
      throw new HttpMessageNotReadableException(
          "no body", e, new ServletServerHttpRequest(request));
    }
  }

  /** Whether it means the same however it is read: nothing encoded, no parameters, no way up. */
  private static boolean isPlainPath(String path) {
    char before = 0;
    for (int i = 0; i < path.length(); i++) {
      char c = path.charAt(i);
      if (c <= ' ' || c >= 0x7F || "%;\\{}".indexOf(c) >= 0) {
        return false;
      }
      if (before == '/' && (c == '/' || c == '.')) {
        return false;
      }
      before = c;
    }
    return path.startsWith("/v1/") && before != '/';
  }

  private static boolean isPlainQuery(@Nullable String query) {
    return query == null
        || (query.startsWith(TIMEOUT)
            && query
                .chars()
                .skip(TIMEOUT.length())
                .allMatch(c -> c < 0x7F && Character.isLetterOrDigit(c)));
  }

  private static boolean hasPlainType(HttpServletRequest request) {
    String type = request.getContentType();
    return type == null
        ? request.getContentLengthLong() <= 0
        : type.equals(MediaType.APPLICATION_JSON_VALUE);
  }

  private static boolean hasPlainHeaders(HttpServletRequest request) {
    for (String header : MORE) {
      if (request.getHeader(header) != null) {
        return false;
      }
    }
    String accepted = request.getHeader(HttpHeaders.ACCEPT);
    return accepted == null || JSON_ACCEPTED.contains(accepted);
  }
}
