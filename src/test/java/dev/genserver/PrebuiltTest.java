package dev.genserver;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

class PrebuiltTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "server.port",
        "server.ssl.key-store",
        "genserver.data",
        "genserver.max-servers",
        "genserver.kinds.caches.durability",
        "spring.datasource.url",
        "logging.level.root"
      })
  void isAsBuilt_settingsThatOnlySayWhatABeanDoes(String name) {
    assertThat(isAsBuilt(inFile(name))).isTrue();
    assertThat(isAsBuilt(asVariable(name))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "management.server.port",
        "management.endpoints.web.exposure.include",
        "server.forward-headers-strategy",
        "spring.profiles.active",
        "springdoc.swagger-ui.enabled",
        "server.ssl.enabled",
        "spring.application.admin.enabled",
        "spring.aot.enabled",
        "genserver.durability",
        "loader.path"
      })
  void isAsBuilt_settingsThatMayDecide(String name) {
    assertThat(isAsBuilt(inFile(name))).isFalse();
    assertThat(isAsBuilt(asVariable(name))).isFalse();
  }

  @Test
  void isAsBuilt_whatTheJarItselfSays() {
    String place = "Config resource 'class path resource [application.yaml]' via location 'x'";
    assertThat(isAsBuilt(new MapPropertySource(place, Map.of("management.x", "y")))).isTrue();
  }

  private static boolean isAsBuilt(PropertySource<?> source) {
    var environment = new StandardEnvironment();
    environment
        .getPropertySources()
        .forEach(of -> environment.getPropertySources().remove(of.getName()));
    environment.getPropertySources().addFirst(source);
    ConfigurationPropertySources.attach(environment);
    return Prebuilt.isAsBuilt(environment);
  }

  private static PropertySource<?> inFile(String name) {
    return new MapPropertySource("Config resource 'file [application.yaml]'", Map.of(name, "x"));
  }

  private static PropertySource<?> asVariable(String name) {
    String variable = name.replace("-", "").replace('.', '_').toUpperCase(Locale.ROOT);
    return new SystemEnvironmentPropertySource("systemEnvironment", Map.of(variable, "x"));
  }
}
