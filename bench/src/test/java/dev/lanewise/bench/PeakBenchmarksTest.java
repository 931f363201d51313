package dev.lanewise.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.lanewise.engine.memory.Memory;
import java.lang.reflect.Method;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The peaks do the work that they count. */
class PeakBenchmarksTest {
  @Test
  @DisplayName("Each chain is as many fused multiply-adds as counted")
  void arithmetic() {
    // Six chains start at zero, six at the summand.
    float zero = 0;
    float y = 0.5f;
    float start = y;
    for (int i = 0; i < 4; i++) {
      zero = Math.fma(zero, 0.25f, y);
      start = Math.fma(start, 0.25f, y);
    }
    assertThat(PeakArithmeticBenchmark.chains(4, 0.25f, y)).isCloseTo((zero + start) / 2, within(1e-6f));
  }

  @Test
  @DisplayName("Every thread computes its chains")
  void threads() {
    PeakArithmeticBenchmark state = new PeakArithmeticBenchmark();
    state.threads = 2;
    state.setUp();
    try {
      Work work = new Work();
      float[] sums = state.fma(work);
      assertThat(sums).hasSize(2);
      assertThat(sums[0]).isCloseTo(1f, within(1e-3f)).isEqualTo(sums[1]);
      assertThat(work.gflop).isPositive();
    } finally {
      state.tearDown();
    }
  }

  @Test
  @DisplayName("The gradient is added to all of the three other arrays")
  void memory() {
    PeakMemoryBenchmark state = new PeakMemoryBenchmark();
    state.parameters = 1000;
    state.threads = 2;
    state.setUp();
    try {
      float[] w = state.weights.toArray(Memory.FLOAT);
      float[] g = state.gradients.toArray(Memory.FLOAT);
      float[] m = state.first.toArray(Memory.FLOAT);
      float[] v = state.second.toArray(Memory.FLOAT);
      Work work = new Work();
      state.memory(work);
      for (int i = 0; i < 1000; i++) {
        assertThat(Memory.get(state.weights, i)).isEqualTo(w[i] + g[i]);
        assertThat(Memory.get(state.first, i)).isEqualTo(m[i] + g[i]);
        assertThat(Memory.get(state.second, i)).isEqualTo(v[i] + g[i]);
      }
      assertThat(work.gbyte).isCloseTo(28e-6, within(1e-12));
    } finally {
      state.tearDown();
    }
  }

  @Test
  @DisplayName("What C2 must not inline is the peaks' loops, by their names of today")
  void notInlined() throws ClassNotFoundException {
    assertThat(ChildJvm.NOT_INLINED).hasSize(2);
    for (String method : ChildJvm.NOT_INLINED) {
      String[] parts = method.split("::", -1);
      assertThat(Class.forName(parts[0]).getDeclaredMethods()).extracting(Method::getName).contains(parts[1]);
    }
  }
}
