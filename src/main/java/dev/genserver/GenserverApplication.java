package dev.genserver;

import dev.genserver.wire.Kinds;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.ApplicationContext;

/** The service, started from the command line. */
@SpringBootApplication
public class GenserverApplication {
  private static final Logger log = LoggerFactory.getLogger(GenserverApplication.class);

  public static void main(String[] args) {
    SpringApplication application = new SpringApplication(GenserverApplication.class);
    application.addListeners(new Prebuilt());
    ApplicationContext context = application.run(args);
    if (log.isInfoEnabled()) {
      log.info(ready(context));
    }
  }

  /** Where the service is, who can reach it, and what is there. */
  private static String ready(ApplicationContext context) {
    var settings = context.getEnvironment();
    return "Ready on port %s of %s: /v1 with %s; /swagger-ui.html; /actuator with %s"
        .formatted(
            settings.getProperty("local.server.port"),
            reach(settings.getProperty("server.address", InetAddress.class)),
            context.getBean(Kinds.class).all(),
            settings.getProperty("management.endpoints.web.exposure.include"));
  }

  private static String reach(@Nullable InetAddress address) {
    if (address != null && address.isLoopbackAddress()) {
      return address.getHostAddress() + " (this machine only)";
    }
    return (address == null ? "every address" : address.getHostAddress())
        + " (no password: whoever reaches it may use it)";
  }
}
