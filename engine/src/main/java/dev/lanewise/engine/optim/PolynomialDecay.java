package dev.lanewise.engine.optim;

/**
 * A rate that falls to an end value: {@code (base - end) (1 - min(step, steps) / steps)^power +
 * end} (Keras {@code PolynomialDecay}; PyTorch {@code PolynomialLR} with end 0).
 *
 * <p>Immutable, and safe for use by any number of threads.
 *
 * @param steps the number of steps until the end value, at least 1
 * @param end the rate from then on, 0 or more
 * @param power the exponent, positive; 1 is a straight line
 */
public record PolynomialDecay(long steps, double end, double power) implements Schedule {
  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException if one is out of range
   */
  public PolynomialDecay {
    Require.steps("steps", steps);
    Require.nonNegative("end", end);
    Require.positive("power", power);
  }

  @Override
  public double rate(double base, long step) {
    double left = 1 - (double) Math.min(step, steps) / steps;
    return (base - end) * StrictMath.pow(left, power) + end;
  }
}
