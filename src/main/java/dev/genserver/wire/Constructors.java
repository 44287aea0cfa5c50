package dev.genserver.wire;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Constructor;
import tools.jackson.databind.BeanDescription;
import tools.jackson.databind.DeserializationConfig;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.deser.ValueInstantiator;
import tools.jackson.databind.deser.ValueInstantiators;
import tools.jackson.databind.deser.std.StdValueInstantiator;

/**
 * Calls the constructors of records by handles that take their arguments as an array. Jackson's own
 * are fitted to the arguments of each call, which takes as long as reading a small record.
 */
final class Constructors extends ValueInstantiators.Base {
  @Override
  public ValueInstantiator modifyValueInstantiator(
      DeserializationConfig config, BeanDescription.Supplier type, ValueInstantiator usual) {
    return type.getBeanClass().isRecord()
            && usual instanceof StdValueInstantiator std
            && std.getWithArgsCreator() != null
            && std.getWithArgsCreator().getAnnotated() instanceof Constructor<?> constructor
        ? new OfRecord(std, constructor)
        : usual;
  }

  private static final class OfRecord extends StdValueInstantiator {
    private final MethodHandle constructor;

    OfRecord(StdValueInstantiator usual, Constructor<?> constructor) {
      super(usual);
      this.constructor = handle(constructor);
    }

    private static MethodHandle handle(Constructor<?> constructor) {
      try {
        constructor.setAccessible(true);
        return MethodHandles.lookup()
            .unreflectConstructor(constructor)
            .asFixedArity()
            .asSpreader(Object[].class, constructor.getParameterCount())
            .asType(MethodType.methodType(Object.class, Object[].class));
      } catch (IllegalAccessException e) {
        throw new IllegalArgumentException(e);
      }
    }

    @Override
    public Object createFromObjectWith(DeserializationContext context, Object[] arguments) {
      try {
        return constructor.invokeExact(arguments);
      } catch (Error e) {
        throw e;
      } catch (Throwable e) {
        return context.handleInstantiationProblem(
            _valueClass, arguments, rewrapCtorProblem(context, e));
      }
    }
  }
}
