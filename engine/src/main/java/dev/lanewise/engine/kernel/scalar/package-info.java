/** The readable reference of the kernels: the oracle of every test, and what runs without the vector module. */
@NullMarked
package dev.lanewise.engine.kernel.scalar;

import org.jspecify.annotations.NullMarked;
