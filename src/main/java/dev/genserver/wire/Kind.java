package dev.genserver.wire;

import dev.genserver.behaviour.Behaviour;
import dev.genserver.behaviour.Former;
import dev.genserver.behaviour.Formerly;
import dev.genserver.behaviour.Name;
import dev.genserver.behaviour.Prompt;
import dev.genserver.behaviour.Reason;
import dev.genserver.behaviour.Self;
import dev.genserver.behaviour.Signal;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;

/** One kind of server as the outside sees it, derived from the records of its {@link Behaviour}. */
public final class Kind {
  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{0,63}");

  /** Words that have a meaning of their own in the place of a kind. */
  private static final Set<String> TAKEN =
      Set.of("servers", "kinds", "supervisors", "events", "batch");

  private final String name;
  private final Class<? extends Behaviour<?, ?>> type;
  private final Type stateType;
  private final List<Field> arguments;
  private final Map<String, Operation> operations = new LinkedHashMap<>();
  private final Map<Class<?>, String> messageNames;
  private final boolean terminates;
  private final boolean prompt;
  private final List<StateForm> forms = new ArrayList<>();
  private final Map<String, Class<?>> byName = new HashMap<>();
  private @Nullable Behaviour<?, ?> defaults;

  private Kind(Class<? extends Behaviour<?, ?>> type) {
    this.type = type;
    Name given = type.getAnnotation(Name.class);
    if (given == null || !NAME.matcher(given.value()).matches() || TAKEN.contains(given.value())) {
      throw new IllegalArgumentException(
          type.getName() + " needs a @Name in kebab-case other than " + TAKEN);
    }
    if (!type.isRecord()) {
      throw new IllegalArgumentException(type.getName() + " must be a record");
    }
    this.name = given.value();
    this.arguments = Field.of(type);
    Type[] parameters = behaviourParameters(type);
    this.stateType = parameters[0];
    this.messageNames = new LinkedHashMap<>();
    describeMessages((Class<?>) parameters[1]);
    this.terminates = overridesTerminate(type);
    this.prompt = type.isAnnotationPresent(Prompt.class);
    Formerly formerly = type.getAnnotation(Formerly.class);
    if (formerly != null) {
      Arrays.stream(formerly.value()).map(StateForm::new).forEach(forms::add);
    }
    forms.add(new StateForm(stateType));
  }

  static Kind of(Class<? extends Behaviour<?, ?>> type) {
    Kind kind = new Kind(type);
    kind.defaults =
        kind.arguments.stream().anyMatch(Field::required)
            ? null
            : kind.decodeArguments(new byte[0]);
    return kind;
  }

  /** The kind's name, such as {@code kv-stores}. */
  public String name() {
    return name;
  }

  /** The record of its start arguments. */
  public Class<? extends Behaviour<?, ?>> type() {
    return type;
  }

  /** Its start arguments. */
  public List<Field> arguments() {
    return arguments;
  }

  /** Its operations, in the order in which they are written. */
  public Collection<Operation> operations() {
    return operations.values();
  }

  /** The operation of this name, or null. */
  public @Nullable Operation operation(String name) {
    return operations.get(name);
  }

  /** The name of a message of this kind: its operation's, or its signal's. */
  public String nameOf(Object message) {
    return messageNames.getOrDefault(message.getClass(), "unknown");
  }

  /** Whether this is a message of this kind. */
  public boolean has(Object message) {
    return messageNames.containsKey(message.getClass());
  }

  /** The start arguments when nobody gives any, or null if some have no default. */
  public @Nullable Behaviour<?, ?> defaults() {
    return defaults;
  }

  /** Whether its steps never take long, see {@link Prompt}. */
  public boolean isPrompt() {
    return prompt;
  }

  /** Whether its servers want to be told of their end. */
  public boolean terminates() {
    return terminates;
  }

  /** The type of its states. */
  public Type stateType() {
    return stateType;
  }

  /**
   * Reads start arguments from a request's body; an empty body is an empty object.
   *
   * @throws Malformed if it is not JSON or not these arguments; names the field
   * @throws InvalidArguments if the kind refuses them
   */
  public Behaviour<?, ?> decodeArguments(byte[] body) {
    Behaviour<?, ?> decoded = Wire.decodeArguments(body, type);
    Behaviour<?, ?> usual = defaults;
    return usual != null && usual.equals(decoded) ? usual : decoded;
  }

  /**
   * Whether two sets of start arguments mean the same, the order of members in users' JSON values
   * aside.
   */
  public boolean sameArguments(Behaviour<?, ?> a, Behaviour<?, ?> b) {
    return a.equals(b) || treeOf(a).equals(treeOf(b));
  }

  /** Written out and read again, because a user's JSON value is one piece of text until then. */
  private static JsonNode treeOf(Behaviour<?, ?> arguments) {
    return Wire.mapper()
        .reader(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
        .readTree(Wire.mapper().writeValueAsBytes(arguments));
  }

  /** How its states are stored today. */
  public StateForm form() {
    return forms.getLast();
  }

  /** Which form of its states today's is, 1 being the first that there was. */
  public int formNumber() {
    return forms.size();
  }

  /**
   * The form of this number.
   *
   * @throws Malformed if it is none of this kind's
   */
  public StateForm form(int number) {
    if (number < 1 || number > forms.size()) {
      throw new Malformed("form " + number, "this kind knows its states up to " + forms.size());
    }
    return forms.get(number - 1);
  }

  /** A state of a former form as it is today. */
  public Object upgraded(Object state, int form) {
    Object upgraded = state;
    for (int number = form; number < forms.size(); number++) {
      upgraded = ((Former) upgraded).upgraded();
    }
    return upgraded;
  }

  /**
   * Reads a message, be it an operation or a signal, that was written with its {@link #nameOf
   * name}.
   *
   * @throws Malformed if it is none of this kind
   */
  public Object message(String name, String json) {
    Class<?> message = byName.get(name);
    if (message == null) {
      throw new Malformed("message " + name, "is not known to this kind");
    }
    return Wire.decode(json.getBytes(StandardCharsets.UTF_8), message);
  }

  @Override
  public String toString() {
    return name;
  }

  private void describeMessages(Class<?> messages) {
    Class<?>[] permitted = messages.getPermittedSubclasses();
    if (permitted == null) {
      throw new IllegalArgumentException(messages.getName() + " must be sealed");
    }
    for (Class<?> message : permitted) {
      Operation operation = Operation.of(message);
      messageNames.put(message, operation.name());
      byName.put(operation.name(), message);
      if (!Signal.class.isAssignableFrom(message)) {
        operations.put(operation.name(), operation);
      }
    }
  }

  private static Type[] behaviourParameters(Class<?> type) {
    for (Type implemented : type.getGenericInterfaces()) {
      if (implemented instanceof ParameterizedType p && p.getRawType() == Behaviour.class) {
        return p.getActualTypeArguments();
      }
    }
    throw new IllegalArgumentException(type.getName() + " must implement Behaviour directly");
  }

  private static boolean overridesTerminate(Class<?> type) {
    return Arrays.stream(type.getMethods())
        .anyMatch(m ->
            m.getName().equals("terminate")
                && m.getParameterCount() == 3
                && m.getParameterTypes()[0] == Reason.class
                && m.getParameterTypes()[2] == Self.class
                && m.getDeclaringClass() != Behaviour.class);
  }
}
