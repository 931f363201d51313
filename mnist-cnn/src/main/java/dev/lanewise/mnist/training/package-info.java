/** One training from its settings to its result: network, schedule, checkpoints. */
@NullMarked
package dev.lanewise.mnist.training;

import org.jspecify.annotations.NullMarked;
