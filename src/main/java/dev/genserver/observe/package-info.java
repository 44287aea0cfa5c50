/** What an operator sees: meters and health. */
@NullMarked
package dev.genserver.observe;

import org.jspecify.annotations.NullMarked;
