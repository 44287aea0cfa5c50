package dev.genserver.web;

import jakarta.servlet.Filter;
import jakarta.servlet.http.HttpServletResponse;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/** Has the answers of servlets say so, for otherwise nobody could tell. */
@TestConfiguration(proxyBeanMethods = false)
class LongWayMarked {
  private static final String MARK = "long-way";

  @Bean
  @Order(Ordered.HIGHEST_PRECEDENCE)
  Filter longWay() {
    return (request, response, chain) -> {
      ((HttpServletResponse) response).setHeader(MARK, "yes");
      chain.doFilter(request, response);
    };
  }

  /** Whether it is an answer of {@link Lean}. */
  static boolean isLean(RawHttp.Answer answer) {
    return !answer.headers().containsKey(MARK);
  }
}
