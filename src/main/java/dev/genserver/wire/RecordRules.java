package dev.genserver.wire;

import com.fasterxml.jackson.annotation.JacksonInject;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import dev.genserver.behaviour.Default;
import dev.genserver.behaviour.Json;
import java.io.Serial;
import java.lang.reflect.RecordComponent;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.BeanProperty;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.InjectableValues;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.cfg.MapperConfig;
import tools.jackson.databind.introspect.Annotated;
import tools.jackson.databind.introspect.AnnotatedMember;
import tools.jackson.databind.introspect.AnnotatedParameter;
import tools.jackson.databind.introspect.JacksonAnnotationIntrospector;

/**
 * What a record's own words mean in JSON, so that kinds need no annotations of a JSON library: a
 * component is required unless it has a {@link Default} or is {@code @Nullable}, and only the
 * latter takes {@code null}.
 */
final class RecordRules extends JacksonAnnotationIntrospector {
  @Serial private static final long serialVersionUID = 1;

  @Override
  public @Nullable Boolean hasRequiredMarker(MapperConfig<?> config, AnnotatedMember member) {
    RecordComponent component = componentOf(member);
    if (component == null) {
      return super.hasRequiredMarker(config, member);
    }
    return component.getAnnotation(Default.class) == null && !Field.isNullable(component);
  }

  @Override
  public JsonSetter.Value findSetterInfo(MapperConfig<?> config, Annotated annotated) {
    RecordComponent component =
        annotated instanceof AnnotatedMember member ? componentOf(member) : null;
    if (component == null || component.getType() == Json.class || Field.isNullable(component)) {
      return super.findSetterInfo(config, annotated);
    }
    return JsonSetter.Value.forValueNulls(Nulls.FAIL);
  }

  @Override
  public JacksonInject.@Nullable Value findInjectableValue(
      MapperConfig<?> config, AnnotatedMember member) {
    RecordComponent component = componentOf(member);
    Default given = component == null ? null : component.getAnnotation(Default.class);
    return given == null
        ? super.findInjectableValue(config, member)
        : JacksonInject.Value.construct(given.value(), true, false);
  }

  private static @Nullable RecordComponent componentOf(AnnotatedMember member) {
    return member instanceof AnnotatedParameter parameter
            && parameter.getDeclaringClass().isRecord()
        ? parameter.getDeclaringClass().getRecordComponents()[parameter.getIndex()]
        : null;
  }

  /** The value of a {@link Default} where the field was left out; each is read once. */
  static final class Defaults extends InjectableValues {
    private record Given(String text, JavaType type) {}

    private final Map<Given, Object> values = new ConcurrentHashMap<>();

    @Override
    public Object findInjectableValue(
        DeserializationContext context,
        Object text,
        BeanProperty property,
        @Nullable Object owner,
        @Nullable Boolean optional,
        @Nullable Boolean useInput) {
      return values.computeIfAbsent(
          new Given((String) text, property.getType()),
          given -> Wire.mapper().readValue(given.text(), given.type()));
    }

    @Override
    public InjectableValues snapshot() {
      return this;
    }
  }
}
