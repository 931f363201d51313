package dev.lanewise.bench.peers;

import dev.lanewise.bench.WarmUp;
import java.util.Arrays;

/** How often a second a job runs. */
final class Stopwatch {
  private static final int SLICES = 5;
  private static final double NANOS = 1e-9;

  /** The clock is read so many times a second at most, or reading it would show with small jobs. */
  private static final double READINGS = 10_000;

  private Stopwatch() {}

  /**
   * Runs a job until it gains no more.
   *
   * @param slice seconds, several times
   * @return runs a second
   */
  static double warmUp(Job job, double slice) {
    return WarmUp.run(() -> repeat(job, slice, 1));
  }

  /**
   * Warms a job up and measures it.
   *
   * @param slice seconds of a slice of warming up
   * @param seconds of measuring; at least one run is measured in each of five slices
   * @return runs a second, the median of the slices
   */
  static double rate(Job job, double slice, double seconds) {
    int runs = (int) Math.max(1, warmUp(job, slice) / READINGS);
    double[] rates = new double[SLICES];
    for (int i = 0; i < SLICES; i++) {
      rates[i] = repeat(job, seconds / SLICES, runs);
    }
    Arrays.sort(rates);
    return rates[SLICES / 2];
  }

  /** Runs a job until the time has passed, reading the clock after so many runs. */
  private static double repeat(Job job, double seconds, int step) {
    long start = System.nanoTime();
    long runs = 0;
    double passed;
    do {
      for (int i = 0; i < step; i++) {
        job.run();
      }
      runs += step;
      passed = (System.nanoTime() - start) * NANOS;
    } while (passed < seconds);
    return runs / passed;
  }
}
