/**
 * Training after training, and what the screen shows of them: progress, live line, the table at the
 * end.
 */
@NullMarked
package dev.lanewise.mnist.comparison;

import org.jspecify.annotations.NullMarked;
