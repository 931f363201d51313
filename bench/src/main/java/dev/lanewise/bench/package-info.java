/** JMH benchmarks of the engine. */
@NullMarked
package dev.lanewise.bench;

import org.jspecify.annotations.NullMarked;
