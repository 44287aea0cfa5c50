package dev.genserver;

import dev.genserver.behaviour.Behaviour;
import dev.genserver.runtime.NotStarted;
import dev.genserver.runtime.Supervised;
import dev.genserver.runtime.Supervisor;
import dev.genserver.runtime.Wanted;
import dev.genserver.web.Address;
import dev.genserver.wire.InvalidArguments;
import dev.genserver.wire.Kind;
import dev.genserver.wire.Kinds;
import dev.genserver.wire.Malformed;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName.Form;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.IterableConfigurationPropertySource;
import org.springframework.core.env.Environment;

/** Reads the supervision tree from the configuration. */
final class Supervisors {
  static final String PLACE = "genserver.supervisors";

  private static final Set<String> KNOWN =
      Arrays.stream(ChildSettings.class.getRecordComponents())
          .map(component -> component.getName().toLowerCase(Locale.ROOT))
          .collect(Collectors.toSet());

  private final Kinds kinds;
  private final Set<String> names = new HashSet<>();

  Supervisors(Kinds kinds) {
    this.kinds = kinds;
  }

  /**
   * The supervisors below the root.
   *
   * @throws NotStarted if something is not as it should be
   */
  List<Supervisor> read(List<ChildSettings> settings) {
    List<Supervisor> supervisors = new ArrayList<>();
    for (int i = 0; i < settings.size(); i++) {
      String place = PLACE + "[" + i + "]";
      if (settings.get(i).kind() != null) {
        throw new NotStarted(
            place + ".kind", "a server needs a supervisor: put it in its children");
      }
      supervisors.add(supervisor(place, settings.get(i)));
    }
    return supervisors;
  }

  /**
   * Looks for properties that there are not: within lists Spring Boot does not.
   *
   * @throws NotStarted if there is one
   */
  static void check(Environment environment) {
    ConfigurationPropertyName list = ConfigurationPropertyName.of(PLACE);
    for (ConfigurationPropertySource source : ConfigurationPropertySources.get(environment)) {
      if (source instanceof IterableConfigurationPropertySource all) {
        all.stream().filter(list::isAncestorOf).forEach(Supervisors::checkName);
      }
    }
  }

  private static void checkName(ConfigurationPropertyName property) {
    int first = ConfigurationPropertyName.of(PLACE).getNumberOfElements();
    for (int i = first; i < property.getNumberOfElements(); i++) {
      if (property.getElement(i - 1, Form.UNIFORM).equals("arguments")) {
        throw new NotStarted(property.toString(), "arguments are JSON, as text");
      }
      if (!property.isNumericIndex(i) && !KNOWN.contains(property.getElement(i, Form.UNIFORM))) {
        throw new NotStarted(property.toString(), "there is no such property");
      }
    }
  }

  private Supervised child(String place, ChildSettings child) {
    return child.kind() == null ? supervisor(place, child) : server(place, child);
  }

  private Supervisor supervisor(String place, ChildSettings self) {
    String name = nameOf(place, self);
    if (!names.add(name)) {
      throw new NotStarted(place + ".name", "there is another supervisor " + name);
    }
    check(self.maxRestarts() >= 0, place + ".max-restarts", "must be 0 or more");
    check(self.maxSeconds() >= 1, place + ".max-seconds", "must be 1 or more");
    List<Supervised> children = new ArrayList<>();
    for (int i = 0; i < self.children().size(); i++) {
      children.add(child(place + ".children[" + i + "]", self.children().get(i)));
    }
    return new Supervisor(
        place,
        name,
        self.strategy(),
        self.maxRestarts(),
        Duration.ofSeconds(self.maxSeconds()),
        children);
  }

  private Supervisor.Child server(String place, ChildSettings self) {
    check(self.children().isEmpty(), place + ".children", "a server has none");
    check(!self.shutdown().isNegative(), place + ".shutdown", "must not be negative");
    Kind kind = kinds.find(Objects.requireNonNull(self.kind()));
    if (kind == null) {
      throw new NotStarted(
          place + ".kind", "no kind " + self.kind() + "; there are " + kinds.all());
    }
    return new Supervisor.Child(
        place,
        kind,
        nameOf(place, self),
        arguments(place, kind, self.arguments()),
        new Wanted(self.durability(), word(self.restart()), null, null, word(self.onCrash())),
        self.shutdown(),
        self.reconfigure());
  }

  private static String word(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  private static Behaviour<?, ?> arguments(String place, Kind kind, String json) {
    try {
      return kind.decodeArguments(json.getBytes(StandardCharsets.UTF_8));
    } catch (Malformed e) {
      throw new NotStarted(place + ".arguments", e.detail());
    } catch (InvalidArguments e) {
      throw new NotStarted(place + ".arguments", e.detail());
    }
  }

  private static String nameOf(String place, ChildSettings self) {
    String name = self.name();
    check(name != null, place + ".name", "is required");
    try {
      return Address.checkName(Objects.requireNonNull(name));
    } catch (Malformed e) {
      throw new NotStarted(place, e.detail());
    }
  }

  private static void check(boolean holds, String place, String otherwise) {
    if (!holds) {
      throw new NotStarted(place, otherwise);
    }
  }
}
