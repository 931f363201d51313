package dev.lanewise.engine.optim;

/**
 * {@link CosineDecay} over and over (Keras {@code CosineDecayRestarts}, SGDR; Loshchilov and
 * Hutter, 2017). Period i has {@code steps stretch^i} steps and falls from {@code base shrink^i}:
 *
 * <p>{@code base ((1 - floor) shrink^i (1 + cos(pi done)) / 2 + floor)}, with done the share of
 * period i that is over.
 *
 * <p>Immutable, and safe for use by any number of threads.
 *
 * @param steps the first period's length, at least 1
 * @param stretch how much longer each period is, at least 1
 * @param shrink how much lower each period starts, more than 0 to 1
 * @param floor the share of the base rate that remains, from 0 to 1
 */
public record CosineRestarts(long steps, double stretch, double shrink, double floor)
    implements Schedule {
  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException if one is out of range
   */
  public CosineRestarts {
    Require.steps("steps", steps);
    Require.positive("stretch", stretch);
    if (stretch < 1) {
      throw new IllegalArgumentException("stretch must be at least 1, not " + stretch);
    }
    Require.positive("shrink", shrink);
    Require.fraction("shrink", shrink);
    Require.fraction("floor", floor);
  }

  @Override
  public double rate(double base, long step) {
    double length = (double) steps;
    double within = (double) step;
    double period = 0;
    if (stretch == 1) {
      period = Math.floor((double) step / steps);
      within = (double) (step % steps);
    }
    while (within >= length) { // few turns: periods grow geometrically
      within -= length;
      length *= stretch;
      period++;
    }
    double top = Power.of(shrink, (long) period);
    return base * ((1 - floor) * top * CosineDecay.half(within / length) + floor);
  }
}
