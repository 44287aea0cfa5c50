package dev.genserver.behaviour;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The value of a start argument or of a field of an operation that the request leaves out. A
 * component without a default is required, unless it is {@code @Nullable}.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Default {
  /** The value as JSON, such as {@code 100}, {@code []} or {@code "60s"} with its quotes. */
  String value();
}
