package dev.genserver.behaviour;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A kind's promise that none of its steps ever waits or takes long. A message that finds a server
 * of it idle is handled on its sender's own thread, which saves waking another. Over HTTP that is
 * the thread that reads requests from a share of all connections: a step that breaks the promise
 * holds them up, and its caller's timeout can't interrupt it.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface Prompt {}
