/** What an author of a kind sees, and nothing else. */
@NullMarked
package dev.genserver.behaviour;

import org.jspecify.annotations.NullMarked;
