package dev.genserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.genserver.kinds.Counter;
import dev.genserver.runtime.NotStarted;
import dev.genserver.runtime.Supervisor;
import dev.genserver.wire.Kinds;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.mock.env.MockEnvironment;

/** Reads supervisors from the configuration. */
class SupervisorsTest {
  private static final Kinds KINDS = new Kinds(List.of(Counter.class));

  private final Map<String, String> properties = new HashMap<>();

  private SupervisorsTest with(String property, String value) {
    properties.put("genserver.supervisors[0]." + property, value);
    return this;
  }

  private List<Supervisor> read() {
    return new Supervisors(KINDS).read(settings().supervisors());
  }

  private Settings settings() {
    return new Binder(new MapConfigurationPropertySource(properties))
        .bindOrCreate("genserver", Settings.class);
  }

  @Test
  void none() {
    assertThat(read()).isEmpty();
  }

  @Test
  void nested_inOrder() {
    with("name", "s").with("strategy", "one-for-all").with("max-restarts", "7");
    with("children[0].kind", "counters").with("children[0].name", "a");
    with("children[1].name", "t").with("children[1].children[0].kind", "counters");
    with("children[1].children[0].name", "b").with("children[1].children[0].shutdown", "2s");
    with("children[1].children[0].arguments", "{\"initialValue\":4}");
    Supervisor supervisor = read().getFirst();
    assertThat(supervisor.strategy()).isEqualTo(Supervisor.Strategy.ONE_FOR_ALL);
    assertThat(supervisor.maxRestarts()).isEqualTo(7);
    assertThat(supervisor.window()).isEqualTo(Duration.ofSeconds(5));
    Supervisor.Child a = (Supervisor.Child) supervisor.children().getFirst();
    assertThat(a.arguments()).isEqualTo(new Counter(0));
    Supervisor nested = (Supervisor) supervisor.children().getLast();
    Supervisor.Child b = (Supervisor.Child) nested.children().getFirst();
    assertThat(b.arguments()).isEqualTo(new Counter(4));
    assertThat(b.shutdown()).isEqualTo(Duration.ofSeconds(2));
    assertThat(b.place()).isEqualTo("genserver.supervisors[0].children[1].children[0]");
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '|',
      value = {
        "kind, counters, kind",
        "name, a/b, ",
        "name, events, ",
        "max-restarts, -1, max-restarts",
        "max-seconds, 0, max-seconds",
        "children[0].kind, sticks, children[0].kind",
        "children[0].arguments, {, children[0].arguments",
        "children[0].arguments, |{\"initial\":1}|, children[0].arguments",
        "children[0].shutdown, -1s, children[0].shutdown",
        "children[0].children[0].name, x, children[0].children",
        "children[1].name, s, children[1].name",
      })
  void mistakes_areNamed(String property, String value, String place) {
    with("name", "s").with("children[0].kind", "counters").with("children[0].name", "a");
    with(property, value);
    assertThatThrownBy(this::read)
        .isInstanceOfSatisfying(
            NotStarted.class,
            e ->
                assertThat(e.place())
                    .isEqualTo("genserver.supervisors[0]" + (place == null ? "" : "." + place)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"children[0].on-crush", "max-sconds", "children[0].arguments.initial"})
  void unknownProperty_isNamed(String property) {
    with("name", "s").with("children[0].kind", "counters").with("children[0].onCrash", "init");
    MockEnvironment environment = new MockEnvironment();
    properties.forEach(environment::setProperty);
    Supervisors.check(environment);
    environment.setProperty("genserver.supervisors[0]." + property, "x");
    assertThatThrownBy(() -> Supervisors.check(environment))
        .isInstanceOfSatisfying(
            NotStarted.class,
            e -> assertThat(e.place()).isEqualTo("genserver.supervisors[0]." + property));
  }

  @Test
  void durableChild_needsAStore() {
    properties.put("genserver.durability", "memory");
    with("name", "s").with("children[0].name", "t").with("children[0].children[0].name", "a");
    assertThat(settings().needsStore()).isFalse();
    with("children[0].children[0].durability", "os");
    assertThat(settings().needsStore()).isTrue();
  }

  @Test
  void name_isRequired() {
    with("children[0].kind", "counters");
    assertThatThrownBy(this::read)
        .isInstanceOfSatisfying(
            NotStarted.class,
            e -> assertThat(e.place()).isEqualTo("genserver.supervisors[0].name"));
  }
}
