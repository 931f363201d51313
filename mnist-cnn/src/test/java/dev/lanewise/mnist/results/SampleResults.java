package dev.lanewise.mnist.results;

import dev.lanewise.mnist.data.DataFacts;
import dev.lanewise.mnist.machine.Machine;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Results as tests of the report need them, made without training. */
public final class SampleResults {
  static final String HASH = "0123456789abcdef".repeat(4);

  private SampleResults() {}

  /** The results as the application writes them. */
  public static String json(Results results) {
    return ResultsJson.write(results);
  }

  /** A comparison on ten classes with the published protocol. */
  public static Results of(List<RunResult> runs, List<UnfinishedRun> unfinished) {
    List<String> optimizers =
        new ArrayList<>(
            new Results(2, "", protocol(List.of()), machine(), data("MNIST", null), runs, unfinished)
                .courses().stream().map(Course::optimizer).distinct().toList());
    return new Results(
        Results.SCHEMA_VERSION,
        "0.1.0",
        protocol(optimizers),
        machine(),
        data("MNIST", null),
        runs,
        unfinished);
  }

  static Protocol protocol(List<String> optimizers) {
    return new Protocol(
        "java --add-modules jdk.incubator.vector -jar mnist-cnn.jar",
        "2026-01-02T03:04:05Z",
        optimizers,
        List.of(0L),
        5,
        128,
        true,
        "input 28x28x1",
        93_322);
  }

  private static Machine machine() {
    return new Machine("A CPU", 2, "25.0.3", "simd", 256, 2);
  }

  public static DataFacts data(String name, String directory) {
    return new DataFacts(
        name, directory, 54_000, 6_000, 10_000, Map.of("train-images-idx3-ubyte", HASH));
  }

  /** A run whose accuracy rises to the given one. */
  public static RunResult run(String optimizer, long seed, int epochs, double accuracy) {
    return run(optimizer, seed, epochs, accuracy, predictions(10));
  }

  public static RunResult run(
      String optimizer, long seed, int epochs, double accuracy, TestPredictions predictions) {
    return new RunResult(
        optimizer,
        seed,
        0.001,
        epochs(epochs, accuracy),
        accuracy - 0.001,
        0.2,
        12.34,
        HASH,
        8,
        new RunResult.Memory(373_568, 747_136, 8_000_000),
        steps(40),
        predictions);
  }

  public static UnfinishedRun unfinished(String optimizer, String outcome, int epochs, int steps) {
    return new UnfinishedRun(
        optimizer,
        0,
        outcome,
        outcome.equals(UnfinishedRun.DIVERGED) ? "the loss is NaN <in step 7>" : null,
        epochs(epochs, 0.5),
        steps(steps));
  }

  static List<RunResult.Epoch> epochs(int count, double accuracy) {
    List<RunResult.Epoch> epochs = new ArrayList<>();
    for (int i = 1; i <= count; i++) {
      double wrong = (1 - accuracy) * count / i;
      epochs.add(
          new RunResult.Epoch(0.5 / i, Math.max(0, 1 - 1.1 * wrong), 0.4 / i, 1 - wrong, 2.5, 25_000));
    }
    return epochs;
  }

  private static List<Step> steps(int count) {
    List<Step> steps = new ArrayList<>();
    for (int i = 1; i <= count; i++) {
      steps.add(new Step(5L * i, 0.3 * i, 2.0 / i, 0.001));
    }
    return steps;
  }

  /** All of each class right but three, taken for the next one. */
  public static TestPredictions predictions(int classes) {
    List<List<Integer>> confusion = new ArrayList<>();
    for (int i = 0; i < classes; i++) {
      List<Integer> row = new ArrayList<>();
      for (int j = 0; j < classes; j++) {
        row.add(i == j ? 97 : j == (i + 1) % classes ? 3 : 0);
      }
      confusion.add(row);
    }
    return new TestPredictions(
        confusion,
        List.of(
            new TestPredictions.Mistake(7, 4, 9, 0.999_999f),
            new TestPredictions.Mistake(2, 3, 5, 0.75f)));
  }
}
