package dev.lanewise.engine.optim;

/**
 * A linear rise before another schedule: {@code base (start + (1 - start) step / steps)} while step
 * is less than steps, then the other schedule from its step 0 on (as in Keras {@code CosineDecay}
 * with {@code warmup_steps}; Goyal et al., 2017).
 *
 * <p>Immutable, and safe for use by any number of threads.
 *
 * @param steps the number of steps of the rise, at least 1
 * @param start the first rate's share of the base rate, from 0 to 1
 * @param then the schedule after the rise
 */
public record WarmUp(long steps, double start, Schedule then) implements Schedule {
  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException if one is out of range
   */
  public WarmUp {
    Require.steps("steps", steps);
    Require.fraction("start", start);
  }

  @Override
  public double rate(double base, long step) {
    return step < steps
        ? base * (start + (1 - start) * ((double) step / steps))
        : then.rate(base, step - steps);
  }
}
