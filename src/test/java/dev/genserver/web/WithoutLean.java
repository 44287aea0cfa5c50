package dev.genserver.web;

import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Server;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.jetty.servlet.JettyServletWebServerFactory;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;

/** Has Spring MVC answer everything. */
@TestConfiguration(proxyBeanMethods = false)
class WithoutLean {
  /** Customizers are over by the time that this is called, so what they put in can be taken out. */
  @Bean
  static BeanPostProcessor withoutLean() {
    return new BeanPostProcessor() {
      @Override
      public Object postProcessAfterInitialization(Object bean, String name) {
        if (bean instanceof JettyServletWebServerFactory factory) {
          factory.addServerCustomizers(WithoutLean::takeLeanOut);
        }
        return bean;
      }
    };
  }

  private static void takeLeanOut(Server server) {
    Lean lean = (Lean) server.getHandler();
    Handler servlets = lean.getHandler();
    lean.setHandler((Handler) null);
    server.setHandler(servlets);
  }
}
