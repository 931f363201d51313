package dev.lanewise.mnist.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.lanewise.engine.memory.Shape;
import dev.lanewise.engine.model.Dense;
import dev.lanewise.engine.model.Flatten;
import dev.lanewise.engine.model.Model;
import dev.lanewise.engine.model.Sequential;
import dev.lanewise.engine.optim.Schedule;
import dev.lanewise.engine.optim.Sgd;
import dev.lanewise.engine.train.Dataset;
import dev.lanewise.engine.train.Trainer;
import dev.lanewise.engine.train.TrainingPosition;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RecorderTest {
  private static final Shape SHAPE = Shape.of(4, 4, 1);
  private static final int SAMPLES = 10;

  private final List<StepMetrics> steps = new ArrayList<>();
  private final List<EpochMetrics> epochs = new ArrayList<>();
  private int stopAfter = Integer.MAX_VALUE;
  private @Nullable TrainingPosition end;

  @Test
  void tellsEachBatchAndEachEpoch() {
    train(null);

    assertThat(steps).extracting(StepMetrics::step).containsExactly(1L, 2L, 3L, 4L, 5L, 6L);
    assertThat(steps).extracting(StepMetrics::epoch).containsExactly(1, 1, 1, 2, 2, 2);
    assertThat(steps).extracting(StepMetrics::samplesDone).containsExactly(4, 8, 10, 4, 8, 10);
    assertThat(steps).extracting(StepMetrics::learningRate).containsExactly(.5, .5, .25, .25, .125, .125);
    assertThat(steps).extracting(StepMetrics::seconds).isSorted().allMatch(s -> s > 0);
    assertThat(epochs).extracting(EpochMetrics::step).containsExactly(3L, 6L);
    assertThat(epochs).extracting(EpochMetrics::learningRate).containsExactly(.25, .125);
  }

  @Test
  void theMeanLossIsThatOfTheBatchesAndTheLastAccuracyThatOfTheEpoch() {
    train(null);

    double mean = (4 * steps.get(0).loss() + 4 * steps.get(1).loss() + 2 * steps.get(2).loss()) / 10;
    assertThat(steps.get(2).meanLoss()).isCloseTo(mean, within(1e-12));
    assertThat(steps.get(2).meanLoss()).isEqualTo(epochs.get(0).result().trainLoss());
    assertThat(steps.get(2).accuracy()).isEqualTo(epochs.get(0).result().trainAccuracy());
  }

  @Test
  void aRunThatGoesOnCountsItsStepsAndItsTimeFromTheFirstBeginning() {
    stopAfter = 2;
    train(null);
    TrainingPosition middle = Objects.requireNonNull(end);
    assertThat(steps).extracting(StepMetrics::step).containsExactly(1L, 2L);
    steps.clear();
    stopAfter = Integer.MAX_VALUE;

    train(middle);

    assertThat(steps).extracting(StepMetrics::step).containsExactly(3L, 4L, 5L, 6L);
    assertThat(steps.getFirst().seconds()).isGreaterThan(middle.seconds());
  }

  private void train(@Nullable TrainingPosition from) {
    byte[] pixels = new byte[SAMPLES * SHAPE.size()];
    byte[] labels = new byte[SAMPLES];
    for (int i = 0; i < SAMPLES; i++) {
      labels[i] = (byte) (i % 2);
      pixels[i * SHAPE.size() + i] = (byte) 255;
    }
    RunListener listener =
        new RunListener() {
          @Override
          public void onStep(StepMetrics step) {
            steps.add(step);
          }

          @Override
          public void onEpoch(EpochMetrics epoch) {
            epochs.add(epoch);
          }
        };
    Recorder recorder = new Recorder(List.of(listener), () -> steps.size() == stopAfter);
    try (Dataset data = Dataset.ofPixels(pixels, labels, SHAPE);
        Model model = Sequential.of(SHAPE, new Flatten(), Dense.of(2)).initialize(0);
        Trainer trainer =
            Trainer.builder(
                    model, Sgd.keras().withLearningRate(0.5).withSchedule(Schedule.step(2, 0.5)))
                .batchSize(4)
                .threads(1)
                .listener(recorder)
                .build()) {
      if (from != null) {
        trainer.resume(from);
      }
      recorder.follow(trainer, from);
      trainer.fit(data, null, 2);
      end = trainer.position();
    }
  }
}
