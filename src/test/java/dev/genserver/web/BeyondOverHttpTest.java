package dev.genserver.web;

import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;

/** What Spring MVC answers, {@link Lean} and Jetty answer alike. */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT, properties = "genserver.max-batch=5")
class BeyondOverHttpTest extends BeyondTest {
  BeyondOverHttpTest(@LocalServerPort int port) {
    super(OverHttp.tester(port));
  }
}
