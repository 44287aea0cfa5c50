package dev.genserver.web;

import io.micrometer.core.instrument.MeterRegistry;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Import;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** The same where each answer waits for the disk, so that most are given later. */
@SpringBootTest(
    webEnvironment = WebEnvironment.RANDOM_PORT,
    properties = "genserver.durability=fsync")
@Import(LongWayMarked.class)
@DirtiesContext
class DurableLeanTest extends LeanTest {
  @TempDir static Path data;

  DurableLeanTest(@LocalServerPort int port, @Autowired MeterRegistry meters) {
    super(port, meters);
  }

  @DynamicPropertySource
  static void data(DynamicPropertyRegistry registry) {
    registry.add("genserver.data", data::toString);
  }
}
