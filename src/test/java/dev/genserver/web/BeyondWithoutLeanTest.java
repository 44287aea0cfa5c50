package dev.genserver.web;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.annotation.Import;
import org.springframework.test.web.servlet.assertj.MockMvcTester;

/** What {@link Lean} need not answer Spring MVC answers as well. */
@Import(WithoutLean.class)
class BeyondWithoutLeanTest extends BeyondTest {
  BeyondWithoutLeanTest(@Autowired MockMvcTester http) {
    super(http);
  }
}
