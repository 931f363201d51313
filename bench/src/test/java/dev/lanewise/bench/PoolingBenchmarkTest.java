package dev.lanewise.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.lanewise.engine.memory.Memory;
import java.lang.foreign.MemorySegment;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The benchmark measures poolings that are right. */
class PoolingBenchmarkTest {
  private final PoolingBenchmark state = new PoolingBenchmark();
  private final Work work = new Work();

  @BeforeEach
  void setUp() {
    state.pool = "10x10x64";
    state.setUp();
  }

  @AfterEach
  void tearDown() {
    state.tearDown();
  }

  /** The four inputs of output i. */
  private long input(int i, int position) {
    int channel = i % state.channels;
    int pixel = i / state.channels;
    int y = pixel / (state.width / 2) * 2 + position / 2;
    int x = pixel % (state.width / 2) * 2 + position % 2;
    return ((long) y * state.width + x) * state.channels + channel;
  }

  private int outputs() {
    return state.height * state.width * state.channels / 4;
  }

  private int firstMaximum(int i) {
    int best = 0;
    for (int position = 1; position < 4; position++) {
      if (Memory.get(state.in, input(i, position)) > Memory.get(state.in, input(i, best))) {
        best = position;
      }
    }
    return best;
  }

  private void assertMaxima(Consumer<Work> forward) {
    state.out.fill((byte) -1);
    forward.accept(work);
    for (int i = 0; i < outputs(); i++) {
      assertThat(Memory.get(state.out, i)).isEqualTo(Memory.get(state.in, input(i, firstMaximum(i))));
    }
    assertThat(work.gbyte).isCloseTo(4e-9 * 6 * outputs(), within(1e-15));
  }

  /** Each gradient arrives at the first maximum; behind a ReLU only if that is positive. */
  private void assertRouted(Consumer<Work> backward, boolean relu) {
    state.inGradient.fill((byte) -1);
    backward.accept(work);
    MemorySegment in = state.in;
    for (int i = 0; i < outputs(); i++) {
      int best = firstMaximum(i);
      boolean passes = !relu || Memory.get(in, input(i, best)) > 0;
      for (int position = 0; position < 4; position++) {
        assertThat(Memory.get(state.inGradient, input(i, position)))
            .isEqualTo(position == best && passes ? Memory.get(state.outGradient, i) : 0f);
      }
    }
  }

  @Test
  @DisplayName("The general form finds the maxima and hands their gradients back")
  void general() {
    assertMaxima(state::maxForward);
    assertRouted(state::maxBackward, false);
  }

  @Test
  @DisplayName("The fused form finds the same maxima, and hands back none that the ReLU held back")
  void fused() {
    assertMaxima(state::fusedForward);
    assertRouted(state::fusedBackward, true);
  }

  @Test
  @DisplayName("The average is the mean of four, and shares its gradient among them")
  void average() {
    state.averageForward(work);
    state.averageBackward(work);
    for (int i = 0; i < outputs(); i++) {
      double sum = 0;
      for (int position = 0; position < 4; position++) {
        sum += Memory.get(state.in, input(i, position));
        assertThat(Memory.get(state.inGradient, input(i, position)))
            .isEqualTo(Memory.get(state.outGradient, i) / 4);
      }
      assertThat((double) Memory.get(state.out, i)).isCloseTo(sum / 4, within(1e-6));
    }
  }
}
