package dev.genserver.wire;

import dev.genserver.behaviour.Json;
import dev.genserver.behaviour.Table;
import java.io.StringWriter;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.io.JsonStringEncoder;
import tools.jackson.databind.BeanProperty;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.deser.std.StdDeserializer;
import tools.jackson.databind.exc.InvalidFormatException;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.ser.std.StdSerializer;

/**
 * The JSON of the behaviours' own types: {@link Json} as it came, {@link Duration} as {@code
 * "60s"}, {@link Table}.
 */
final class WireTypes {
  private WireTypes() {}

  static SimpleModule module() {
    return new SimpleModule("genserver") {
      @Override
      public void setupModule(SetupContext context) {
        super.setupModule(context);
        context.addValueInstantiators(new Constructors());
      }
    }.addSerializer(new JsonWriter())
        .addDeserializer(Json.class, new JsonReader())
        .addSerializer(new DurationWriter())
        .addDeserializer(Duration.class, new DurationReader())
        .addSerializer(new TableWriter())
        .addDeserializer(Table.class, new TableReader(null));
  }

  private static final class JsonWriter extends StdSerializer<Json> {
    JsonWriter() {
      super(Json.class);
    }

    @Override
    public void serialize(Json value, JsonGenerator out, SerializationContext context) {
      out.writeRawValue(value.text());
    }
  }

  /**
   * Keeps the value's text: numbers digit by digit, objects in their order, lone surrogates as
   * escapes.
   */
  private static final class JsonReader extends StdDeserializer<Json> {
    JsonReader() {
      super(Json.class);
    }

    @Override
    public Json deserialize(JsonParser in, DeserializationContext context) {
      return switch (in.currentToken()) {
        case VALUE_NULL -> Json.NULL;
        case VALUE_TRUE -> new Json("true");
        case VALUE_FALSE -> new Json("false");
        case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> new Json(in.getString());
        case VALUE_STRING -> new Json(escapeLoneSurrogates(quote(in.getString())));
        default -> new Json(escapeLoneSurrogates(copy(in)));
      };
    }

    @Override
    public Object getNullValue(DeserializationContext context) {
      return Json.NULL;
    }

    @Override
    public @Nullable Object getAbsentValue(DeserializationContext context) {
      return null;
    }

    private static String quote(String text) {
      StringBuilder quoted = new StringBuilder(text.length() + 2).append('"');
      JsonStringEncoder.getInstance().quoteAsString(text, quoted);
      return quoted.append('"').toString();
    }

    private static String copy(JsonParser in) {
      StringWriter text = new StringWriter();
      try (JsonGenerator out = Wire.mapper().createGenerator(text)) {
        int depth = 0;
        for (JsonToken token = in.currentToken(); ; token = in.nextToken()) {
          if (token.isNumeric()) {
            out.writeNumber(in.getString());
          } else {
            out.copyCurrentEvent(in);
          }
          depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
          if (depth == 0) {
            break;
          }
        }
      }
      return text.toString();
    }

    private static String escapeLoneSurrogates(String text) {
      if (text.codePoints().noneMatch(c -> c >= 0xD800 && c <= 0xDFFF)) {
        return text;
      }
      StringBuilder escaped = new StringBuilder();
      text.codePoints()
          .forEach(c -> {
            if (c >= 0xD800 && c <= 0xDFFF) {
              escaped.append("\\u%04X".formatted(c));
            } else {
              escaped.appendCodePoint(c);
            }
          });
      return escaped.toString();
    }
  }

  private static final class DurationWriter extends StdSerializer<Duration> {
    DurationWriter() {
      super(Duration.class);
    }

    @Override
    public void serialize(Duration value, JsonGenerator out, SerializationContext context) {
      out.writeString(Durations.format(value));
    }
  }

  private static final class DurationReader extends StdDeserializer<Duration> {
    DurationReader() {
      super(Duration.class);
    }

    @Override
    public Duration deserialize(JsonParser in, DeserializationContext context) {
      String text = in.hasToken(JsonToken.VALUE_STRING) ? in.getString() : "";
      try {
        return Durations.parse(String.valueOf(in.currentName()), text);
      } catch (Malformed e) {
        InvalidFormatException wrong =
            InvalidFormatException.from(in, e.detail(), text, Duration.class);
        wrong.initCause(e);
        throw wrong;
      }
    }
  }

  private static final class TableWriter extends ValueSerializer<Table<?>> {
    @Override
    public Class<?> handledType() {
      return Table.class;
    }

    @Override
    public void serialize(Table<?> table, JsonGenerator out, SerializationContext context) {
      out.writeStartObject(table);
      table.forEach((key, row) -> {
        out.writeName(key);
        context.writeValue(out, row);
      });
      out.writeEndObject();
    }
  }

  private static final class TableReader extends StdDeserializer<Table<?>> {
    private final @Nullable JavaType rowType;

    TableReader(@Nullable JavaType rowType) {
      super(Table.class);
      this.rowType = rowType;
    }

    @Override
    public ValueDeserializer<?> createContextual(
        DeserializationContext context, @Nullable BeanProperty property) {
      JavaType table = property == null ? context.getContextualType() : property.getType();
      return new TableReader(table.containedTypeOrUnknown(0));
    }

    @Override
    public Table<?> deserialize(JsonParser in, DeserializationContext context) {
      Table<Object> table = Table.empty();
      while (in.nextToken() == JsonToken.PROPERTY_NAME) {
        String key = in.currentName();
        in.nextToken();
        table = table.put(key, context.readValue(in, rowType));
      }
      return table;
    }
  }
}
