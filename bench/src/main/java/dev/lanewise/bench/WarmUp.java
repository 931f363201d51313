package dev.lanewise.bench;

import java.util.function.DoubleSupplier;

/** Brings work to its steady speed, whoever compiles or tunes it meanwhile. */
public final class WarmUp {
  /** Work is warm after so many slices in a row without another gain. */
  private static final int CALM = 4;

  private static final double GAIN = 1.05;

  /** What still gains by then is measured as it is. */
  private static final int SLICES_AT_MOST = 30;

  private static final long NANOS_AT_MOST = 10_000_000_000L;

  private WarmUp() {}

  /**
   * Repeats slices of the work until it gains no more, or for some ten seconds.
   *
   * @param rate runs a slice and returns how fast it was
   * @return the fastest slice
   */
  public static double run(DoubleSupplier rate) {
    double best = 0;
    int calm = 0;
    long start = System.nanoTime();
    for (int i = 0; i < SLICES_AT_MOST && calm < CALM && System.nanoTime() - start < NANOS_AT_MOST; i++) {
      double now = rate.getAsDouble();
      calm = now > GAIN * best ? 0 : calm + 1;
      best = Math.max(best, now);
    }
    return best;
  }
}
