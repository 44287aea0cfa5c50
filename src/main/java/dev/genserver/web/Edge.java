package dev.genserver.web;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.Serial;
import java.util.Collections;
import java.util.Enumeration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * What is settled before a request is looked at: bodies that are too large, names with path
 * parameters, and types of bodies that are not there.
 */
public final class Edge extends OncePerRequestFilter {
  private final long maxBody;

  /** Takes bodies of up to {@code maxBody} bytes. */
  public Edge(long maxBody) {
    this.maxBody = maxBody;
  }

  long maxBody() {
    return maxBody;
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    Problem refusal = refusal(request);
    if (refusal != null) {
      refusal.about(Address.serverIn(request.getRequestURI())).write(response);
    } else if (request.getContentLengthLong() < 0
        && request.getHeader(HttpHeaders.TRANSFER_ENCODING) != null
        && !isBulk(request)) {
      chain.doFilter(new Bounded(request, maxBody), response);
    } else if (request.getContentLengthLong() == 0 && request.getContentType() != null) {
      chain.doFilter(new Bodiless(request), response);
    } else {
      chain.doFilter(request, response);
    }
  }

  private @Nullable Problem refusal(HttpServletRequest request) {
    if (request.getMethod().equals("TRACE")) {
      return Problem.ofHttp(HttpStatus.METHOD_NOT_ALLOWED);
    }
    if (request.getContentLengthLong() > maxBody && !isBulk(request)) {
      return new BodyTooLarge(maxBody).problem();
    }
    if (hasPathParameter(request)) {
      return Problem.of(
          HttpStatus.BAD_REQUEST, "malformed", "path: must not hold a semicolon, save in a key");
    }
    if (request.getRequestURI().chars().anyMatch(c -> c > '~')) {
      return Problem.of(HttpStatus.BAD_REQUEST, "malformed", "path: must be percent-encoded");
    }
    return isOfNoType(request) ? Problem.ofHttp(HttpStatus.UNSUPPORTED_MEDIA_TYPE) : null;
  }

  /**
   * Whether the body is said to be of a type that is none, or of one that others would take in the
   * wrong way: Spring a wildcard for an error of the service, Jetty a form for query parameters.
   */
  private static boolean isOfNoType(HttpServletRequest request) {
    String type = request.getHeader(HttpHeaders.CONTENT_TYPE);
    if (type == null || type.isEmpty()) {
      return false;
    }
    try {
      MediaType parsed = MediaType.parseMediaType(type);
      return !parsed.isConcrete()
          || (request.getContentLengthLong() != 0
              && parsed.isCompatibleWith(MediaType.APPLICATION_FORM_URLENCODED));
    } catch (IllegalArgumentException e) {
      return true;
    }
  }

  /** There the limit holds for each line. */
  private static boolean isBulk(HttpServletRequest request) {
    String type = request.getContentType();
    return request.getRequestURI().equals(Bulk.PATH)
        && type != null
        && type.startsWith(MediaType.APPLICATION_NDJSON_VALUE);
  }

  /** A semicolon before the fifth slash; behind it stands a key, which may hold one. */
  private static boolean hasPathParameter(HttpServletRequest request) {
    String path = request.getRequestURI();
    int semicolon = path.indexOf(';');
    return semicolon >= 0 && path.substring(0, semicolon).chars().filter(c -> c == '/').count() < 5;
  }

  /** A body longer than the settings allow. */
  static final class BodyTooLarge extends IOException {
    @Serial private static final long serialVersionUID = 1;

    private final long most;

    BodyTooLarge(long most) {
      super("body: must be at most " + most + " bytes");
      this.most = most;
    }

    Problem problem() {
      return Problem.of(
          HttpStatus.CONTENT_TOO_LARGE, "too-large", "body: must be at most " + most + " bytes");
    }
  }

  /** A request whose body, of unknown length, ends in an exception when it is too long. */
  private static final class Bounded extends HttpServletRequestWrapper {
    private final long most;

    Bounded(HttpServletRequest request, long most) {
      super(request);
      this.most = most;
    }

    @Override
    public ServletInputStream getInputStream() throws IOException {
      return new BoundedStream(super.getInputStream(), most);
    }
  }

  /** A request whose empty body has no type, so that {@code curl -d ''} is a POST without one. */
  private static final class Bodiless extends HttpServletRequestWrapper {
    Bodiless(HttpServletRequest request) {
      super(request);
    }

    @Override
    public @Nullable String getContentType() {
      return null;
    }

    @Override
    public @Nullable String getHeader(String name) {
      return isType(name) ? null : super.getHeader(name);
    }

    @Override
    public Enumeration<String> getHeaders(String name) {
      return isType(name) ? Collections.emptyEnumeration() : super.getHeaders(name);
    }

    private static boolean isType(String name) {
      return name.equalsIgnoreCase(HttpHeaders.CONTENT_TYPE);
    }
  }

  private static final class BoundedStream extends ServletInputStream {
    private final ServletInputStream in;
    private final long most;
    private long read;

    BoundedStream(ServletInputStream in, long most) {
      this.in = in;
      this.most = most;
    }

    @Override
    public int read() throws IOException {
      int one = in.read();
      count(one < 0 ? 0 : 1);
      return one;
    }

    @Override
    public int read(byte[] to, int offset, int length) throws IOException {
      Objects.checkFromIndexSize(offset, length, to.length);
      int some = in.read(to, offset, length);
      count(Math.max(some, 0));
      return some;
    }

    private void count(int bytes) throws IOException {
      read += bytes;
      if (read > most) {
        throw new BodyTooLarge(most);
      }
    }

    @Override
    public boolean isFinished() {
      return in.isFinished();
    }

    @Override
    public boolean isReady() {
      return in.isReady();
    }

    @Override
    public void setReadListener(ReadListener listener) {
      in.setReadListener(listener);
    }
  }
}
