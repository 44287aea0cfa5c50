package dev.genserver.web;

import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;

/** Has Spring MVC answer everything. */
@TestConfiguration
class WithoutLean {
  @Bean
  FilterRegistrationBean<Lean> withoutLean(Lean lean) {
    FilterRegistrationBean<Lean> registration = new FilterRegistrationBean<>(lean);
    registration.setEnabled(false);
    return registration;
  }
}
