/** Predictions: one model, one thread, no allocation. */
@NullMarked
package dev.lanewise.engine.infer;

import org.jspecify.annotations.NullMarked;
