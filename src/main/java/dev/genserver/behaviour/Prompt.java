package dev.genserver.behaviour;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A kind's promise that none of its steps ever waits or takes long. A call that finds a server of
 * it idle is handled on the caller's own thread, which saves waking another; but that caller's
 * timeout can't interrupt a step that breaks the promise.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface Prompt {}
