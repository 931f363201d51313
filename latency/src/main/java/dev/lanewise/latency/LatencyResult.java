package dev.lanewise.latency;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.HdrHistogram.Histogram;

/**
 * What a {@link LatencyRun} measured.
 *
 * @param times nanoseconds of each call
 * @param control nanoseconds of each turn of the control
 * @param start when the first call was due, callers being ready
 * @param end when the last slice ended
 * @param callsPerSecond of all threads together
 * @param bytes allocated on the heap by the calls
 * @param behind whether the rate was too high: calls were still due long after the end
 */
public record LatencyResult(
    Histogram times,
    Histogram control,
    Instant start,
    Instant end,
    double callsPerSecond,
    long bytes,
    boolean behind) {
  private static final double[] PERCENTILES = {50, 90, 99, 99.9, 99.99};

  /** Above what {@link #cells} and {@link #controlCells} give, in two lines. */
  public static final List<List<String>> HEADINGS =
      List.of(
          List.of("us:", "", "", "", "", "", "", "safe-", "bytes/"),
          List.of("p50", "p90", "p99", "p99.9", "p99.99", "max", "GC", "points", "call"));

  static LatencyResult of(List<LatencyThread> threads) {
    Histogram times = LatencyThread.histogram();
    Histogram control = LatencyThread.histogram();
    Instant start = Instant.MAX;
    Instant end = Instant.MIN;
    long bytes = 0;
    double rate = 0;
    boolean behind = false;
    for (LatencyThread thread : threads) {
      times.add(thread.times);
      control.add(thread.control);
      start = thread.start().isBefore(start) ? thread.start() : start;
      end = thread.end().isAfter(end) ? thread.end() : end;
      bytes += thread.bytes();
      rate += thread.times.getTotalCount() * 1e9 / thread.nanos();
      behind |= thread.behind();
    }
    return new LatencyResult(times, control, start, end, rate, bytes, behind);
  }

  /** Percentiles of the calls, the longest of them, collections, safepoints and bytes a call. */
  public List<String> cells(Pauses pauses) {
    List<String> cells = percentiles(times);
    cells.add(Long.toString(pauses.collections(start, end)));
    cells.add(Long.toString(pauses.safepoints(start, end)));
    double each = (double) bytes / Math.max(1, times.getTotalCount());
    cells.add(String.format(Locale.ROOT, each == 0 ? "%.0f" : each < 1 ? "%.2f" : "%,.0f", each));
    return cells;
  }

  /** Percentiles of the control and the longest of its turns; the other cells stay empty. */
  public List<String> controlCells() {
    List<String> cells = percentiles(control);
    cells.addAll(List.of("", "", ""));
    return cells;
  }

  private static List<String> percentiles(Histogram histogram) {
    List<String> cells = new ArrayList<>();
    for (double percentile : PERCENTILES) {
      cells.add(micros(histogram.getValueAtPercentile(percentile)));
    }
    cells.add(micros(histogram.getMaxValue()));
    return cells;
  }

  private static String micros(long nanos) {
    return String.format(Locale.ROOT, nanos < 1_000_000 ? "%.1f" : "%.0f", nanos * 1e-3);
  }
}
