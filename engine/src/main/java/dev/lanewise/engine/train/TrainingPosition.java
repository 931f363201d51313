package dev.lanewise.engine.train;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Where a training is: with the model's parameters and the optimizer's slots all that it takes to continue
 * to the same bits. Immutable and thread-safe.
 *
 * @param settings what must be the same when it is continued, as texts by name: network, optimizer with its
 *     schedule and clipping, loss, batch size, seed, shuffling and data
 * @param steps updates made
 * @param schedule state of a schedule that watches a metric
 * @param epoch number of the epoch that is going on or comes next, from 1
 * @param samplesDone samples of that epoch that were trained
 * @param lossSum sum of their losses
 * @param right right predictions among them
 * @param seconds time that they took
 * @param history epochs that the running call of {@link Trainer#fit} has finished
 */
public record TrainingPosition(
    Map<String, String> settings,
    long steps,
    List<Double> schedule,
    int epoch,
    int samplesDone,
    double lossSum,
    long right,
    double seconds,
    List<EpochResult> history) {

  /**
   * Keeps its own copies.
   *
   * @throws IllegalArgumentException if a count is negative, or the epoch is not behind those of the history
   */
  public TrainingPosition {
    if (steps < 0 || samplesDone < 0 || right < 0 || epoch <= history.size()) {
      throw new IllegalArgumentException(
          "no position in a training: %d steps, %d samples of epoch %d, %d of them right, after %d epochs"
              .formatted(steps, samplesDone, epoch, right, history.size()));
    }
    settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings));
    schedule = List.copyOf(schedule);
    history = List.copyOf(history);
  }

  /**
   * Compares with the settings of a training that is to continue this one.
   *
   * @throws ResumeException if one differs, naming it and both values
   */
  void requireSame(Map<String, String> now) {
    now.forEach(
        (name, value) -> {
          String then = settings.getOrDefault(name, "not known");
          if (!then.equals(value)) {
            throw new ResumeException(
                "it is another training: the %s was %s, now it is %s"
                    .formatted(name, printable(difference(then, value)), difference(value, then)));
          }
        });
  }

  /** What a file says, without control characters. */
  private static String printable(String text) {
    return text.replaceAll("\\p{Cc}", "?");
  }

  /** The first line in which two texts differ; networks have many. */
  private static String difference(String text, String other) {
    List<String> lines = text.lines().toList();
    List<String> others = other.lines().toList();
    int i = 0;
    while (i < lines.size() && i < others.size() && lines.get(i).equals(others.get(i))) {
      i++;
    }
    if (i == lines.size() && i == others.size()) {
      return text; // they differ in line breaks
    }
    if (i == lines.size()) {
      return "without \"" + others.get(i) + '"';
    }
    return lines.size() > 1 ? "with \"" + lines.get(i) + '"' : text;
  }
}
