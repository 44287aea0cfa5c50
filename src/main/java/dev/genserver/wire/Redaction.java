package dev.genserver.wire;

import dev.genserver.behaviour.Sensitive;
import dev.genserver.behaviour.Table;
import java.io.Serial;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.cfg.MapperConfig;
import tools.jackson.databind.introspect.Annotated;
import tools.jackson.databind.introspect.JacksonAnnotationIntrospector;

/** Writes what is {@link Sensitive} as {@code …}, and a table of it as an array of its rows. */
final class Redaction extends JacksonAnnotationIntrospector {
  @Serial private static final long serialVersionUID = 1;

  private static final String HIDDEN = "…";

  @Override
  public @Nullable Object findSerializer(MapperConfig<?> config, Annotated annotated) {
    if (!annotated.hasAnnotation(Sensitive.class)) {
      return super.findSerializer(config, annotated);
    }
    return annotated.getRawType() == Table.class ? new Rows() : new Hidden();
  }

  private static final class Hidden extends ValueSerializer<Object> {
    @Override
    public void serialize(Object value, JsonGenerator out, SerializationContext context) {
      out.writeString(HIDDEN);
    }
  }

  private static final class Rows extends ValueSerializer<Table<?>> {
    @Override
    public void serialize(Table<?> table, JsonGenerator out, SerializationContext context) {
      out.writeStartArray();
      table.forEach((key, row) -> {
        out.writeStartObject();
        out.writeStringProperty("key", HIDDEN);
        out.writeName("row");
        context.writeValue(out, row);
        out.writeEndObject();
      });
      out.writeEndArray();
    }
  }
}
