package dev.genserver.web;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.core.MethodParameter;
import org.springframework.web.bind.support.WebDataBinderFactory;
import org.springframework.web.context.request.NativeWebRequest;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.method.support.ModelAndViewContainer;

/**
 * Gives every controller that asks for one the {@link Exchange}, the {@link Timeout} alone, or the
 * {@link Head}.
 */
public final class ExchangeParameters implements HandlerMethodArgumentResolver {
  private static final Set<Class<?>> TYPES = Set.of(Exchange.class, Timeout.class, Head.class);

  @Override
  public boolean supportsParameter(MethodParameter parameter) {
    return TYPES.contains(parameter.getParameterType());
  }

  @Override
  public Object resolveArgument(
      MethodParameter parameter,
      @Nullable ModelAndViewContainer container,
      NativeWebRequest request,
      @Nullable WebDataBinderFactory binders) {
    HttpServletRequest asked =
        Objects.requireNonNull(request.getNativeRequest(HttpServletRequest.class));
    HttpServletResponse answer =
        Objects.requireNonNull(request.getNativeResponse(HttpServletResponse.class));
    if (parameter.getParameterType() == Head.class) {
      return Head.of(asked, answer);
    }
    String timeout = request.getParameter(Timeout.NAME);
    return parameter.getParameterType() == Timeout.class
        ? Timeout.of(timeout)
        : new Exchange(
            Head.of(asked, answer), timeout, EventStreams.areWanted(asked) ? answer : null);
  }
}
