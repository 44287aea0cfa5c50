/** The servers themselves: start, find, call, cast, stop. */
@NullMarked
package dev.genserver.runtime;

import org.jspecify.annotations.NullMarked;
