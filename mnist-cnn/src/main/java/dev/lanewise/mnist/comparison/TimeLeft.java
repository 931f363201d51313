package dev.lanewise.mnist.comparison;

/**
 * Foretells how long all epochs that are still to come take, those of later runs included, from the
 * epoch that goes on and the one before it. For the thread that trains alone.
 */
final class TimeLeft {
  private final int epochs;
  private int laterRuns;
  private double epochSeconds = Double.NaN;

  /**
   * Before the first run.
   *
   * @param runs how many there will be, at least 1
   * @param epochs of each run, at least 1
   */
  TimeLeft(int runs, int epochs) {
    this.epochs = epochs;
    laterRuns = runs;
  }

  /** The next run begins. */
  void nextRun() {
    laterRuns--;
  }

  /** An epoch has ended. */
  void epochTook(double seconds) {
    epochSeconds = seconds;
  }

  /**
   * The seconds from now to the end of the last epoch.
   *
   * @param epoch number of the epoch that goes on, from 1
   * @param rest seconds that its other images take
   * @param whole seconds that all its images take; counts while no epoch has ended
   */
  double seconds(int epoch, double rest, double whole) {
    double later = (double) laterRuns * epochs + epochs - epoch;
    return rest + later * (Double.isNaN(epochSeconds) ? whole : epochSeconds);
  }
}
