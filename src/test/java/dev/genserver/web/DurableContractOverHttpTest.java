package dev.genserver.web;

import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;

/** What Spring MVC answers, {@link Lean} and Jetty answer alike. */
@SpringBootTest(
    webEnvironment = WebEnvironment.RANDOM_PORT,
    properties = "genserver.durability=fsync")
class DurableContractOverHttpTest extends DurableContractTest {
  DurableContractOverHttpTest(@LocalServerPort int port) {
    super(OverHttp.tester(port));
  }
}
