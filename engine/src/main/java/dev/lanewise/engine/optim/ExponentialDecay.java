package dev.lanewise.engine.optim;

/**
 * A rate that falls exponentially: {@code base factor^(step / steps)} (Keras {@code
 * ExponentialDecay}).
 *
 * <p>Immutable, and safe for use by any number of threads.
 *
 * @param steps the number of steps in which the rate falls by the factor, at least 1
 * @param factor the factor, positive
 */
public record ExponentialDecay(long steps, double factor) implements Schedule {
  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException if one is out of range
   */
  public ExponentialDecay {
    Require.steps("steps", steps);
    Require.positive("factor", factor);
  }

  @Override
  public double rate(double base, long step) {
    return base * StrictMath.pow(factor, (double) step / steps);
  }
}
