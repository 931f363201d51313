package dev.lanewise.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.lanewise.engine.memory.Memory;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The benchmark measures a product that is right. */
class GemmBenchmarkTest {
  @ParameterizedTest
  @DisplayName("The product is that of a triple loop in double, and its operations are counted")
  @CsvSource({
    "64x64x64, 1", "64x64x64, 2", "256x256x256, 1", "676x32x9, 1", "100x64x288, 1", "9x64x576, 2", "8x10x64, 1"
  })
  void matchesTripleLoop(String sizes, int threads) {
    GemmBenchmark state = new GemmBenchmark();
    state.gemm = sizes;
    state.threads = threads;
    state.setUp();
    try {
      Work work = new Work();
      state.gemm(work);
      state.gemm(work);
      assertThat(work.gflop).isCloseTo(4e-9 * state.m * state.n * state.k, within(1e-12));
      for (int i = 0; i < state.m; i++) {
        for (int j = 0; j < state.n; j++) {
          double expected = 0;
          for (int k = 0; k < state.k; k++) {
            expected +=
                (double) Memory.get(state.a, (long) i * state.k + k) * Memory.get(state.b, (long) k * state.n + j);
          }
          assertThat((double) Memory.get(state.c, (long) i * state.n + j)).isCloseTo(expected, within(1e-4));
        }
      }
    } finally {
      state.tearDown();
    }
  }
}
