package dev.genserver.behaviour;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The codes with which an operation, or a request that is not about one, may be refused, see {@link
 * Step#refuse}. They are part of what callers are told of it.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD})
public @interface Refuses {
  /** The codes, in kebab-case. */
  String[] value();
}
