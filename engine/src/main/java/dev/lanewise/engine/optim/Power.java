package dev.lanewise.engine.optim;

/** Powers with whole exponents: the same bits on every machine, and nothing on the heap. */
final class Power {
  private Power() {}

  /**
   * {@code base} to the {@code exponent} by repeated squaring. {@code StrictMath.pow} has the same bits everywhere
   * too, but allocates.
   *
   * @param exponent at least 0
   */
  static double of(double base, long exponent) {
    double result = 1;
    double square = base;
    for (long rest = exponent; rest > 0; rest >>= 1) {
      if ((rest & 1) != 0) {
        result *= square;
      }
      square *= square;
    }
    return result;
  }
}
