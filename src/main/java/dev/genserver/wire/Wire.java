package dev.genserver.wire;

import dev.genserver.behaviour.Behaviour;
import dev.genserver.behaviour.Json;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.exc.InputCoercionException;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.cfg.CoercionAction;
import tools.jackson.databind.cfg.CoercionInputShape;
import tools.jackson.databind.cfg.EnumFeature;
import tools.jackson.databind.exc.InvalidFormatException;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.exc.UnrecognizedPropertyException;
import tools.jackson.databind.exc.ValueInstantiationException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.type.LogicalType;

/**
 * How records become JSON and back: strictly. What is unknown, missing, given twice or of the wrong
 * type is refused with the field's name; nothing is coerced.
 */
public final class Wire {
  private static final JsonMapper MAPPER = build();

  private static final JsonMapper REDACTING =
      MAPPER.rebuild().annotationIntrospector(new Redaction()).build();

  private static final ClassValue<ObjectReader> READERS = valueOf(MAPPER::readerFor);

  /** What empty bodies are read as, one object for all: records don't change. */
  private static final ClassValue<Object> EMPTY = valueOf(type -> MAPPER.readValue("{}", type));

  private static final Pattern DUPLICATE = Pattern.compile("^Duplicate Object property \"(.*)\"$");

  private static final Pattern ADVICE = Pattern.compile(", from `[^`]*`| \\(start marker at .*");

  private Wire() {}

  /** The one mapper of the service. */
  public static JsonMapper mapper() {
    return MAPPER;
  }

  /**
   * Reads a value of a record type; an empty body is an empty object.
   *
   * @throws Malformed if it can't be; names the field
   */
  public static <T> T decode(byte[] body, Class<T> type) {
    try {
      return read(body, type);
    } catch (JacksonException e) {
      throw malformed(e);
    }
  }

  /** Writes plain data as JSON. */
  public static String encode(Object value) {
    return MAPPER.writeValueAsString(value);
  }

  /** Writes a state for those who look into a server, what is sensitive only if {@code reveal}. */
  public static Json shown(Object state, boolean reveal) {
    return new Json((reveal ? MAPPER : REDACTING).writeValueAsString(state));
  }

  static <T extends Behaviour<?, ?>> T decodeArguments(byte[] body, Class<T> type) {
    try {
      return read(body, type);
    } catch (ValueInstantiationException e) {
      throw new InvalidArguments(causeOf(e));
    } catch (JacksonException e) {
      throw malformed(e);
    }
  }

  /**
   * What was wrong with the input, in words for the one who sent it: no class names, and the field
   * comes first.
   */
  public static Malformed malformed(JacksonException e) {
    return new Malformed(describe(e), e);
  }

  private static <T> T read(byte[] body, Class<T> type) {
    if (body.length == 0) {
      return type.cast(EMPTY.get(type));
    }
    @Nullable T value = READERS.get(type).readValue(body);
    if (value == null) {
      throw new Malformed("body", "must be a JSON object, not null");
    }
    return value;
  }

  private static <T> ClassValue<T> valueOf(Function<Class<?>, T> make) {
    return new ClassValue<>() {
      @Override
      protected T computeValue(Class<?> type) {
        return make.apply(type);
      }
    };
  }

  private static String describe(JacksonException e) {
    String field = fieldOf(e);
    return switch (e) {
      case UnrecognizedPropertyException unknown ->
          field + ": no such field; known are " + knownTo(unknown);
      case ValueInstantiationException refused -> causeOf(refused);
      case InvalidFormatException wrong when wrong.getCause() instanceof Malformed m -> m.detail();
      case InputCoercionException far -> field + ": must be " + nameOf(far.getTargetType());
      case MismatchedInputException wrong -> field + ": " + mismatch(wrong);
      case StreamReadException twice when DUPLICATE.matcher(said(twice)).find() ->
          DUPLICATE.matcher(said(twice)).replaceFirst("$1: is given twice");
      case StreamReadException broken ->
          "body: not JSON" + at(broken) + ": " + said(broken).split(": ", 2)[0];
      case DatabindException other when other.getCause() instanceof JacksonException inner ->
          describe(inner);
      default -> field + ": can't be read: " + said(e);
    };
  }

  /** The library's words without its advice to programmers. */
  private static String said(JacksonException e) {
    return ADVICE.matcher(firstLine(e.getOriginalMessage())).replaceAll("");
  }

  private static String mismatch(MismatchedInputException wrong) {
    String said = said(wrong);
    if (said.startsWith("Missing required creator property")) {
      return "is required";
    }
    if (said.startsWith("Invalid `null`") || said.contains("Cannot map `null`")) {
      return "must not be null";
    }
    if (said.startsWith("Trailing token")) {
      return "must be one JSON value, with nothing behind it";
    }
    return "must be " + nameOf(wrong.getTargetType());
  }

  private static String nameOf(@Nullable Class<?> type) {
    if (type == null) {
      return "of another type";
    }
    return switch (Field.typeOf(type)) {
      case "integer" -> "a whole number from " + range(type);
      case "number" -> "a number";
      case "boolean" -> "true or false";
      case "string" -> type.isEnum() ? "one of " + Operation.names(type) : "a string";
      case "duration" -> "a duration such as \"5s\"";
      case "array" -> "an array";
      default -> "an object";
    };
  }

  private static String range(Class<?> type) {
    return type == int.class || type == Integer.class
        ? Integer.MIN_VALUE + " to " + Integer.MAX_VALUE
        : Long.MIN_VALUE + " to " + Long.MAX_VALUE;
  }

  private static String knownTo(UnrecognizedPropertyException e) {
    Object known = e.getKnownPropertyIds();
    return known == null || known.toString().equals("[]") ? "none" : known.toString();
  }

  private static String fieldOf(JacksonException e) {
    if (e.getPath().isEmpty()) {
      return "body";
    }
    StringBuilder field = new StringBuilder();
    for (JacksonException.Reference step : e.getPath()) {
      if (step.getPropertyName() != null) {
        field.append(field.isEmpty() ? "" : ".").append(step.getPropertyName());
      } else {
        field.append('[').append(step.getIndex()).append(']');
      }
    }
    return shortened(field.toString());
  }

  private static String causeOf(ValueInstantiationException e) {
    return e.getCause() == null ? "refused" : String.valueOf(e.getCause().getMessage());
  }

  private static String at(StreamReadException e) {
    return e.getLocation() == null
        ? ""
        : " (line %d, column %d)"
            .formatted(e.getLocation().getLineNr(), e.getLocation().getColumnNr());
  }

  private static String firstLine(@Nullable String text) {
    if (text == null) {
      return "";
    }
    int end = text.indexOf('\n');
    return shortened(end < 0 ? text : text.substring(0, end));
  }

  private static String shortened(String text) {
    return text.length() <= 200 ? text : text.substring(0, 200) + "…";
  }

  private static JsonMapper build() {
    JsonFactory factory =
        JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .inputDecorator(new StrictUtf8())
            .build();
    return JsonMapper.builder(factory)
        .annotationIntrospector(new RecordRules())
        .injectableValues(new RecordRules.Defaults())
        .addModule(WireTypes.module())
        .enable(
            DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES,
            DeserializationFeature.FAIL_ON_TRAILING_TOKENS,
            DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
        .enable(EnumFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
        .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
        .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
        .withCoercionConfig(
            LogicalType.Textual,
            c ->
                c.setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
                    .setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
                    .setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail))
        .changeDefaultPropertyInclusion(i ->
            i.withValueInclusion(com.fasterxml.jackson.annotation.JsonInclude.Include.NON_NULL))
        .build();
  }
}
