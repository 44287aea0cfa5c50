/** What survives the process: rows of servers, of their entries and of their timers. */
@NullMarked
package dev.genserver.store;

import org.jspecify.annotations.NullMarked;
