/** The application itself: start-up and configuration. */
@NullMarked
package dev.genserver;

import org.jspecify.annotations.NullMarked;
