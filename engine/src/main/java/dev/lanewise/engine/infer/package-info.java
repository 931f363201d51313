/** Predictions: weights that threads share, and a predictor for each thread that allocates nothing. */
@NullMarked
package dev.lanewise.engine.infer;

import org.jspecify.annotations.NullMarked;
