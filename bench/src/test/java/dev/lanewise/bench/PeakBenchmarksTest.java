package dev.lanewise.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.lanewise.engine.memory.Memory;
import java.lang.reflect.Method;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The peaks do the work that they count. */
class PeakBenchmarksTest {
  @Test
  @DisplayName("Each chain is as many fused multiply-adds as counted")
  void arithmetic() {
    assertThat(PeakArithmeticBenchmark.chains(3, 0.25f, 0.5f)).isCloseTo(mean(3, 0.25f, 0.5f), within(1e-6f));
  }

  /** Six chains start at zero, six at the right factor. */
  private static float mean(int steps, float left, float right) {
    float zero = 0;
    float factor = right;
    for (int i = 0; i < steps; i++) {
      zero = Math.fma(left, right, zero);
      factor = Math.fma(left, right, factor);
    }
    return (zero + factor) / 2;
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
      assertThat(sums[0])
          .isCloseTo(mean(PeakArithmeticBenchmark.STEPS, 0.999f, 0.001f), within(1e-3f))
          .isEqualTo(sums[1]);
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
      assertThat(ChildJvm.flags(List.of())).contains("-XX:CompileCommand=dontinline," + method);
      String[] parts = method.split("::", -1);
      assertThat(Class.forName(parts[0]).getDeclaredMethods()).extracting(Method::getName).contains(parts[1]);
    }
  }
}
