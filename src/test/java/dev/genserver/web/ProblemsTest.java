package dev.genserver.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.genserver.runtime.Outcome;
import org.junit.jupiter.api.Test;
import org.springframework.http.HttpHeaders;

class ProblemsTest {
  @Test
  void shuttingDown() {
    Problem problem = Problems.of(new Outcome.ShuttingDown());
    assertThat(problem.status()).isEqualTo(503);
    assertThat(problem.code()).isEqualTo("shutting-down");
    assertThat(problem.retryable()).isTrue();
    assertThat(problem.response().getHeaders().getFirst(HttpHeaders.RETRY_AFTER)).isEqualTo("1");
  }

  @Test
  void refused_codeOfAKindOfItsOwn() {
    Problem problem = Problems.of(new Outcome.Refused("too-early", "not before noon"));
    assertThat(problem.status()).isEqualTo(409);
    assertThat(problem.code()).isEqualTo("too-early");
    assertThat(problem.detail()).isEqualTo("not before noon");
  }
}
