package dev.genserver.behaviour;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The name of a kind in paths: a plural noun in kebab-case, such as {@code kv-stores}. Every kind
 * has one.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface Name {
  /** The name, {@code [a-z][a-z0-9-]*}. */
  String value();
}
