package dev.lanewise.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.lanewise.engine.memory.Memory;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The benchmark measures a loss that is right. */
class LossBenchmarkTest {
  @ParameterizedTest
  @DisplayName("Loss and gradient are those of the definition in double")
  @ValueSource(ints = {10, 1000})
  void matchesDefinition(int classes) {
    LossBenchmark state = new LossBenchmark();
    state.classes = classes;
    state.setUp();
    try {
      double loss = state.softmaxCrossEntropy(new Work());
      double expected = 0;
      for (int row = 0; row < LossBenchmark.ROWS; row++) {
        long at = (long) row * state.pitch;
        double sum = 0;
        for (int j = 0; j < classes; j++) {
          sum += Math.exp(Memory.get(state.logits, at + j));
        }
        int label = state.labels.getAtIndex(Memory.INT, row);
        expected += Math.log(sum) - Memory.get(state.logits, at + label);
        for (int j = 0; j < classes; j++) {
          double p = Math.exp(Memory.get(state.logits, at + j)) / sum;
          assertThat((double) Memory.get(state.gradient, at + j))
              .isCloseTo((p - (j == label ? 1 : 0)) / LossBenchmark.ROWS, within(1e-7));
        }
      }
      assertThat(loss).isCloseTo(expected, within(1e-3));
    } finally {
      state.tearDown();
    }
  }
}
