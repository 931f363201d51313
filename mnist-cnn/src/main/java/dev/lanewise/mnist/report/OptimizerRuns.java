package dev.lanewise.mnist.report;

import dev.lanewise.mnist.results.Course;
import dev.lanewise.mnist.results.Results;
import dev.lanewise.mnist.results.RunResult;
import dev.lanewise.mnist.results.UnfinishedRun;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/**
 * All runs of one optimizer, one for each seed.
 *
 * @param optimizer the rule's name
 * @param style its number among the optimizers, from 0
 * @param finished those that came to their end
 * @param unfinished the others
 */
record OptimizerRuns(
    String optimizer, int style, List<RunResult> finished, List<UnfinishedRun> unfinished) {

  /** The runs by optimizer, in the order in which they were asked for. None is empty. */
  static List<OptimizerRuns> of(Results results) {
    List<OptimizerRuns> all = new ArrayList<>();
    List<String> optimizers =
        Stream.concat(
                results.protocol().optimizers().stream(),
                results.courses().stream().map(Course::optimizer))
            .distinct()
            .toList();
    for (int i = 0; i < optimizers.size(); i++) {
      String name = optimizers.get(i);
      OptimizerRuns runs =
          new OptimizerRuns(
              name,
              i,
              results.runs().stream().filter(run -> run.optimizer().equals(name)).toList(),
              results.unfinished().stream().filter(run -> run.optimizer().equals(name)).toList());
      if (!runs.finished.isEmpty() || !runs.unfinished.isEmpty()) {
        all.add(runs);
      }
    }
    return all;
  }

  /** The runs to draw: the finished ones, or where there are none the others. */
  List<? extends Course> courses() {
    return finished.isEmpty() ? unfinished : finished;
  }

  /** The optimizer's name, and what happened if nothing came to an end. */
  String label() {
    return finished.isEmpty()
        ? optimizer + " (" + unfinished.getFirst().outcome() + ")"
        : optimizer;
  }

  /** The mean over the finished runs. */
  double mean(ToDoubleFunction<RunResult> value) {
    return finished.stream().mapToDouble(value).average().orElseThrow();
  }

  /** The standard deviation of the finished runs as a sample, with n - 1 in the denominator. */
  double deviation(ToDoubleFunction<RunResult> value) {
    double mean = mean(value);
    double squares =
        finished.stream().mapToDouble(value).map(x -> (x - mean) * (x - mean)).sum();
    return Math.sqrt(squares / (finished.size() - 1));
  }
}
