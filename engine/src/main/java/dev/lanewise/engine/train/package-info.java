/** Training: data sets, batches, updates, history. */
@NullMarked
package dev.lanewise.engine.train;

import org.jspecify.annotations.NullMarked;
