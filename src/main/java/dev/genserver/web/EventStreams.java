package dev.genserver.web;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.util.MimeTypeUtils;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.servlet.HandlerInterceptor;
import org.springframework.web.servlet.HandlerMapping;

/**
 * Which requests want a stream of events, and which get one: a GET that would sooner have {@code
 * text/event-stream} than anything else. Where there are none, this says 406.
 */
public final class EventStreams implements HandlerInterceptor {
  private static final Pattern ENDLESS =
      Pattern.compile("/v1/(events|[^/]+/[^/]+/(events|down|sys/trace))");

  /** Whether a stream is what the request wants. */
  public static boolean areWanted(@Nullable HttpServletRequest request) {
    if (request == null || !request.getMethod().equals("GET")) {
      return false;
    }
    String accepted = request.getHeader(HttpHeaders.ACCEPT);
    return accepted != null
        && accepted.toLowerCase(Locale.ROOT).contains(MediaType.TEXT_EVENT_STREAM_VALUE)
        && isFirst(accepted);
  }

  private static boolean isFirst(String accepted) {
    try {
      List<MediaType> types = MediaType.parseMediaTypes(accepted);
      MimeTypeUtils.sortBySpecificity(types);
      return types.getFirst().equalsTypeAndSubtype(MediaType.TEXT_EVENT_STREAM);
    } catch (RuntimeException e) {
      return false; // Spring MVC will say what is wrong
    }
  }

  /**
   * Whether the answer lasts as long as the client likes: a stream, or a wait for a server's end.
   */
  public static boolean isEndless(@Nullable HttpServletRequest request) {
    return areWanted(request)
        || (request != null && ENDLESS.matcher(request.getRequestURI()).matches());
  }

  static ResponseStatusException notHere() {
    return new ResponseStatusException(HttpStatus.NOT_ACCEPTABLE);
  }

  @Override
  public boolean preHandle(
      HttpServletRequest request, HttpServletResponse response, Object handler) {
    if (areWanted(request)
        && handler instanceof HandlerMethod method
        && !mayStream(method, request)) {
      throw notHere();
    }
    return true;
  }

  /** Whether it says so, or takes an {@link Exchange}, whose {@link Gateway} decides. */
  private static boolean mayStream(HandlerMethod method, HttpServletRequest request) {
    return Arrays.asList(method.getMethod().getParameterTypes()).contains(Exchange.class)
        || (request.getAttribute(HandlerMapping.PRODUCIBLE_MEDIA_TYPES_ATTRIBUTE)
                instanceof Collection<?> types
            && types.contains(MediaType.TEXT_EVENT_STREAM));
  }
}
