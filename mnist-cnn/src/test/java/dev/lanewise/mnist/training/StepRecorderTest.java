package dev.lanewise.mnist.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.lanewise.engine.train.EpochResult;
import dev.lanewise.mnist.metrics.EpochMetrics;
import dev.lanewise.mnist.metrics.StepMetrics;
import dev.lanewise.mnist.results.RunResult;
import dev.lanewise.mnist.results.Step;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StepRecorderTest {
  private final StepRecorder recorder = new StepRecorder();

  @Test
  void keepsEachStepAsLongAsThereIsRoom() {
    train(StepRecorder.MOST);

    assertThat(recorder.every()).isEqualTo(1);
    assertThat(recorder.steps()).hasSize(StepRecorder.MOST);
    assertThat(recorder.steps().getFirst()).isEqualTo(new Step(1, 0.01, 1, 0.1));
    assertThat(recorder.steps().getLast().step()).isEqualTo(StepRecorder.MOST);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 401, 402, 799, 800, 801, 5000, 123_457})
  void standsForAllStepsWithABoundedNumberOfPoints(int steps) {
    train(steps);

    List<Step> points = recorder.steps();
    int every = recorder.every();
    assertThat(points).hasSize(Math.ceilDiv(steps, every)).hasSizeLessThanOrEqualTo(StepRecorder.MOST);
    for (int i = 0; i < points.size(); i++) {
      long first = (long) i * every + 1;
      long last = Math.min(first + every - 1, steps);
      assertThat(points.get(i).step()).isEqualTo(last);
      assertThat(points.get(i).loss()).isCloseTo((first + last) / 2.0, within(0.000_01 * last));
      assertThat(points.get(i).learningRate()).isCloseTo(0.1 / last, within(1e-6));
    }
  }

  @Test
  void weighsASmallerBatchByItsImages() {
    for (int i = 0; i < 2 * StepRecorder.MOST; i++) {
      boolean last = i % 2 == 1;
      recorder.onStep(step(i + 1, last ? 40 : 30, 40, last ? 7 : 3));
    }

    assertThat(recorder.steps()).allMatch(point -> point.loss() == (30 * 3 + 10 * 7) / 40.0);
  }

  @Test
  void leavesOutALossThatIsTooLargeForANumber() {
    recorder.onStep(step(1, 10, 20, Double.POSITIVE_INFINITY));
    recorder.onStep(step(2, 20, 20, 1));

    assertThat(recorder.steps()).extracting(Step::step).containsExactly(2L);
  }

  @Test
  void takesDownTheEpochs() {
    recorder.onEpoch(
        new EpochMetrics(new EpochResult(1, 0.5, 0.8, 0.4, 0.85, 6, 10_000), 10, 0.1, 6));

    assertThat(recorder.epochs())
        .containsExactly(new RunResult.Epoch(0.5, 0.8, 0.4, 0.85, 6, 10_000));
  }

  /** Steps of one image, whose loss is their number. */
  private void train(int steps) {
    for (int i = 1; i <= steps; i++) {
      recorder.onStep(step(i, i, steps, i));
    }
  }

  private static StepMetrics step(int number, int done, int total, double loss) {
    return new StepMetrics(1, number, done, total, loss, 0, 0, 0.1 / number, number / 100.0);
  }
}
