package dev.lanewise.mnist.report;

import dev.lanewise.mnist.report.LineChart.Axis;
import dev.lanewise.mnist.report.LineChart.Line;
import dev.lanewise.mnist.report.LineChart.Point;
import dev.lanewise.mnist.report.LineChart.Scale;
import dev.lanewise.mnist.results.Course;
import dev.lanewise.mnist.results.Results;
import dev.lanewise.mnist.results.RunResult;
import dev.lanewise.mnist.results.Step;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/** The charts of a report, made of its results. One without points is left out. */
final class ReportCharts {
  /** Epochs that a chart shows at the most; of more, every second one and so on. */
  private static final int MOST_EPOCHS = 400;

  /** Names beside one line at the most. */
  private static final int MOST_NAMES = 3;

  /** Those of all charts that there may be. */
  static final List<String> IDS =
      List.of(
          "training-accuracy",
          "validation-accuracy",
          "training-loss",
          "validation-loss",
          "loss-by-step",
          "accuracy-by-time",
          "learning-rate");

  private static final Axis EPOCH = new Axis("epoch", Scale.WHOLE);
  private static final Axis STEP = new Axis("step", Scale.WHOLE);
  private static final Axis ACCURACY = new Axis("accuracy, %", Scale.ACCURACY);
  private static final Axis LOSS = new Axis("loss", Scale.LOG);

  private final Results results;
  private final List<OptimizerRuns> runs;

  ReportCharts(Results results, List<OptimizerRuns> runs) {
    this.results = results;
    this.runs = runs;
  }

  /** Those by epoch, which go in pairs: training, validation. */
  List<LineChart> accuracyByEpoch() {
    return drawable(
        new LineChart(
            "training-accuracy",
            "Training accuracy",
            "Share of the training images classified correctly, each before the step it was used in.",
            EPOCH,
            ACCURACY,
            byEpoch(RunResult.Epoch::trainAccuracy, this::trainingAccuracy)),
        new LineChart(
            "validation-accuracy",
            "Validation accuracy",
            "Share of the validation images, which are never trained on, classified correctly.",
            EPOCH,
            ACCURACY,
            byEpoch(RunResult.Epoch::validationAccuracy, this::validationAccuracy)));
  }

  List<LineChart> lossByEpoch() {
    return drawable(
        new LineChart(
            "training-loss",
            "Training loss",
            "Mean loss of an epoch's training images, each before the step it was used in.",
            EPOCH,
            LOSS,
            byEpoch(RunResult.Epoch::trainLoss, Function.identity())),
        new LineChart(
            "validation-loss",
            "Validation loss",
            "Mean loss of the validation images after each epoch.",
            EPOCH,
            LOSS,
            byEpoch(RunResult.Epoch::validationLoss, Function.identity())));
  }

  List<LineChart> lossByStep() {
    return drawable(
        new LineChart(
            "loss-by-step",
            "Loss by step",
            "Training loss of the batches. A point is the mean of a few steps in a row.",
            STEP,
            LOSS,
            byStep(Step::loss)));
  }

  List<LineChart> accuracyByTime() {
    List<Line> lines = new ArrayList<>();
    for (OptimizerRuns group : runs) {
      List<Line> one = byEpoch(List.of(group), RunResult.Epoch::validationAccuracy, this::validationAccuracy);
      for (Line line : one) {
        lines.add(new Line(line.name(), line.style(), atTheirTime(line.points(), group)));
      }
    }
    return drawable(
        new LineChart(
            "accuracy-by-time",
            "Validation accuracy against time",
            "The same accuracies over the seconds since the run began. A point is the end of an epoch.",
            new Axis("seconds", Scale.LINEAR),
            ACCURACY,
            lines));
  }

  List<LineChart> learningRate() {
    return drawable(
        new LineChart(
            "learning-rate",
            "Learning rate",
            "The rate of each step, as the schedule gave it. Equal ones share a line.",
            STEP,
            new Axis("learning rate", Scale.LOG),
            joined(byStep(Step::learningRate))));
  }

  /** All of them, in the order of the report. */
  List<LineChart> all() {
    List<LineChart> all = new ArrayList<>(accuracyByEpoch());
    all.addAll(lossByEpoch());
    all.addAll(lossByStep());
    all.addAll(accuracyByTime());
    all.addAll(learningRate());
    return all;
  }

  private static List<LineChart> drawable(LineChart... charts) {
    return Arrays.stream(charts).filter(chart -> !chart.lines().isEmpty()).toList();
  }

  private double trainingAccuracy(double share) {
    return drawable(share, results.data().train());
  }

  private double validationAccuracy(double share) {
    return drawable(share, results.data().validation());
  }

  /** All images right would lie infinitely high: it is drawn as half an image wrong. */
  private static double drawable(double share, int images) {
    return Math.clamp(share, Double.MIN_NORMAL, 1 - 0.5 / Math.max(1, images));
  }

  private List<Line> byEpoch(
      ToDoubleFunction<RunResult.Epoch> value, Function<Double, Double> drawn) {
    return byEpoch(runs, value, drawn);
  }

  private static List<Line> byEpoch(
      List<OptimizerRuns> runs,
      ToDoubleFunction<RunResult.Epoch> value,
      Function<Double, Double> drawn) {
    List<Line> lines = new ArrayList<>();
    for (OptimizerRuns group : runs) {
      int epochs = group.courses().stream().mapToInt(c -> c.epochs().size()).min().orElse(0);
      int every = Math.ceilDiv(epochs, MOST_EPOCHS);
      List<Point> points = new ArrayList<>();
      for (int i = 0; i < epochs; i++) {
        if ((i + 1) % every == 0 || i == epochs - 1) {
          int index = i;
          double[] values =
              group.courses().stream()
                  .mapToDouble(c -> drawn.apply(value.applyAsDouble(c.epochs().get(index))))
                  .toArray();
          addPositive(points, i + 1, values);
        }
      }
      addLine(lines, group, points);
    }
    return lines;
  }

  private List<Line> byStep(ToDoubleFunction<Step> value) {
    List<Line> lines = new ArrayList<>();
    for (OptimizerRuns group : runs) {
      List<? extends Course> courses = group.courses();
      Map<Long, List<Double>> values = new LinkedHashMap<>();
      for (Course course : courses) {
        for (Step step : course.steps()) {
          values.computeIfAbsent(step.step(), _ -> new ArrayList<>()).add(value.applyAsDouble(step));
        }
      }
      List<Point> points = new ArrayList<>();
      values.forEach(
          (step, all) -> {
            if (all.size() == courses.size()) {
              addPositive(points, step, all.stream().mapToDouble(Double::doubleValue).toArray());
            }
          });
      addLine(lines, group, points);
    }
    return lines;
  }

  /** A logarithmic axis has no place for 0. */
  private static void addPositive(List<Point> points, double x, double[] values) {
    double low = Arrays.stream(values).min().orElse(0);
    if (low > 0) {
      points.add(
          new Point(
              x,
              Arrays.stream(values).average().orElseThrow(),
              low,
              Arrays.stream(values).max().orElseThrow()));
    }
  }

  private static void addLine(List<Line> lines, OptimizerRuns group, List<Point> points) {
    if (!points.isEmpty()) {
      lines.add(new Line(group.label(), group.style(), points));
    }
  }

  private static List<Point> atTheirTime(List<Point> points, OptimizerRuns group) {
    List<Point> moved = new ArrayList<>();
    for (Point point : points) {
      double seconds =
          group.courses().stream()
              .mapToDouble(
                  c ->
                      c.epochs().stream()
                          .limit((long) point.x())
                          .mapToDouble(RunResult.Epoch::seconds)
                          .sum())
              .average()
              .orElseThrow();
      moved.add(new Point(seconds, point.y(), point.low(), point.high()));
    }
    return moved;
  }

  /** Lines that lie on each other become one with their names. */
  private static List<Line> joined(List<Line> lines) {
    Map<List<Point>, List<Line>> byPoints = new LinkedHashMap<>();
    for (Line line : lines) {
      byPoints.computeIfAbsent(line.points(), _ -> new ArrayList<>()).add(line);
    }
    return byPoints.values().stream()
        .map(same -> new Line(names(same), same.getFirst().style(), same.getFirst().points()))
        .toList();
  }

  private static String names(List<Line> lines) {
    List<String> names = lines.stream().map(Line::name).toList();
    return names.size() <= MOST_NAMES
        ? String.join(", ", names)
        : String.join(", ", names.subList(0, MOST_NAMES - 1))
            + " and "
            + (names.size() - MOST_NAMES + 1)
            + " more";
  }
}
