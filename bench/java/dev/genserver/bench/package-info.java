/** What things cost. Run by hand, see docs/benchmarks.md; no test. */
@NullMarked
package dev.genserver.bench;

import org.jspecify.annotations.NullMarked;
