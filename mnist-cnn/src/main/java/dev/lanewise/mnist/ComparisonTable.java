package dev.lanewise.mnist;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** The table at the end: a row a run, and where a rule ran with several seeds, a row of means. */
final class ComparisonTable {
  private final Symbols symbols;
  private final boolean published;
  private final boolean seeds;
  private final TextTable table = new TextTable();

  private ComparisonTable(Symbols symbols, boolean published, boolean seeds) {
    this.symbols = symbols;
    this.published = published;
    this.seeds = seeds;
  }

  /**
   * Lays the table out.
   *
   * @param runs the finished runs, at least one
   * @param published whether the published accuracies are to stand beside
   * @param symbols signs that the console can show
   * @return its lines, with an explanation
   */
  static List<String> of(List<RunResult> runs, boolean published, Symbols symbols) {
    boolean seeds = runs.stream().mapToLong(RunResult::seed).distinct().count() > 1;
    ComparisonTable table = new ComparisonTable(symbols, published, seeds);
    table.heading();
    Map<String, List<RunResult>> byRule = new LinkedHashMap<>();
    runs.forEach(run -> byRule.computeIfAbsent(run.optimizer(), _ -> new ArrayList<>()).add(run));
    byRule.values().forEach(table::rule);
    List<String> lines = table.table.lines();
    lines.add("");
    lines.addAll(table.explanation());
    return lines;
  }

  private void heading() {
    row("", "", "valid.", "publ.", "test", "train", "valid.", "time", "images", "bytes/");
    row("optimizer", "seed", "acc. %", "acc. %", "acc. %", "loss", "loss", "s", "/s", "param.");
    table.endHeading();
  }

  private void rule(List<RunResult> runs) {
    runs.forEach(run -> values(List.of(run), Long.toString(run.seed())));
    if (runs.size() > 1) {
      values(runs, "mean");
    }
  }

  private void values(List<RunResult> runs, String seed) {
    RunResult any = runs.getFirst();
    String validation = Format.percent(mean(runs, r -> r.last().validationAccuracy()));
    if (runs.size() > 1) {
      double deviation = deviation(runs, r -> r.last().validationAccuracy());
      validation += symbols.plusMinus() + Format.percent(deviation);
    }
    row(
        any.optimizer(),
        seed,
        validation,
        percentOrNone(Published.validationAccuracy(any.optimizer())),
        Format.percent(mean(runs, RunResult::testAccuracy)),
        Format.loss(mean(runs, r -> r.last().trainLoss())),
        Format.loss(mean(runs, r -> r.last().validationLoss())),
        Format.seconds(mean(runs, RunResult::seconds)),
        Format.whole(mean(runs, RunResult::imagesPerSecond)),
        Integer.toString(any.stateBytesPerParameter()));
  }

  private void row(
      String optimizer, String seed, String validation, String publishedValue, String... rest) {
    List<String> cells = new ArrayList<>();
    cells.add(optimizer);
    if (seeds) {
      cells.add(seed);
    }
    cells.add(validation);
    if (published) {
      cells.add(publishedValue);
    }
    cells.addAll(List.of(rest));
    table.add(cells);
  }

  private String percentOrNone(@Nullable Double share) {
    return share == null ? symbols.none() : Format.percent(share);
  }

  private List<String> explanation() {
    List<String> lines = new ArrayList<>();
    lines.add("valid.: on the last tenth of the training images, which is not trained on");
    if (published) {
      lines.add("publ.: the published validation accuracy, where there is one");
    }
    if (seeds) {
      lines.add("mean: over the seeds; " + symbols.plusMinus() + " is the standard deviation");
    }
    lines.add("bytes/param.: what the optimizer itself keeps for each parameter");
    return lines;
  }

  private static double mean(List<RunResult> runs, ToDoubleFunction<RunResult> value) {
    return runs.stream().mapToDouble(value).average().orElseThrow();
  }

  /** The standard deviation of a sample, with n - 1 in the denominator. */
  private static double deviation(List<RunResult> runs, ToDoubleFunction<RunResult> value) {
    double mean = mean(runs, value);
    double squares = runs.stream().mapToDouble(value).map(x -> (x - mean) * (x - mean)).sum();
    return Math.sqrt(squares / (runs.size() - 1));
  }
}
