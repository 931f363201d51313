package dev.lanewise.engine.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.lanewise.engine.memory.MachineMemory;
import dev.lanewise.engine.memory.MemoryLimitException;
import dev.lanewise.engine.memory.Shape;
import dev.lanewise.engine.model.Dense;
import dev.lanewise.engine.model.Layer;
import dev.lanewise.engine.model.Model;
import dev.lanewise.engine.model.Sequential;
import dev.lanewise.engine.optim.Optimizer;
import dev.lanewise.engine.testing.Networks;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Memory is planned before it is taken, to the byte. */
@Tag("once")
class ResourceLimitTest {
  @ParameterizedTest
  @CsvSource({"sgd, 1, 1", "adam, 40, 2", "amsgrad, 128, 3", "lion, 100000, 1"})
  @DisplayName("what a trainer plans is what it takes, and one byte less is refused")
  void plansToTheByte(String optimizer, int batchSize, int threads) {
    for (Sequential network : new Sequential[] {Networks.small(), Networks.mnistCnn()}) {
      try (Model model = network.initialize(0)) {
        TrainerBuilder builder =
            Trainer.builder(model, Optimizer.byName(optimizer)).batchSize(batchSize).threads(threads);
        long bytes = builder.memoryBytes();

        try (Trainer trainer = builder.memoryLimit(bytes).build()) {
          assertThat(trainer.memoryBytes()).isEqualTo(bytes);
        }
        assertThatExceptionOfType(MemoryLimitException.class)
            .isThrownBy(builder.memoryLimit(bytes - 1)::build)
            .withMessage(
                "the trainer needs %,d bytes of memory off the heap, and %,d are allowed", bytes, bytes - 1);
      }
    }
  }

  @Test
  @DisplayName("a model that is larger than the machine is refused before it is made")
  void largerThanTheMachine() {
    Layer[] layers = new Layer[400];
    for (int i = 0; i < layers.length; i++) {
      layers[i] = Dense.of(i % 2 == 0 ? 60_000 : 30_000);
    }
    Sequential wide = Sequential.of(Shape.of(30_000), layers);
    long bytes = 4 * (400 * 30_000L * 60_000 + 200 * (60_000 + 30_000));
    assumeThat(MachineMemory.bytes()).isLessThan(bytes);

    assertThatExceptionOfType(MemoryLimitException.class)
        .isThrownBy(() -> wide.initialize(0))
        .withMessage("the model needs %,d bytes of memory off the heap, and %,d are allowed", bytes, MachineMemory.bytes());
  }

  @Test
  @DisplayName("a trainer that is larger than the machine leaves the model as it was")
  void largerTrainer() {
    try (Model model = Networks.mnistCnn().initialize(0)) {
      TrainerBuilder builder = Trainer.builder(model, Optimizer.byName("adam")).threads(Integer.MAX_VALUE);

      assertThatExceptionOfType(MemoryLimitException.class)
          .isThrownBy(builder::build)
          .withMessageContaining("and %,d are allowed", MachineMemory.bytes());
      assertThat(MachineMemory.bytes()).isPositive();
    } // closing would be refused if the trainer still held the model
  }
}
