package dev.lanewise.engine.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.fail;

import dev.lanewise.engine.loss.Loss;
import dev.lanewise.engine.memory.Memory;
import dev.lanewise.engine.memory.Shape;
import dev.lanewise.engine.model.Dense;
import dev.lanewise.engine.model.Model;
import dev.lanewise.engine.model.Sequential;
import dev.lanewise.engine.optim.Optimizer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A training that diverges says so, and leaves the last parameters that were good. */
@Tag("once")
class DivergenceTest {
  private static final Sequential LINE = Sequential.of(Shape.of(1), Dense.of(1));

  /** y = 3 x - 0.5 on 64 points; with a rate of 3, each step multiplies the error. */
  private static Dataset line() {
    float[] x = new float[64];
    float[] y = new float[64];
    for (int i = 0; i < 64; i++) {
      x[i] = i / 32f - 1;
      y[i] = 3 * x[i] - 0.5f;
    }
    return Dataset.of(x, y, Shape.of(1), 1);
  }

  private static Trainer trainer(Model model, String optimizer, double rate, TrainingListener listener) {
    return Trainer.builder(model, Optimizer.byName(optimizer).withLearningRate(rate))
        .loss(Loss.meanSquaredError())
        .batchSize(16)
        .threads(2)
        .listener(listener)
        .build();
  }

  /** Hashes of the model at the end of each epoch. */
  private record Hashes(Model model, List<String> atEpochs) implements TrainingListener {
    @Override
    public void onEpoch(EpochResult result) {
      assertThat(result.trainLoss()).isFinite();
      atEpochs.add(model.parametersSha256());
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  @DisplayName("a loss that grows beyond all numbers ends the training at the last epoch that was good")
  void growsSlowly(boolean validated) {
    try (Dataset data = line();
        Model model = LINE.initialize(0)) {
      Hashes hashes = new Hashes(model, new ArrayList<>());
      try (Trainer trainer = trainer(model, "sgd", 3, hashes)) {
        assertThatExceptionOfType(TrainingException.class)
            .isThrownBy(() -> trainer.fit(data, validated ? data : null, 1_000))
            .withMessageMatching(
                "(the (validation )?loss is (Infinity|NaN)|a parameter is no longer a finite number) in step "
                    + trainer.steps()
                    + " \\(epoch "
                    + (hashes.atEpochs.size() + 1)
                    + "\\) with sgd at a learning rate of 3.0; try a smaller rate."
                    + " The model has the parameters of the end of epoch "
                    + hashes.atEpochs.size());
        assertThat(hashes.atEpochs).hasSizeGreaterThan(2);
        assertThat(model.parametersSha256()).isEqualTo(hashes.atEpochs.getLast());
        assertThat(trainer.evaluate(data).loss()).isFinite();
      }
    }
  }

  @Test
  @DisplayName("a training that diverges in its first epoch leaves the parameters with which it began")
  void firstEpoch() {
    try (Dataset data = line();
        Model model = LINE.initialize(0);
        Trainer trainer = trainer(model, "sgd", 1e30, new TrainingListener() {})) {
      String before = model.parametersSha256();

      assertThatExceptionOfType(TrainingException.class)
          .isThrownBy(() -> trainer.fit(data, null, 1))
          .withMessageContaining("with sgd at a learning rate of 1.0E30")
          .withMessageEndingWith("The model has the parameters with which it began");
      assertThat(model.parametersSha256()).isEqualTo(before);
    }
  }

  @Test
  @DisplayName("a validation loss that is no finite number ends the training, though all others are finite")
  void validationAlone() {
    try (Dataset data = line();
        Dataset far = Dataset.of(new float[] {1e30f}, new float[] {1}, Shape.of(1), 1);
        Model model = LINE.initialize(0);
        Trainer trainer = trainer(model, "sgd", 0.1, new TrainingListener() {})) {
      String before = model.parametersSha256();

      assertThatExceptionOfType(TrainingException.class)
          .isThrownBy(() -> trainer.fit(data, far, 2))
          .withMessageStartingWith("the validation loss is Infinity in step 4 (epoch 1) with sgd at a learning rate of 0.1");
      assertThat(model.parametersSha256()).isEqualTo(before);
    }
  }

  @Test
  @DisplayName("the last step of an epoch cannot ruin the parameters unseen")
  void lastStep() {
    try (Dataset data = Dataset.of(new float[] {1e30f}, new float[] {1}, Shape.of(1), 1);
        Model model = LINE.initialize(0);
        Trainer trainer = trainer(model, "sgd", 1e20, new TrainingListener() {})) {
      Memory.zero(model.parameters(), 0, model.network().parameterFloats());

      // The loss of the only step is 1, its gradient 2e30.
      assertThatExceptionOfType(TrainingException.class)
          .isThrownBy(() -> trainer.fit(data, null, 1))
          .withMessageStartingWith("a parameter is no longer a finite number in step 1 (epoch 1)");
      assertThat(Memory.get(model.parameters(), 0)).isZero();
    }
  }

  @Test
  @DisplayName("nor can a step before a checkpoint")
  void stepBeforeACheckpoint() {
    try (Dataset data = Dataset.of(new float[] {1e30f, 1e30f}, new float[] {1, 1}, Shape.of(1), 1);
        Model model = LINE.initialize(0);
        Trainer trainer =
            Trainer.builder(model, Optimizer.byName("sgd").withLearningRate(1e20))
                .loss(Loss.meanSquaredError())
                .batchSize(1)
                .checkpoints(t -> fail("written after step " + t.steps()), 1)
                .build()) {
      Memory.zero(model.parameters(), 0, model.network().parameterFloats());

      assertThatExceptionOfType(TrainingException.class)
          .isThrownBy(() -> trainer.fit(data, null, 1))
          .withMessageStartingWith("a parameter is no longer a finite number in step 1 (epoch 1)");
      assertThat(Memory.get(model.parameters(), 0)).isZero();
    }
  }

  @Test
  @DisplayName("a checkpoint is never written of parameters that are not finite")
  void noBadCheckpoint() {
    try (Dataset data = line();
        Model model = LINE.initialize(0);
        Trainer trainer =
            Trainer.builder(model, Optimizer.byName("sgd").withLearningRate(3))
                .loss(Loss.meanSquaredError())
                .batchSize(16)
                .checkpoints(
                    t -> {
                      assertThat(Memory.get(t.model().parameters(), 0)).isFinite();
                      assertThat(Memory.get(t.model().parameters(), 16)).isFinite();
                    },
                    1)
                .build()) {
      assertThatExceptionOfType(TrainingException.class).isThrownBy(() -> trainer.fit(data, null, 1_000));
    }
  }
}
