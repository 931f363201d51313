/** The kernels on the vector module; the only package that uses it. */
@NullMarked
package dev.lanewise.engine.kernel.simd;

import org.jspecify.annotations.NullMarked;
