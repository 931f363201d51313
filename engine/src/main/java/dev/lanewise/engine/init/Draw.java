package dev.lanewise.engine.init;

import dev.lanewise.engine.kernel.Philox;

/**
 * The random numbers of one tensor. Of the generator's index, the upper 16 bits are the tensor's
 * number, 8 bits are the attempt at an element and 40 bits the element.
 */
record Draw(long seed, int tensor) {
  /** Keras's truncation, in standard deviations of the untruncated normal. */
  private static final double BOUND = 2;

  private static final int ATTEMPTS = 1 << 8;

  /** Uniform in [0, 1). */
  double uniform(long element) {
    return Philox.uniformDouble(seed, Philox.INIT, index(element, 0));
  }

  /** Standard normal. */
  double gaussian(long element) {
    return Philox.gaussian(seed, Philox.INIT, index(element, 0));
  }

  /** Standard normal, drawn anew until it is less than 2 in magnitude (one in 22 is not). */
  double truncatedGaussian(long element) {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      double value = Philox.gaussian(seed, Philox.INIT, index(element, attempt));
      if (Math.abs(value) < BOUND) {
        return value;
      }
    }
    throw new AssertionError("no value within the bounds in " + ATTEMPTS + " attempts");
  }

  private long index(long element, int attempt) {
    return (long) tensor << 48 | (long) attempt << 40 | element;
  }
}
