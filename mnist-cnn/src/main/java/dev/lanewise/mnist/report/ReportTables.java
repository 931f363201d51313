package dev.lanewise.mnist.report;

import dev.lanewise.mnist.results.Course;
import dev.lanewise.mnist.results.RunResult;
import dev.lanewise.mnist.results.Step;
import java.util.List;
import java.util.StringJoiner;

/** The results as CSV: comma separated, a heading, dots in numbers, accuracies as shares from 0 to 1. */
final class ReportTables {
  private ReportTables() {}

  /** A row an epoch of each run. */
  static String epochs(List<Course> courses) {
    StringBuilder csv = new StringBuilder();
    row(
        csv,
        "optimizer",
        "seed",
        "outcome",
        "epoch",
        "train_loss",
        "train_accuracy",
        "validation_loss",
        "validation_accuracy",
        "seconds",
        "elapsed_seconds",
        "images_per_second");
    for (Course course : courses) {
      double elapsed = 0;
      int number = 0;
      for (RunResult.Epoch epoch : course.epochs()) {
        elapsed += epoch.seconds();
        row(
            csv,
            course.optimizer(),
            course.seed(),
            course.outcome(),
            ++number,
            epoch.trainLoss(),
            epoch.trainAccuracy(),
            epoch.validationLoss(),
            epoch.validationAccuracy(),
            epoch.seconds(),
            elapsed,
            epoch.imagesPerSecond());
      }
    }
    return csv.toString();
  }

  /** A row a recorded point of each run. */
  static String steps(List<Course> courses) {
    StringBuilder csv = new StringBuilder();
    row(csv, "optimizer", "seed", "outcome", "step", "elapsed_seconds", "loss", "learning_rate");
    for (Course course : courses) {
      for (Step step : course.steps()) {
        row(
            csv,
            course.optimizer(),
            course.seed(),
            course.outcome(),
            step.step(),
            step.seconds(),
            step.loss(),
            step.learningRate());
      }
    }
    return csv.toString();
  }

  /** No value has a comma or a quote: they are numbers and names of optimizers. */
  private static void row(StringBuilder csv, Object... values) {
    StringJoiner line = new StringJoiner(",");
    for (Object value : values) {
      line.add(value.toString());
    }
    csv.append(line).append('\n');
  }
}
