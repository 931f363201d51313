package dev.lanewise.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.lanewise.engine.memory.Memory;
import dev.lanewise.engine.optim.Optimizer;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.openjdk.jmh.annotations.Param;

/** The benchmark measures updates that are right; the engine's tests hold each rule to its trajectory. */
class UpdateBenchmarkTest {
  private static final int PARAMETERS = 93_322;

  static List<String> names() {
    return Optimizer.names();
  }

  /** One update from the same start: weights before, gradients and weights after, and what it counted. */
  private record Outcome(float[] before, float[] gradients, float[] after, double gbyte) {}

  private static Outcome update(String optimizer, int threads) {
    UpdateBenchmark state = new UpdateBenchmark();
    state.optimizer = optimizer;
    state.parameters = PARAMETERS;
    state.threads = threads;
    state.setUp();
    try {
      float[] before = state.weights.toArray(Memory.FLOAT);
      Work work = new Work();
      state.update(work);
      return new Outcome(
          before, state.gradients.toArray(Memory.FLOAT), state.weights.toArray(Memory.FLOAT), work.gbyte);
    } finally {
      state.tearDown();
    }
  }

  @Test
  @DisplayName("Every optimizer of the engine has a row")
  void coversAll() throws NoSuchFieldException {
    Param rows = UpdateBenchmark.class.getField("optimizer").getAnnotation(Param.class);
    assertThat(rows.value()).containsExactlyElementsOf(Optimizer.names());
  }

  @ParameterizedTest
  @DisplayName("All parameters move against their gradients, whichever thread they belong to")
  @MethodSource("names")
  void moves(String optimizer) {
    Outcome one = update(optimizer, 1);
    assertThat(update(optimizer, 2).after()).isEqualTo(one.after());
    int wrong = 0;
    for (int i = 0; i < PARAMETERS; i++) {
      // A decoupled decay may outweigh a gradient near zero.
      boolean clear = Math.abs(one.gradients()[i]) > 0.1f;
      boolean against = (one.before()[i] - one.after()[i]) * one.gradients()[i] > 0;
      wrong += clear && !against ? 1 : 0;
    }
    assertThat(wrong).as("parameters that moved the wrong way").isZero();
  }

  @Test
  @DisplayName("SGD and Adam make the step that their formula says, and count what they touch")
  void formulas() {
    Outcome sgd = update("sgd", 1);
    Outcome adam = update("adam", 2);
    double worst = 0;
    for (int i = 0; i < PARAMETERS; i++) {
      double g = sgd.gradients()[i];
      double alpha = 0.001 * Math.sqrt(1 - 0.999) / (1 - 0.9);
      double step = alpha * 0.1 * g / (Math.sqrt(0.001 * g * g) + 1e-7);
      worst = Math.max(worst, Math.abs(sgd.after()[i] - (sgd.before()[i] - 0.01 * g)));
      worst = Math.max(worst, Math.abs(adam.after()[i] - (adam.before()[i] - step)));
    }
    assertThat(worst).isLessThan(1e-6);
    assertThat(sgd.gbyte()).isCloseTo(12e-9 * PARAMETERS, within(1e-12));
    assertThat(adam.gbyte()).isCloseTo(28e-9 * PARAMETERS, within(1e-12));
  }
}
