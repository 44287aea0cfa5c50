package dev.genserver.web;

import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Import;

/** What {@link Lean} need not answer Spring MVC answers as well. */
@Import(WithoutLean.class)
class FuzzWithoutLeanTest extends FuzzTest {
  FuzzWithoutLeanTest(@LocalServerPort int port) {
    super(port);
  }
}
