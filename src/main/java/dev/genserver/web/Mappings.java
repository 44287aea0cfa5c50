package dev.genserver.web;

import jakarta.servlet.http.HttpServletRequest;
import java.lang.reflect.Method;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.web.servlet.mvc.condition.RequestCondition;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

/**
 * Finds the controllers' methods. What goes to many servers, {@code /v1/counters/multi-call/…}, is
 * for {@link Fleet} alone, although a controller of the kind has a pattern that fits closer: there
 * is no server of that name.
 */
public final class Mappings extends RequestMappingHandlerMapping {
  private static final Set<String> TO_MANY = Set.of("multi-call", "abcast");

  @Override
  protected @Nullable RequestCondition<?> getCustomMethodCondition(Method method) {
    return method.getDeclaringClass() == Fleet.class ? null : new ToOne();
  }

  /** Holds unless the request goes to many servers. */
  private record ToOne() implements RequestCondition<ToOne> {
    @Override
    public ToOne combine(ToOne other) {
      return this;
    }

    @Override
    public @Nullable ToOne getMatchingCondition(HttpServletRequest request) {
      return isToMany(request.getMethod(), Routes.split(request.getRequestURI())) ? null : this;
    }

    @Override
    public int compareTo(ToOne other, HttpServletRequest request) {
      return 0;
    }
  }

  /** Whether a request goes to many servers. */
  static boolean isToMany(String method, String[] segments) {
    return segments.length == 4 && method.equals("POST") && TO_MANY.contains(segments[2]);
  }
}
