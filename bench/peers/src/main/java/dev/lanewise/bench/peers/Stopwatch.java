package dev.lanewise.bench.peers;

import java.util.Arrays;

/** How often a second a job runs. */
final class Stopwatch {
  private static final int SLICES = 5;
  private static final double NANOS = 1e-9;

  /** The clock is read so many times a second at most, or reading it would show with small jobs. */
  private static final double READINGS = 10_000;

  private Stopwatch() {}

  /**
   * Warms a job up and measures it.
   *
   * @param warmUp seconds beforehand, in which Java is compiled
   * @param seconds of measuring; at least one run is measured in each of five slices
   * @return runs a second, the median of the slices
   */
  static double rate(Job job, double warmUp, double seconds) {
    double expected = repeat(job, warmUp, 1);
    int runs = (int) Math.max(1, expected / READINGS);
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
