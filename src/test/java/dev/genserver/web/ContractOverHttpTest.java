package dev.genserver.web;

import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;

/** What Spring MVC answers, {@link Lean} and Jetty answer alike. */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
class ContractOverHttpTest extends ContractTest {
  ContractOverHttpTest(@LocalServerPort int port) {
    super(OverHttp.tester(port));
  }

  /** {@link HttpTest} has these. */
  @Override
  void kvStores_keysThatAreNone() {}
}
