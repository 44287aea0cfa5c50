package dev.genserver.web;

import dev.genserver.wire.Malformed;
import java.util.Set;
import java.util.function.Consumer;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Promise;
import org.eclipse.jetty.util.thread.Invocable;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;

/**
 * A request that says what it wants by its method, its path, a timeout, a body of JSON and the
 * headers that an {@link Exchange} looks at, and by nothing else.
 */
final class PlainRequest implements Head {
  private static final String TIMEOUT = Timeout.NAME + "=";

  private static final Set<String> JSON_ACCEPTED =
      Set.of("*/*", MediaType.APPLICATION_JSON_VALUE, "application/json, text/plain, */*");

  private static final byte[] NOTHING = {};

  private final Request request;
  private final Response response;
  private final String path;
  private final String[] segments;
  private final int length;
  private final @Nullable String timeout;
  private byte[] body = NOTHING;

  private PlainRequest(Request request, Response response, String path) {
    this.request = request;
    this.response = response;
    this.path = path;
    this.segments = Routes.split(path);
    this.length = Math.max(0, (int) request.getLength());
    String query = request.getHttpURI().getQuery();
    this.timeout = query == null ? null : query.substring(TIMEOUT.length());
  }

  /** The request as a plain one, or null if it is none. */
  static @Nullable PlainRequest of(Request request, Response response, int maxBody) {
    String path = request.getHttpURI().getPath();
    return path != null
            && isPlainPath(path)
            && isPlainQuery(request.getHttpURI().getQuery())
            && request.getLength() <= maxBody
            && hasPlainHeaders(request)
        ? new PlainRequest(request, response, path)
        : null;
  }

  @Override
  public String method() {
    return request.getMethod();
  }

  @Override
  public String path() {
    return path;
  }

  @Override
  public @Nullable String header(String name) {
    return request.getHeaders().get(name);
  }

  @Override
  public void answer(String header, String value) {
    response.getHeaders().put(header, value);
  }

  /** The segments of its path. */
  String[] segments() {
    return segments;
  }

  /** The timeout that it asks for, if it does. */
  @Nullable String timeout() {
    return timeout;
  }

  boolean hasBody() {
    return length > 0;
  }

  /** Has the body read, without waiting, and this done then; null: with it. */
  void read(Consumer<@Nullable Throwable> then) {
    Content.Source.asByteArrayAsync(
        request,
        length,
        Promise.Invocable.from(
            Invocable.InvocationType.NON_BLOCKING,
            bytes -> {
              body = bytes;
              then.accept(null);
            },
            then));
  }

  /**
   * The bytes of its body, which was read.
   *
   * @throws Malformed if there are none
   */
  byte[] body() {
    if (body.length == 0) {
      throw new Malformed("body", "is required, as JSON");
    }
    return body;
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

  private static boolean hasPlainHeaders(Request request) {
    boolean typed = false;
    for (HttpField field : request.getHeaders()) {
      if (!isPlain(field)) {
        return false;
      }
      typed |= field.getHeader() == HttpHeader.CONTENT_TYPE;
    }
    return typed || request.getLength() <= 0;
  }

  /** Others make more of a request, or are looked at by an {@link Exchange}, or by nobody. */
  private static boolean isPlain(HttpField field) {
    HttpHeader header = field.getHeader();
    if (header == null) {
      return !field.getName().equalsIgnoreCase("Last-Event-ID");
    }
    return switch (header) {
      case ORIGIN, TRANSFER_ENCODING, EXPECT, UPGRADE -> false;
      case IF_MODIFIED_SINCE, IF_UNMODIFIED_SINCE -> false;
      case CONTENT_TYPE -> field.getValue().equals(MediaType.APPLICATION_JSON_VALUE);
      case ACCEPT -> JSON_ACCEPTED.contains(field.getValue());
      default -> true;
    };
  }
}
