/**
 * What the application runs on: its own version, the processor, and the kernels that the engine
 * chooses for it.
 */
@NullMarked
package dev.lanewise.mnist.machine;

import org.jspecify.annotations.NullMarked;
