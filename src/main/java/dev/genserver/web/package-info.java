/** The HTTP contract. */
@NullMarked
package dev.genserver.web;

import org.jspecify.annotations.NullMarked;
