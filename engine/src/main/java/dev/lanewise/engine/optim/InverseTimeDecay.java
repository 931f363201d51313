package dev.lanewise.engine.optim;

/**
 * A rate that falls with time: {@code base / (1 + decay step / steps)} (Keras {@code
 * InverseTimeDecay}).
 *
 * <p>Immutable, and safe for use by any number of threads.
 *
 * @param steps the unit of time in steps, at least 1
 * @param decay how much the divisor grows in a unit of time, 0 or more
 */
public record InverseTimeDecay(long steps, double decay) implements Schedule {
  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException if one is out of range
   */
  public InverseTimeDecay {
    Require.steps("steps", steps);
    Require.nonNegative("decay", decay);
  }

  @Override
  public double rate(double base, long step) {
    return base / (1 + decay * step / steps);
  }
}
