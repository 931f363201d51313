/** A fixed team of threads. */
@NullMarked
package dev.lanewise.engine.parallel;

import org.jspecify.annotations.NullMarked;
