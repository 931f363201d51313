package dev.lanewise.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Starts fresh JVMs that train for a few seconds or measure single kernels, and compares them. The JIT compilers decide anew in every
 * JVM, and a kernel that gets stuck in C1's code stays at a hundredth of its speed for good: one good run
 * proves nothing. A JVM that is slower than a third of the median is stuck; noise does not do that.
 */
final class StartupGate {
  private static final double STUCK = 1.0 / 3;

  /** Part of a speed that counts as having reached it. */
  static final double NEAR = 0.9;

  /** Seconds of measuring a row. */
  private static final double ROW_SECONDS = 0.3;

  private StartupGate() {}

  /**
   * Starts the JVMs one by one and prints what each says.
   *
   * @return whether none was stuck
   */
  static boolean run(Settings settings) throws IOException, InterruptedException {
    String classPath = settings.jar() == null ? ChildJvm.ownClassPath() : settings.jar().toString();
    String names = settings.rows();
    if (names != null) {
      return rows(settings, classPath, names);
    }
    Journal journal = journal(settings, "training");
    List<Double> rates = new ArrayList<>();
    for (int i = 1; i <= settings.startup(); i++) {
      String[] figures =
          journal.output("JVM " + i, () -> ChildJvm.run(settings.jvm(), classPath, StartupRun.class)).split("\\s+", -1);
      rates.add(Double.parseDouble(figures[0]));
      System.out.printf(
          Locale.ROOT, "JVM %2d of %d: %8.0f images/s; after its start: first step %s s, %.1f of that speed %s s%n",
          i, settings.startup(), rates.getLast(), figures[1], NEAR, figures[2]);
    }
    double[] sorted = rates.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    double median = Measure.median(sorted);
    System.out.printf(
        Locale.ROOT, "images/s: min %.0f, median %.0f, max %.0f, slowest/fastest %.2f%n",
        sorted[0], median, sorted[sorted.length - 1], sorted[0] / sorted[sorted.length - 1]);
    if (isStuck(sorted)) {
      System.out.println("FAILED: the slowest JVM is slower than a third of the median");
      return false;
    }
    return true;
  }

  private static boolean rows(Settings settings, String classPath, String names)
      throws IOException, InterruptedException {
    Journal journal = journal(settings, "rows " + names);
    RowSpread spread = new RowSpread();
    for (int i = 1; i <= settings.startup(); i++) {
      System.out.printf(Locale.ROOT, "JVM %2d of %d%n", i, settings.startup());
      spread.add(
          journal.output(
              "JVM " + i, () -> ChildJvm.run(settings.jvm(), classPath, RowsRun.class, names, ROW_SECONDS + "")));
    }
    System.out.print(spread.table());
    if (!spread.stuck().isEmpty()) {
      System.out.println("FAILED: in one JVM slower than a third of the median: " + String.join("; ", spread.stuck()));
      return false;
    }
    return true;
  }

  /**
   * Starts JVMs that predict, one by one, and prints what each says. Noise hardly touches their medians.
   *
   * @return whether all came near the fastest
   */
  static boolean predictions(Settings settings) throws IOException, InterruptedException {
    String classPath = settings.jar() == null ? ChildJvm.ownClassPath() : settings.jar().toString();
    Journal journal = journal(settings, "predictions");
    double[] rates = new double[settings.predictions()];
    for (int i = 0; i < rates.length; i++) {
      String[] figures =
          journal
              .output("JVM " + (i + 1), () -> ChildJvm.run(settings.jvm(), classPath, PredictionStartupRun.class))
              .split("\\s+", -1);
      rates[i] = Double.parseDouble(figures[0]);
      System.out.printf(
          Locale.ROOT, "JVM %2d of %d: %8.0f predictions/s at p50; after its start: first prediction %s s, ready %s s, %.1f of that"
              + " speed %s s; %s MB resident%n",
          i + 1, rates.length, rates[i], figures[1], figures[2], NEAR, figures[3], figures[4]);
    }
    long near = near(rates);
    System.out.printf(Locale.ROOT, "%d of %d JVMs reach %.1f of the fastest%n", near, rates.length, NEAR);
    return near == rates.length;
  }

  private static Journal journal(Settings settings, String what) throws IOException {
    return Journal.open(settings.resume(), what + " " + settings.jvm() + " " + settings.jar());
  }

  /** How many rates reach nine tenths of the highest. */
  static long near(double... rates) {
    double fastest = Arrays.stream(rates).filter(rate -> rate > 0).max().orElse(Double.NaN);
    return Arrays.stream(rates).filter(rate -> rate >= NEAR * fastest).count();
  }

  /** Whether one rate is not even a third of the median, or no rate at all. */
  static boolean isStuck(double... rates) {
    double[] sorted = rates.clone();
    Arrays.sort(sorted);
    double least = STUCK * Measure.median(sorted);
    return !Arrays.stream(sorted).allMatch(rate -> rate > 0 && rate >= least);
  }
}
