package dev.lanewise.bench;

import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Measures kernels in this JVM, from cold: {@code REGEX SECONDS}. For each {@link Row} whose name has a match it
 * prints a line, {@code name TAB rate TAB unit TAB share}: the rate is the median of five slices, the share that of the
 * peak, which is measured in turn with the slices.
 */
final class RowsRun {
  private static final int SLICES = 5;

  private RowsRun() {}

  /** Measures and prints. */
  public static void main(String[] args) {
    Pattern names = Pattern.compile(args[0]);
    double seconds = Double.parseDouble(args[1]);
    for (Row row : Row.all()) {
      if (names.matcher(row.name()).find()) {
        System.out.println(line(row, seconds));
      }
    }
  }

  /** Measures one row. */
  static String line(Row row, double seconds) {
    double[] peaks = new double[SLICES];
    double[] rates = new double[SLICES];
    String unit;
    try (Row.Run peak = row.peak().get();
        Row.Run work = row.work().get()) {
      WarmUp.run(() -> rate(peak, seconds / 3));
      WarmUp.run(() -> rate(work, seconds));
      unit = slice(work, 0).gflop > 0 ? "GFLOP/s" : "GB/s";
      for (int i = 0; i < SLICES; i++) {
        peaks[i] = rate(peak, seconds / SLICES);
        rates[i] = rate(work, seconds / SLICES);
      }
    }
    Arrays.sort(peaks);
    Arrays.sort(rates);
    double rate = Measure.median(rates);
    return String.format(
        Locale.ROOT, "%s\t%.2f\t%s\t%.4f", row.name(), rate, unit, rate / Measure.median(peaks));
  }

  private static double rate(Row.Run run, double seconds) {
    long start = System.nanoTime();
    Work work = slice(run, seconds);
    return (work.gflop + work.gbyte) / ((System.nanoTime() - start) * 1e-9);
  }

  /** Repeats the work until the time has passed, once at least. */
  private static Work slice(Row.Run run, double seconds) {
    Work work = new Work();
    long end = System.nanoTime() + (long) (seconds * 1e9);
    do {
      run.run(work);
    } while (System.nanoTime() < end);
    return work;
  }
}
