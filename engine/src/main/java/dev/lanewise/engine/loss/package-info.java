/** Losses as descriptions: formula, targets and what a prediction is. */
@NullMarked
package dev.lanewise.engine.loss;

import org.jspecify.annotations.NullMarked;
