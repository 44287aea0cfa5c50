package dev.genserver.web;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.core.MethodParameter;
import org.springframework.web.bind.support.WebDataBinderFactory;
import org.springframework.web.context.request.NativeWebRequest;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.method.support.ModelAndViewContainer;

/** Gives every controller that asks for one the {@link Exchange}, or the {@link Timeout} alone. */
public final class ExchangeParameters implements HandlerMethodArgumentResolver {
  @Override
  public boolean supportsParameter(MethodParameter parameter) {
    return parameter.getParameterType() == Timeout.class
        || parameter.getParameterType() == Exchange.class;
  }

  @Override
  public Object resolveArgument(
      MethodParameter parameter,
      @Nullable ModelAndViewContainer container,
      NativeWebRequest request,
      @Nullable WebDataBinderFactory binders) {
    String timeout = request.getParameter(Timeout.NAME);
    return parameter.getParameterType() == Timeout.class
        ? Timeout.of(timeout)
        : new Exchange(
            Objects.requireNonNull(request.getNativeRequest(HttpServletRequest.class)),
            Objects.requireNonNull(request.getNativeResponse(HttpServletResponse.class)),
            timeout);
  }
}
