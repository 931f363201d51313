package dev.lanewise.bench;

import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.options.TimeValue;

/**
 * One benchmark with one implementation: a rate as the median over forks, since C2 may compile the same code
 * well in one JVM and badly in the next, and the slowest and fastest fork.
 *
 * @param counter the field of {@link Work} that the rate counts
 * @param median the middle fork's rate a second
 * @param slowest the slowest fork's
 * @param fastest the fastest fork's
 * @param limiting the counter that the machine's peak limits
 * @param effort the median rate of that
 * @param bytes bytes allocated on the heap an operation, by all threads
 */
record Measure(
    String counter,
    double median,
    double slowest,
    double fastest,
    String limiting,
    double effort,
    double bytes) {
  /**
   * JMH's own bookkeeping, which its profiler counts in: 12 KB an iteration were seen. An iteration that
   * allocates less than this counts as one that allocates nothing.
   */
  private static final double BOOKKEEPING = 32_768;

  private static final String ALLOCATED = "gc.alloc.rate.norm";

  static Measure of(RunResult result) {
    String shown = firstCounted(result, "images", "gflop", "gbyte");
    String limiting = firstCounted(result, "gflop", "gbyte", "images");
    double[] rates = rates(result, shown);
    return new Measure(
        shown, median(rates), rates[0], rates[rates.length - 1], limiting,
        median(rates(result, limiting)), bytes(result));
  }

  private static String firstCounted(RunResult result, String... counters) {
    for (String counter : counters) {
      double[] rates = rates(result, counter);
      if (rates.length > 0 && rates[rates.length - 1] > 0) {
        return counter;
      }
    }
    throw new IllegalStateException(result.getParams().getBenchmark() + " counted no work");
  }

  /** The rate of one counter, fork by fork, in ascending order. */
  static double[] rates(RunResult result, String counter) {
    return result.getBenchmarkResults().stream()
        .mapToDouble(fork -> score(fork, counter))
        .filter(rate -> !Double.isNaN(rate))
        .sorted()
        .toArray();
  }

  private static double score(BenchmarkResult result, String label) {
    var found = result.getSecondaryResults().get(label);
    return found == null ? Double.NaN : found.getScore();
  }

  private static double bytes(RunResult result) {
    double perOperation = score(result.getAggregatedResult(), ALLOCATED);
    TimeValue time = result.getParams().getMeasurement().getTime();
    double seconds = time.convertTo(TimeUnit.NANOSECONDS) * 1e-9;
    double operations = Math.max(1, result.getPrimaryResult().getScore() * seconds);
    return perOperation * operations < BOOKKEEPING ? 0 : perOperation;
  }

  static double median(double[] sorted) {
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  boolean isSane() {
    return Arrays.stream(new double[] {median, slowest, fastest}).allMatch(x -> x > 0 && x < Double.POSITIVE_INFINITY);
  }

  String unit() {
    return switch (counter) {
      case "gflop" -> "GFLOP/s";
      case "gbyte" -> "GB/s";
      default -> "images/s";
    };
  }
}
