package dev.lanewise.engine.optim;

/**
 * One rise and one longer fall, along cosines (PyTorch {@code OneCycleLR} with its default of two
 * phases; Smith and Topin, 2019). The base rate is the peak: from {@code base / divide} up to base
 * in {@code rise steps - 1} steps, then down to {@code base / (divide finalDivide)} at step {@code
 * steps - 1} and from there on. Momentum is not cycled.
 *
 * <p>Immutable, and safe for use by any number of threads.
 *
 * @param steps the number of steps of the whole training, at least 2
 * @param rise the share of it in which the rate rises, from 0 to 1; 0.3 in PyTorch
 * @param divide the peak over the first rate, at least 1; 25 in PyTorch
 * @param finalDivide the first rate over the last, positive; 1e4 in PyTorch
 */
public record OneCycle(long steps, double rise, double divide, double finalDivide)
    implements Schedule {
  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException if one is out of range
   */
  public OneCycle {
    if (steps < 2) {
      throw new IllegalArgumentException("one cycle takes at least 2 steps, not " + steps);
    }
    Require.fraction("rise", rise);
    Require.positive("divide", divide);
    Require.positive("final divide", finalDivide);
    if (divide < 1) {
      throw new IllegalArgumentException("divide must be at least 1, not " + divide);
    }
  }

  @Override
  public double rate(double base, long step) {
    double peak = Math.max(0, rise * steps - 1);
    double end = (double) (steps - 1);
    double first = base / divide;
    double last = first / finalDivide;
    if (step < peak) {
      return base + (first - base) * CosineDecay.half(step / peak);
    }
    if (step >= end) {
      return peak >= end ? base : last;
    }
    return last + (base - last) * CosineDecay.half((step - peak) / (end - peak));
  }
}
