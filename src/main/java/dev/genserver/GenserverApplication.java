package dev.genserver;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** The service, started from the command line. */
@SpringBootApplication
public class GenserverApplication {
  private static final Logger log = LoggerFactory.getLogger(GenserverApplication.class);

  public static void main(String[] args) {
    var environment = SpringApplication.run(GenserverApplication.class, args).getEnvironment();
    log.info("Ready on port {}", environment.getProperty("local.server.port"));
  }
}
