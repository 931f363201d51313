package dev.lanewise.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * How the training step's time grows with batch, image and network: each case in JVMs of its own, a page of tables and
 * pictures, and a line through each series.
 */
final class Growth {
  private static final String SECONDS = "2";

  private final Map<GrowthCase, double[]> rates;

  /**
   * Takes what was measured.
   *
   * @param rates images a second, fork by fork in ascending order
   */
  Growth(Map<GrowthCase, double[]> rates) {
    this.rates = new LinkedHashMap<>(rates);
  }

  /** Measures everything and writes the page into {@link Settings#growth}. */
  static void run(Settings settings, Path folder) throws IOException, InterruptedException {
    Journal journal = Journal.open(settings.resume(), "growth " + settings.jvm());
    Map<GrowthCase, List<Double>> measured = new LinkedHashMap<>();
    // All cases once, then again: what changes on the machine meanwhile shows as spread and not as growth.
    for (int fork = 1; fork <= settings.forks(); fork++) {
      for (GrowthCase size : GrowthCase.all(Runtime.getRuntime().availableProcessors())) {
        double rate =
            Double.parseDouble(journal.output("fork " + fork + ": " + size, () -> rate(settings.jvm(), size)));
        System.out.printf(Locale.ROOT, "fork %d of %d: %s: %.0f images/s%n", fork, settings.forks(), size, rate);
        measured.computeIfAbsent(size, key -> new ArrayList<>()).add(rate);
      }
    }
    Map<GrowthCase, double[]> rates = new LinkedHashMap<>();
    measured.forEach(
        (size, forks) -> rates.put(size, forks.stream().mapToDouble(x -> x).sorted().toArray()));
    Map<String, String> facts = Machine.lines();
    facts.put("Command", "`java -jar bench/target/lanewise-bench.jar --growth DIR --forks " + settings.forks() + "`");
    if (!settings.jvm().isEmpty()) {
      facts.put("Options of the JVMs", "`" + String.join(" ", settings.jvm()) + "`");
    }
    System.out.println("Report: " + new Growth(rates).write(folder, Machine.cpu(), facts));
  }

  private static String rate(List<String> jvm, GrowthCase size) throws IOException, InterruptedException {
    return ChildJvm.run(
        jvm, ChildJvm.ownClassPath(), GrowthRun.class, size.batch() + "", size.side() + "", size.width() + "",
        size.threads() + "", SECONDS);
  }

  /**
   * Writes the page and its pictures.
   *
   * @return the page
   */
  Path write(Path folder, String cpu, Map<String, String> facts) throws IOException {
    Files.createDirectories(folder);
    String name = SideBySide.slug(cpu) + "-growth";
    Charts.lines(
        folder.resolve(name + "-batch.svg"), "Training against batch size", "images in a batch", "images/s",
        Charts.Scale.FROM_ZERO, batchLines());
    Charts.lines(
        folder.resolve(name + "-work.svg"), "Time of a training step against its work", "MFLOP in a step",
        "ms (grey: fixed time + time per MFLOP)", Charts.Scale.LOGARITHMIC, workLines());
    Path page = folder.resolve(name + ".md");
    Files.writeString(page, markdown(cpu, facts, name));
    return page;
  }

  private List<GrowthCase> series(String series, int threads) {
    return rates.keySet().stream().filter(c -> c.series().equals(series) && c.threads() == threads).toList();
  }

  private List<Integer> threadCounts() {
    return rates.keySet().stream().map(GrowthCase::threads).distinct().toList();
  }

  private List<String> seriesNames() {
    return rates.keySet().stream().map(GrowthCase::series).distinct().toList();
  }

  private double median(GrowthCase size) {
    return Measure.median(rates.getOrDefault(size, new double[] {Double.NaN}));
  }

  private double milliseconds(GrowthCase size) {
    return 1e3 * size.batch() / median(size);
  }

  private LinearFit fit(List<GrowthCase> cases) {
    return LinearFit.of(
        cases.stream().map(GrowthCase::gflop).toList(), cases.stream().map(this::milliseconds).toList());
  }

  private static String name(int threads) {
    return threads == 1 ? "one thread" : threads + " threads";
  }

  private List<Charts.Line> batchLines() {
    List<Charts.Line> lines = new ArrayList<>();
    for (int threads : threadCounts()) {
      List<GrowthCase> cases = series("batch", threads);
      lines.add(
          new Charts.Line(
              name(threads), cases.stream().map(GrowthCase::size).toList(),
              cases.stream().map(this::median).toList(), true));
    }
    return lines;
  }

  /** Each series on one thread, and its fit. */
  private List<Charts.Line> workLines() {
    List<Charts.Line> lines = new ArrayList<>();
    for (String series : seriesNames()) {
      List<GrowthCase> cases = series(series, 1);
      List<Double> work = cases.stream().map(c -> 1e3 * c.gflop()).toList();
      LinearFit fit = fit(cases);
      lines.add(
          new Charts.Line(
              series + ", fitted", work, cases.stream().map(c -> fit.at(c.gflop())).toList(), false));
      lines.add(new Charts.Line(series, work, cases.stream().map(this::milliseconds).toList(), true));
    }
    return lines;
  }

  private String markdown(String cpu, Map<String, String> facts, String name) {
    StringBuilder page = new StringBuilder("# Growth on " + cpu + "\n\n");
    page.append("What is measured and how to read it: [benchmarks](../benchmarks.md#growth).\n\n");
    facts.forEach((fact, value) -> page.append("- ").append(fact).append(": ").append(value).append('\n'));
    page.append("\n![images/s against batch size](" + name + "-batch.svg)\n");
    page.append("\n![time against work](" + name + "-work.svg)\n");
    page.append("\n## Time of a step is a fixed part and a part for each GFLOP\n\n");
    page.append("| series | threads | fixed ms | ms/GFLOP | largest deviation |\n|---|---|---|---|---|\n");
    for (int threads : threadCounts()) {
      for (String series : seriesNames()) {
        LinearFit fit = fit(series(series, threads));
        page.append(
            String.format(
                Locale.ROOT, "| %s | %d | %.3f | %.3f | %.0f %% |%n", series, threads, fit.fixed(), fit.slope(),
                100 * fit.worst()));
      }
    }
    page.append("\n## Cases\n\n");
    page.append("| series | batch | image | width | threads | images/s | spread | ms/step | GFLOP/step | GFLOP/s |\n");
    page.append("|---|---|---|---|---|---|---|---|---|---|\n");
    rates.forEach(
        (size, forks) ->
            page.append(
                String.format(
                    Locale.ROOT,
                    "| %s | %d | %d | %s | %d | %s | %s | %s | %s | %s |%n",
                    size.series(), size.batch(), size.side(), Report.decimal(size.width(), 1),
                    size.threads(), Report.rate(median(size)),
                    Report.decimal(forks[0] / forks[forks.length - 1], 2), Report.decimal(milliseconds(size), 3),
                    Report.decimal(size.gflop(), 4), Report.decimal(1e3 * size.gflop() / milliseconds(size), 1))));
    return page.toString();
  }
}
