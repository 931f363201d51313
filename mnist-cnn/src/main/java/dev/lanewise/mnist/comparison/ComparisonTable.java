package dev.lanewise.mnist.comparison;

import dev.lanewise.mnist.results.RunResult;
import dev.lanewise.mnist.terminal.Screen;
import dev.lanewise.mnist.text.Format;
import dev.lanewise.mnist.text.Symbols;
import dev.lanewise.mnist.text.TextTable;
import dev.lanewise.mnist.training.Published;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * The table at the end: a row a run, and where a rule ran with several seeds, rows with their mean
 * and their standard deviation.
 */
final class ComparisonTable {
  private final Symbols symbols;
  private final boolean published;
  private final boolean seeds;
  private final boolean narrow;
  private final TextTable table = new TextTable();

  private ComparisonTable(Symbols symbols, boolean published, boolean seeds, boolean narrow) {
    this.symbols = symbols;
    this.published = published;
    this.seeds = seeds;
    this.narrow = narrow;
  }

  /**
   * Lays the table out for a screen: with fewer columns where not all of them fit.
   *
   * @param runs the finished runs
   * @param unfinished an interrupted run, or null
   * @param published whether the published accuracies are to stand beside
   * @return its lines, with an explanation
   */
  static List<String> of(
      List<RunResult> runs, @Nullable Unfinished unfinished, boolean published, Screen screen) {
    List<String> lines = of(runs, unfinished, published, screen, false);
    boolean fits =
        screen.columns() == 0
            || lines.stream().takeWhile(line -> !line.isEmpty()).allMatch(line -> width(line) <= screen.columns());
    return fits ? lines : of(runs, unfinished, published, screen, true);
  }

  private static int width(String line) {
    return line.replaceAll("\u001b\\[[0-9;]*m", "").length();
  }

  private static List<String> of(
      List<RunResult> runs,
      @Nullable Unfinished unfinished,
      boolean published,
      Screen screen,
      boolean narrow) {
    boolean seeds =
        runs.stream().anyMatch(run -> run.seed() != runs.getFirst().seed())
            || (unfinished != null
                && !runs.isEmpty()
                && unfinished.seed() != runs.getFirst().seed());
    ComparisonTable table = new ComparisonTable(screen.symbols(), published, seeds, narrow);
    table.heading();
    Map<String, List<RunResult>> byRule = new LinkedHashMap<>();
    runs.forEach(run -> byRule.computeIfAbsent(run.optimizer(), _ -> new ArrayList<>()).add(run));
    RunResult best =
        runs.size() < 2
            ? null
            : runs.stream()
                .max(Comparator.comparingDouble(run -> run.last().validationAccuracy()))
                .orElseThrow();
    byRule.values().forEach(group -> table.rule(group, best));
    if (unfinished != null) {
      table.unfinished(unfinished);
    }
    List<String> lines = table.table.lines(screen.style());
    lines.add("");
    lines.addAll(table.explanation(unfinished));
    return lines;
  }

  private void heading() {
    row("", "", "valid.", "publ.", "test", "train", "valid.", "time", "images", "bytes/");
    row("optimizer", "seed", "acc. %", "acc. %", "acc. %", "loss", "loss", "s", "/s", "param.");
    table.endHeading();
  }

  private void rule(List<RunResult> runs, @Nullable RunResult best) {
    for (RunResult run : runs) {
      values(List.of(run), Long.toString(run.seed()), ComparisonTable::mean);
      if (run.equals(best)) {
        table.markBest();
      }
    }
    if (runs.size() > 1) {
      values(runs, "mean", ComparisonTable::mean);
      values(runs, "std", ComparisonTable::deviation);
    }
  }

  /** What becomes of the values of several runs. */
  private interface Statistic {
    double of(List<RunResult> runs, ToDoubleFunction<RunResult> value);
  }

  private void values(List<RunResult> runs, String seed, Statistic statistic) {
    RunResult any = runs.getFirst();
    row(
        any.optimizer(),
        seed,
        Format.percent(statistic.of(runs, r -> r.last().validationAccuracy())),
        percentOrNone(seed.equals("std") ? null : Published.validationAccuracy(any.optimizer())),
        Format.percent(statistic.of(runs, RunResult::testAccuracy)),
        Format.loss(statistic.of(runs, r -> r.last().trainLoss())),
        Format.loss(statistic.of(runs, r -> r.last().validationLoss())),
        Format.seconds(statistic.of(runs, RunResult::seconds)),
        Format.whole(statistic.of(runs, RunResult::imagesPerSecond)),
        Integer.toString(any.stateBytesPerParameter()));
  }

  private void unfinished(Unfinished run) {
    row(
        name(run),
        Long.toString(run.seed()),
        Format.percent(run.last().validationAccuracy()),
        symbols.none(),
        symbols.none(),
        Format.loss(run.last().trainLoss()),
        Format.loss(run.last().validationLoss()),
        Format.seconds(run.seconds()),
        Format.whole(run.last().imagesPerSecond()),
        Integer.toString(run.stateBytesPerParameter()));
  }

  private static String name(Unfinished run) {
    return run.optimizer() + " " + run.last().epoch() + "/" + run.epochs();
  }

  private void row(
      String optimizer,
      String seed,
      String validation,
      String publishedValue,
      String test,
      String trainLoss,
      String validationLoss,
      String time,
      String speed,
      String bytes) {
    List<String> cells = new ArrayList<>();
    cells.add(optimizer);
    if (seeds) {
      cells.add(seed);
    }
    cells.add(validation);
    if (published && !narrow) {
      cells.add(publishedValue);
    }
    cells.add(test);
    if (!narrow) {
      cells.addAll(List.of(trainLoss, validationLoss));
    }
    cells.add(time);
    if (!narrow) {
      cells.addAll(List.of(speed, bytes));
    }
    table.add(cells);
  }

  private String percentOrNone(@Nullable Double share) {
    return share == null ? symbols.none() : Format.percent(share);
  }

  private List<String> explanation(@Nullable Unfinished unfinished) {
    List<String> lines = new ArrayList<>();
    lines.add("valid.: on the last tenth of the training images, which is not trained on");
    if (published && !narrow) {
      lines.add("publ.: the published validation accuracy, where there is one");
    }
    if (seeds) {
      lines.add("mean, std: over the seeds; the standard deviation is that of a sample (n - 1)");
    }
    if (unfinished != null) {
      lines.add(
          "%s: interrupted; the values are those after epoch %d of %d"
              .formatted(name(unfinished), unfinished.last().epoch(), unfinished.epochs()));
    }
    if (!narrow) {
      lines.add("bytes/param.: what the optimizer itself keeps for each parameter");
    }
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
