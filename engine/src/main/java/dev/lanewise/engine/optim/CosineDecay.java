package dev.lanewise.engine.optim;

/**
 * A rate that falls along half a cosine: {@code base ((1 - floor) (1 + cos(pi min(step, steps) /
 * steps)) / 2 + floor)} (Keras {@code CosineDecay}; Loshchilov and Hutter, 2017).
 *
 * <p>Immutable, and safe for use by any number of threads.
 *
 * @param steps the number of steps until the end, at least 1
 * @param floor the share of the base rate that remains, from 0 to 1
 */
public record CosineDecay(long steps, double floor) implements Schedule {
  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException if one is out of range
   */
  public CosineDecay {
    Require.steps("steps", steps);
    Require.fraction("floor", floor);
  }

  @Override
  public double rate(double base, long step) {
    double done = (double) Math.min(step, steps) / steps;
    return base * ((1 - floor) * half(done) + floor);
  }

  /**
   * {@code (1 + cos(pi done)) / 2}, which falls from 1 to 0 while done rises from 0 to 1. It is a
   * squared sine of at most a quarter of pi or one less that. {@link StrictMath#cos} would do, but
   * allocates.
   */
  static double half(double done) {
    double x = Math.PI / 2 * Math.min(done, 1 - done);
    double sum = 1;
    for (int k = 9; k >= 1; k--) { // the sine's series; the next term is below 1e-19
      sum = 1 - x * x / (2 * k * (2 * k + 1)) * sum;
    }
    double square = x * sum * (x * sum);
    return done <= 0.5 ? 1 - square : square;
  }
}
