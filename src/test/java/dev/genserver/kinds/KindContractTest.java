package dev.genserver.kinds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.genserver.behaviour.Behaviour;
import dev.genserver.behaviour.From;
import dev.genserver.behaviour.Json;
import dev.genserver.behaviour.ManualServer;
import dev.genserver.behaviour.Name;
import dev.genserver.behaviour.Query;
import dev.genserver.behaviour.Signal;
import dev.genserver.behaviour.Step;
import dev.genserver.behaviour.Table;
import dev.genserver.behaviour.Touch;
import dev.genserver.runtime.Shelf;
import dev.genserver.wire.Field;
import dev.genserver.wire.InvalidArguments;
import dev.genserver.wire.Kind;
import dev.genserver.wire.Kinds;
import dev.genserver.wire.Malformed;
import dev.genserver.wire.Operation;
import dev.genserver.wire.Wire;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.context.annotation.ClassPathScanningCandidateComponentProvider;
import org.springframework.core.type.filter.AssignableTypeFilter;
import org.springframework.util.ClassUtils;
import tools.jackson.databind.JavaType;

/**
 * What every kind promises. One that is added to the package is covered from then on, in memory and
 * brought back from each store after every turn.
 */
@ParameterizedClass
@MethodSource("dev.genserver.runtime.Shelf#all")
class KindContractTest {
  private static final int HISTORIES = Boolean.getBoolean("genserver.test.long") ? 5_000 : 150;
  private static final int MESSAGES = 60;

  /** Kinds of other tests that break the contract because that is what they are for. */
  private static final Set<String> UNRULY = Set.of("Faulty", "Looper", "Misbehaving");

  private final Shelf shelf;

  KindContractTest(Shelf shelf) {
    this.shelf = shelf;
  }

  static Stream<Class<? extends Behaviour<?, ?>>> types() {
    var scanner = new ClassPathScanningCandidateComponentProvider(false);
    scanner.addIncludeFilter(new AssignableTypeFilter(Behaviour.class));
    return scanner.findCandidateComponents(Counter.class.getPackageName()).stream()
        .<Class<? extends Behaviour<?, ?>>>map(found -> load(found.getBeanClassName()))
        .filter(type -> !UNRULY.contains(type.getSimpleName()));
  }

  @SuppressWarnings("unchecked")
  private static Class<? extends Behaviour<?, ?>> load(String name) {
    return (Class<? extends Behaviour<?, ?>>) ClassUtils.resolveClassName(name, null);
  }

  static Stream<Kind> kinds() {
    return new Kinds(types().toList()).all().stream();
  }

  @ParameterizedTest
  @MethodSource("types")
  void type_hasAName(Class<?> type) {
    assertThat(type).hasAnnotation(Name.class);
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void emptyBody_whereNothingIsRequired_isDecoded(Kind kind) {
    byte[] empty = {};
    if (kind.arguments().stream().noneMatch(Field::required)) {
      assertThat(kind.decodeArguments(empty)).isEqualTo(kind.defaults());
    }
    for (Operation operation : kind.operations()) {
      if (operation.fields().stream().noneMatch(Field::required)) {
        assertThat(operation.decode(empty)).isInstanceOf(operation.type());
      } else {
        assertThatCode(() -> operation.decode(empty)).isInstanceOf(Malformed.class);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("types")
  void signals_cantBeReachedFromOutside(Class<? extends Behaviour<?, ?>> type) {
    Kind kind = new Kinds(List.of(type)).of(type);

    assertThat(kind.operations())
        .isNotEmpty()
        .noneMatch(operation -> Signal.class.isAssignableFrom(operation.type()))
        .allMatch(operation -> operation.equals(kind.operation(operation.name())));
    for (Class<?> nested : type.getDeclaredClasses()) {
      if (nested.isRecord() && Signal.class.isAssignableFrom(nested)) {
        assertThat(kind.operation(nested.getSimpleName().toLowerCase(Locale.ROOT))).isNull();
      }
    }
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void histories_keepThePromises(Kind kind) {
    Set<String> decoded = new HashSet<>();
    for (long seed = 1; seed <= shelf.share(HISTORIES); seed++) {
      try {
        new History(kind, shelf, seed).run(decoded);
      } catch (Throwable t) {
        throw new AssertionError(kind + ", seed " + seed + ": " + t.getMessage(), t);
      }
    }
    assertThat(decoded)
        .as("operations of which a sample could be made")
        .containsExactlyInAnyOrderElementsOf(
            kind.operations().stream().map(Operation::name).toList());
  }

  /** A state, and what it said when it was new. */
  private record Kept(Object state, String json) {}

  /** One server of a kind and random messages. */
  private static final class History {
    private final Kind kind;
    private final JavaType stateType;
    private final Random random;
    private final Samples samples;
    private final ManualServer<Object, Object> server;
    private final List<Kept> kept = new ArrayList<>();

    History(Kind kind, Shelf shelf, long seed) {
      this.kind = kind;
      this.stateType = Wire.mapper().constructType(kind.stateType());
      this.random = new Random(seed);
      this.samples = new Samples(random);
      this.server = start(shelf);
    }

    @SuppressWarnings("unchecked")
    private ManualServer<Object, Object> start(Shelf shelf) {
      for (int i = 0; ; i++) {
        try {
          var arguments = kind.decodeArguments(samples.body(kind.arguments()));
          return new ManualServer<>((Behaviour<Object, Object>) arguments, shelf.keeper(arguments));
        } catch (Malformed | InvalidArguments | IllegalArgumentException e) {
          assertThat(i).as("samples of start arguments refused").isLessThan(1000);
        }
      }
    }

    void run(Set<String> decoded) {
      List<Operation> operations = new ArrayList<>(kind.operations());
      for (int i = 0; i < MESSAGES; i++) {
        server.pass(Duration.ofMillis(random.nextInt(4) == 0 ? random.nextInt(30_000) : 1));
        if (random.nextBoolean() && !server.due().isEmpty()) {
          server.deliver(server.due().getFirst());
        } else {
          Operation operation = operations.get(random.nextInt(operations.size()));
          Object message = sample(operation);
          if (message != null) {
            decoded.add(operation.name());
            send(message, operation.refusals());
          }
        }
        keep();
      }
      for (Kept old : kept) {
        assertThat(write(old.state)).as("a state kept aside").isEqualTo(old.json);
        assertThat(read(old.json)).isEqualTo(old.state);
      }
    }

    private Object sample(Operation operation) {
      try {
        return operation.decode(samples.body(operation.fields()));
      } catch (Malformed e) {
        return null;
      }
    }

    private void send(Object message, List<String> refusals) {
      Object before = server.state;
      server.self.from = random.nextBoolean() ? new From(1, server.self.now.plusSeconds(5)) : null;
      Step<Object> step;
      try {
        step = server.send(message);
      } catch (RuntimeException e) {
        assertThat(server.state).isSameAs(before);
        return;
      }
      Object after = step.state();
      if (message instanceof Touch) {
        assertOnlyDropped(before, after, false);
      } else if (message instanceof Query) {
        assertThat(after == null ? before : after)
            .as("after the query " + message)
            .isEqualTo(before);
      } else if (step instanceof Step.Refusal<Object>) {
        assertOnlyDropped(before, after, true);
      }
      if (step instanceof Step.Refusal<Object> refusal) {
        assertThat(refusals).as("refusals of " + message).contains(refusal.code());
      }
      if (step instanceof Step.Reply<Object> reply && reply.value() != null) {
        assertReplayable(reply.value());
        samples.learn(reply.value());
      }
    }

    /** A reply that was stored, for an idempotency key, says the same when it is given again. */
    private static void assertReplayable(Object reply) {
      byte[] stored = Wire.encode(reply).getBytes(StandardCharsets.UTF_8);
      assertThat(Wire.decode(stored, reply.getClass())).isEqualTo(reply);
    }

    /** Also goes on, now and then, with a state that was written and read. */
    private void keep() {
      String json = write(server.state);
      kept.add(new Kept(server.state, json));
      Object copy = read(json);
      assertThat(copy).as("read from " + json).isEqualTo(server.state);
      if (random.nextInt(8) == 0) {
        server.state = copy;
      }
    }

    private String write(Object state) {
      return Wire.mapper().writerFor(stateType).writeValueAsString(state);
    }

    private Object read(String json) {
      return Wire.mapper().readValue(json, stateType);
    }
  }

  /** No new keys, and the rows that are left as they were: whole, or in the users' values alone. */
  private static void assertOnlyDropped(Object before, Object after, boolean whole) {
    if (after == null || after.equals(before)) {
      return;
    }
    List<Map<String, Object>> olds = tables(before, whole);
    List<Map<String, Object>> news = tables(after, whole);
    assertThat(news).as("a changed state's tables").isNotEmpty().hasSameSizeAs(olds);
    for (int i = 0; i < news.size(); i++) {
      assertThat(olds.get(i)).containsAllEntriesOf(news.get(i));
    }
  }

  private static List<Map<String, Object>> tables(Object state, boolean whole) {
    List<Map<String, Object>> tables = new ArrayList<>();
    for (Object part : state instanceof Table<?> ? List.of(state) : components(state, null)) {
      if (part instanceof Table<?> table) {
        Map<String, Object> rows = new HashMap<>();
        table.forEach((key, row) -> rows.put(key, whole ? row : values(row)));
        tables.add(rows);
      }
    }
    return tables;
  }

  private static List<Object> values(Object row) {
    return row instanceof Json ? List.of(row) : components(row, Json.class);
  }

  private static List<Object> components(Object value, Type only) {
    List<Object> values = new ArrayList<>();
    if (value instanceof Record) {
      for (RecordComponent component : value.getClass().getRecordComponents()) {
        if (only == null || component.getType() == only) {
          try {
            values.add(component.getAccessor().invoke(value));
          } catch (ReflectiveOperationException e) {
            throw new LinkageError(e.getMessage(), e);
          }
        }
      }
    }
    return values;
  }
}
