package dev.lanewise.engine.optim;

/**
 * A rate that falls in steps: {@code base factor^floor(step / every)} (PyTorch {@code StepLR}).
 *
 * <p>Immutable, and safe for use by any number of threads.
 *
 * @param every the number of steps that share a rate, at least 1
 * @param factor what a rate is multiplied by for the next one, positive
 */
public record StepDecay(long every, double factor) implements Schedule {
  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException if one is out of range
   */
  public StepDecay {
    Require.steps("every", every);
    Require.positive("factor", factor);
  }

  @Override
  public double rate(double base, long step) {
    long falls = step / every;
    return base * StrictMath.pow(factor, (double) falls);
  }
}
