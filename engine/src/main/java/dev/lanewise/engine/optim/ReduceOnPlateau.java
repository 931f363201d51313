package dev.lanewise.engine.optim;

import org.jspecify.annotations.Nullable;

/**
 * A rate that is multiplied by a factor when epochs bring no progress (Keras {@code
 * ReduceLROnPlateau}). {@link OptimizerState#observe} tells it the metric at the end of each epoch.
 *
 * <p>A metric is progress if it is better than the best so far by more than minDelta. After
 * patience epochs without, the rate becomes {@code max(rate factor, floor)}, if it is above the
 * floor; then come cooldown epochs that are not counted.
 *
 * <p>Immutable, and safe for use by any number of threads.
 *
 * @param lowerIsBetter true for a loss, false for an accuracy
 * @param factor what the rate is multiplied by, from 0 to less than 1; 0.1 in Keras
 * @param patience epochs without progress before the rate falls, at least 1; 10 in Keras
 * @param minDelta the least progress, 0 or more; 1e-4 in Keras
 * @param cooldown epochs to wait after a fall, 0 or more; 0 in Keras
 * @param floor the lowest rate, 0 or more; 0 in Keras
 */
public record ReduceOnPlateau(
    boolean lowerIsBetter, double factor, int patience, double minDelta, int cooldown, double floor)
    implements Schedule {

  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException if one is out of range
   */
  public ReduceOnPlateau {
    Require.share("factor", factor);
    Require.steps("patience", patience);
    Require.nonNegative("the least progress", minDelta);
    Require.nonNegative("cooldown", cooldown);
    Require.nonNegative("floor", floor);
  }

  /** The base rate: falls happen in the state that it comes from. */
  @Override
  public double rate(double base, long step) {
    return base;
  }

  /** The plateau in a schedule, also after a warm-up. */
  static @Nullable ReduceOnPlateau within(Schedule schedule) {
    return switch (schedule) {
      case ReduceOnPlateau plateau -> plateau;
      case WarmUp warmUp -> within(warmUp.then());
      default -> null;
    };
  }

  /** Takes in an epoch's metric; whether the rate fell. */
  boolean observe(double metric, Progress progress) {
    if (progress.cooling > 0) {
      progress.cooling--;
      progress.waited = 0;
    }
    boolean better =
        lowerIsBetter ? metric < progress.best - minDelta : metric > progress.best + minDelta;
    if (better) {
      progress.best = metric;
      progress.waited = 0;
    } else if (progress.cooling == 0) {
      progress.waited++;
      if (progress.waited >= patience && progress.base > floor) {
        progress.base = Math.max(progress.base * factor, floor);
        progress.cooling = cooldown;
        progress.waited = 0;
        return true;
      }
    }
    return false;
  }

  /** Where an observed training is. Mutable, part of an {@link OptimizerState}. */
  static final class Progress {
    /** The base rate after all falls. */
    double base;

    double best;
    int waited;
    int cooling;

    Progress(double base, @Nullable ReduceOnPlateau plateau) {
      this.base = base;
      boolean lower = plateau == null || plateau.lowerIsBetter();
      best = lower ? Double.POSITIVE_INFINITY : Double.NEGATIVE_INFINITY;
    }

    double[] toArray() {
      return new double[] {base, best, waited, cooling};
    }

    void set(double[] values) {
      if (values.length != 4) {
        throw new IllegalArgumentException(
            "a schedule's state has 4 numbers, not " + values.length);
      }
      base = Require.nonNegative("the restored rate", values[0]);
      best = values[1];
      waited = (int) values[2];
      cooling = (int) values[3];
    }
  }
}
