package dev.lanewise.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What {@link RowsRun} measured in several JVMs, row by row. */
final class RowSpread {
  /** For the head of the table, and for its rows. */
  private static final String LINE = "%-26s %-8s %10s %10s %8s %16s%n";

  private final Map<String, List<Measured>> rows = new LinkedHashMap<>();

  private record Measured(double rate, String unit, double share) {}

  /**
   * Adds what a JVM printed.
   *
   * @throws IllegalStateException if it measured nothing, since no row's name has a match
   */
  void add(String lines) {
    if (lines.isBlank()) {
      throw new IllegalStateException("no row's name has a match for --rows");
    }
    for (String line : lines.split("\n", -1)) {
      String[] parts = line.split("\t", -1);
      rows.computeIfAbsent(parts[0], name -> new ArrayList<>())
          .add(new Measured(Double.parseDouble(parts[1]), parts[2], Double.parseDouble(parts[3])));
    }
  }

  /** Median and slowest rate, median share of the peak, and the smallest share over the largest. */
  String table() {
    StringBuilder table =
        new StringBuilder(
            String.format(Locale.ROOT, LINE, "row", "unit", "slowest", "median", "of peak", "slowest/fastest"));
    rows.forEach((name, measured) -> {
      double[] rates = measured.stream().mapToDouble(Measured::rate).sorted().toArray();
      double[] shares = shares(measured);
      table.append(
          String.format(
              Locale.ROOT, LINE, name, measured.getFirst().unit(), Report.rate(rates[0]),
              Report.rate(Measure.median(rates)), Report.decimal(Measure.median(shares), 2),
              Report.decimal(shares[0] / shares[shares.length - 1], 2)));
    });
    return table.toString();
  }

  /** Names of the rows that were stuck in some JVM, compared by their shares of the peak. */
  List<String> stuck() {
    return rows.entrySet().stream()
        .filter(row -> StartupGate.isStuck(shares(row.getValue())))
        .map(Map.Entry::getKey)
        .toList();
  }

  private static double[] shares(List<Measured> measured) {
    double[] shares = measured.stream().mapToDouble(Measured::share).toArray();
    Arrays.sort(shares);
    return shares;
  }
}
