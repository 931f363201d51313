package dev.lanewise.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The benchmarks of the whole network train and predict in earnest. */
class NetworkBenchmarksTest {
  @Test
  @DisplayName("The network has 93,322 parameters and needs 14.05 MFLOP an image")
  void size() {
    assertThat(Workload.network().parameterCount()).isEqualTo(93_322);
    assertThat(Workload.GFLOP_PER_TRAINED_IMAGE).isCloseTo(14_053_632e-9, within(1e-15));
  }

  @Test
  @DisplayName("Training lowers the loss and counts its images")
  void trains() {
    TrainingBenchmark state = new TrainingBenchmark();
    state.threads = 2;
    state.batches = 1;
    state.setUp();
    try {
      Work work = new Work();
      double first = state.train(work);
      state.train(work);
      double last = state.train(work);
      assertThat(first).isBetween(1.0, 4.0);
      assertThat(last).isLessThan(first);
      assertThat(work.images).isEqualTo(3 * 128);
    } finally {
      state.tearDown();
    }
  }

  @Test
  @DisplayName("A batch gives the predictions of its images one by one")
  void predicts() {
    float[] batch = predictions(8);
    float[] single = predictions(1);
    assertThat(batch).hasSize(80).doesNotContain(0f);
    assertThat(Arrays.copyOf(batch, 10)).containsExactly(single);
    assertThat(Arrays.copyOfRange(batch, 10, 20)).isNotEqualTo(single);
  }

  private static float[] predictions(int batch) {
    PredictionBenchmark state = new PredictionBenchmark();
    state.batch = batch;
    state.setUp();
    try {
      return state.predict(new Work()).clone();
    } finally {
      state.tearDown();
    }
  }
}
