/** The built-in kinds of server, one file each. */
@NullMarked
package dev.genserver.kinds;

import org.jspecify.annotations.NullMarked;
