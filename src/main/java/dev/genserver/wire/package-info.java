/**
 * Kinds as the outside sees them: names, arguments, operations and JSON, all derived from the
 * records.
 */
@NullMarked
package dev.genserver.wire;

import org.jspecify.annotations.NullMarked;
