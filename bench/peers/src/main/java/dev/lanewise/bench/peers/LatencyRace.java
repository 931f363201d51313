package dev.lanewise.bench.peers;

import dev.lanewise.bench.Journal;
import dev.lanewise.bench.SideBySide;
import dev.lanewise.latency.LatencyResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Latencies of predictions side by side. In each fork the libraries take turns, each in a JVM of its own; a page shows
 * the medians over the forks.
 */
final class LatencyRace {
  private static final int MEDIAN_COLUMN = 1;

  private final Options options;

  /** By setting and line ("ONNX Runtime", "ONNX Runtime: control"), the cells of each fork. */
  private final Map<String, Map<String, List<String[]>>> forks = new LinkedHashMap<>();

  private final List<String> failures = new ArrayList<>();

  LatencyRace(Options options) {
    this.options = options;
  }

  /** Measures, but what was measured before an interruption; prints a line for each JVM. */
  void run() throws IOException, InterruptedException {
    Journal journal = Journal.open(options.resume(), "latency, " + options.seconds() + " s");
    for (int fork = 1; fork <= options.forks(); fork++) {
      for (Library library : options.libraries()) {
        if (!library.takes(Part.PREDICTION)) {
          continue;
        }
        String name = "fork %d: latency, %s".formatted(fork, library.title());
        System.out.println(name);
        try {
          String output =
              journal.output(
                  name,
                  () -> Race.child(1, library.jvm(), LatencyTrial.class, library.name(), options.seconds() + ""));
          output.lines().forEach(line -> add(library.title(), line));
        } catch (IOException e) {
          failures.add(library.title() + ": " + TrialRun.reason(e));
        }
      }
    }
  }

  /** Takes a line of a JVM, maybe {@link LatencyTrial}'s. */
  void add(String library, String line) {
    String[] fields = line.split("\t", -1);
    if (fields[0].equals(LatencyTrial.MARK)) {
      String name = fields[2].equals(LatencyTrial.CALLS) ? library : library + ": control";
      forks
          .computeIfAbsent(fields[1], setting -> new LinkedHashMap<>())
          .computeIfAbsent(name, key -> new ArrayList<>())
          .add(List.of(fields).subList(3, fields.length).toArray(String[]::new));
    }
  }

  /**
   * Writes the page.
   *
   * @param cpu the CPU's name
   * @param facts machine, command and settings, in order
   */
  Path write(String cpu, Map<String, String> facts, Map<String, String> versions) throws IOException {
    Files.createDirectories(options.output());
    Path page = options.output().resolve(SideBySide.slug(cpu) + "-latency.md");
    Files.writeString(page, markdown(cpu, facts, versions));
    return page;
  }

  String markdown(String cpu, Map<String, String> facts, Map<String, String> versions) {
    StringBuilder page = new StringBuilder("# Latency of predictions on " + cpu + "\n\n");
    page.append("How it is measured and what it means: [benchmarks](../benchmarks.md#latency-side-by-side).\n\n");
    facts.forEach((name, value) -> page.append("- ").append(name).append(": ").append(value).append('\n'));
    page.append("\n| library | version |\n|---|---|\n");
    versions.forEach((name, version) -> page.append("| " + name + " | " + version + " |\n"));
    page.append("\nMicroseconds a call, medians over the forks; in the last column the p50 of each fork.\n");
    forks.forEach(
        (setting, lines) -> {
          page.append("\n## ").append(setting.substring(0, 1).toUpperCase(Locale.ROOT)).append(setting.substring(1));
          page.append("\n\n| | ").append(String.join(" | ", headings()));
          page.append(" | p50 / ONNX Runtime's | p50 of each fork |");
          page.append("\n|---|").append("---:|".repeat(headings().size() + 2)).append('\n');
          List<String[]> onnx = lines.getOrDefault(Library.ONNX_RUNTIME.title(), List.of());
          double theirs = onnx.isEmpty() ? Double.NaN : median(onnx, MEDIAN_COLUMN);
          lines.forEach((name, cells) -> page.append(row(name, cells, theirs)));
        });
    failures.forEach(failure -> page.append("\n- ").append(failure));
    return page.append(failures.isEmpty() ? "" : "\n").toString();
  }

  private static List<String> headings() {
    List<String> headings = new ArrayList<>(List.of("images/s"));
    for (int i = 0; i < LatencyResult.HEADINGS.getLast().size(); i++) {
      String above = LatencyResult.HEADINGS.getFirst().get(i);
      headings.add((above.startsWith("us") ? "" : above) + LatencyResult.HEADINGS.getLast().get(i));
    }
    return headings;
  }

  private static String row(String name, List<String[]> cells, double theirs) {
    StringBuilder row = new StringBuilder("| " + name);
    for (int i = 0; i < cells.getFirst().length; i++) {
      row.append(" | ").append(cells.getFirst()[i].isEmpty() ? "" : text(median(cells, i)));
    }
    boolean control = name.endsWith("control");
    row.append(" | ")
        .append(control || Double.isNaN(theirs) ? "" : String.format(Locale.ROOT, "%.2f", median(cells, MEDIAN_COLUMN) / theirs))
        .append(" | ");
    if (!control) {
      row.append(String.join(", ", cells.stream().map(fork -> fork[MEDIAN_COLUMN]).toList()));
    }
    return row.append(" |\n").toString();
  }

  private static String text(double value) {
    return String.format(Locale.ROOT, value == Math.rint(value) || value >= 1000 ? "%.0f" : "%.1f", value);
  }

  private static double median(List<String[]> forks, int column) {
    double[] sorted =
        forks.stream().mapToDouble(cells -> Double.parseDouble(cells[column].replace(",", ""))).sorted().toArray();
    int half = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
  }
}
