/**
 * Optimizers: the rules, their defaults and state, learning-rate schedules, decay and clipping. The
 * loops that apply a rule are kernels.
 */
@NullMarked
package dev.lanewise.engine.optim;

import org.jspecify.annotations.NullMarked;
