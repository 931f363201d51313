package dev.lanewise.engine.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lanewise.engine.kernel.scalar.ScalarActivation;
import dev.lanewise.engine.memory.Memory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.SplittableRandom;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ActivationTest {
  private static final int LENGTH = 96;
  private static final int OFFSET = 5;
  private static final float[] SPECIAL = {
    0f, -0f, Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, Float.MIN_VALUE, -Float.MIN_VALUE, 90f, -90f,
    1e-20f
  };

  private final Arena arena = Arena.ofConfined();
  private final SplittableRandom random = new SplittableRandom(4);

  private interface Forward {
    void run(MemorySegment x, long xOffset, MemorySegment y, long yOffset, long floats);
  }

  private interface Backward {
    void run(
        MemorySegment y, long yOffset, MemorySegment dy, long dyOffset, MemorySegment dx, long dxOffset, long floats);
  }

  @AfterEach
  void close() {
    arena.close();
  }

  private MemorySegment values() {
    MemorySegment s = Memory.allocate(arena, LENGTH + 32);
    for (int i = 0; i < LENGTH + 32; i++) {
      Memory.set(s, i, i >= OFFSET && i < OFFSET + SPECIAL.length ? SPECIAL[i - OFFSET] : (float) random.nextDouble(-3, 3));
    }
    return s;
  }

  private void forward(Forward facade, Forward definition, DoubleUnaryOperator exact) {
    MemorySegment x = values();
    MemorySegment actual = values();
    MemorySegment expected = Memory.allocate(arena, LENGTH + 32);
    Memory.copy(actual, 0, expected, 0, LENGTH + 32);
    facade.run(x, OFFSET, actual, 3, LENGTH);
    definition.run(x, OFFSET, expected, 3, LENGTH);
    same(actual, expected);
    for (int i = SPECIAL.length; i < LENGTH; i++) {
      assertThat((double) Memory.get(actual, 3 + i))
          .isCloseTo(exact.applyAsDouble(Memory.get(x, OFFSET + i)), org.assertj.core.data.Offset.offset(1e-6));
    }
    facade.run(x, OFFSET, x, OFFSET, LENGTH);
    assertThat(x.asSlice(OFFSET * 4, LENGTH * 4).mismatch(actual.asSlice(12, LENGTH * 4))).as("in place").isEqualTo(-1);
  }

  private void backward(Backward facade, Backward definition) {
    MemorySegment y = values();
    MemorySegment dy = values();
    MemorySegment actual = values();
    MemorySegment expected = Memory.allocate(arena, LENGTH + 32);
    Memory.copy(actual, 0, expected, 0, LENGTH + 32);
    facade.run(y, OFFSET, dy, 1, actual, 3, LENGTH);
    definition.run(y, OFFSET, dy, 1, expected, 3, LENGTH);
    same(actual, expected);
  }

  private static void same(MemorySegment actual, MemorySegment expected) {
    for (int i = 0; i < LENGTH + 32; i++) {
      assertThat(Float.floatToIntBits(Memory.get(actual, i)))
          .as("element %d: %s", i, Memory.get(expected, i))
          .isEqualTo(Float.floatToIntBits(Memory.get(expected, i)));
    }
  }

  @Test
  @DisplayName("each activation has the bits of its definition, specials and neighbours included")
  void forwards() {
    forward(Activation::relu, ScalarActivation::relu, x -> Math.max(x, 0));
    forward(
        (x, xo, y, yo, n) -> Activation.leakyRelu(0.3f, x, xo, y, yo, n),
        (x, xo, y, yo, n) -> ScalarActivation.leakyRelu(0.3f, x, xo, y, yo, n),
        x -> x > 0 ? x : 0.3f * x);
    forward(Activation::tanh, ScalarActivation::tanh, Math::tanh);
    forward(Activation::sigmoid, ScalarActivation::sigmoid, x -> 1 / (1 + Math.exp(-x)));
  }

  @Test
  @DisplayName("each gradient has the bits of its definition, specials and neighbours included")
  void backwards() {
    backward(Activation::reluBackward, ScalarActivation::reluBackward);
    backward(
        (y, yo, dy, dyo, dx, dxo, n) -> Activation.leakyReluBackward(0.3f, y, yo, dy, dyo, dx, dxo, n),
        (y, yo, dy, dyo, dx, dxo, n) -> ScalarActivation.leakyReluBackward(0.3f, y, yo, dy, dyo, dx, dxo, n));
    backward(Activation::tanhBackward, ScalarActivation::tanhBackward);
    backward(Activation::sigmoidBackward, ScalarActivation::sigmoidBackward);
  }

  @Test
  @DisplayName("lengths off the grid and operands out of bounds are refused")
  void refuses() {
    MemorySegment s = values();
    assertThatThrownBy(() -> Activation.relu(s, 0, s, 0, 15)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Activation.relu(s, 100, s, 0, 32)).isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  @DisplayName("dropout drops its share, scales the rest, and repeats for the same step alone")
  void dropout() {
    int n = 20_480;
    MemorySegment x = Memory.allocate(arena, n);
    for (int i = 0; i < n; i++) {
      Memory.set(x, i, 1f);
    }
    MemorySegment y = Memory.allocate(arena, n);
    MemorySegment again = Memory.allocate(arena, n);
    Dropout.apply(x, 0, y, 0, n, 0.25, 1, 2, 3, 0);
    Dropout.apply(x, 0, again, 0, n / 2, 0.25, 1, 2, 3, 0);
    Dropout.apply(x, n / 2, again, n / 2, n / 2, 0.25, 1, 2, 3, n / 2);
    assertThat(again.mismatch(y)).as("the mask belongs to the element").isEqualTo(-1);
    int dropped = 0;
    for (int i = 0; i < n; i++) {
      assertThat(Memory.get(y, i)).isIn(0f, 1f / 0.75f);
      dropped += Memory.get(y, i) == 0 ? 1 : 0;
    }
    assertThat(dropped / (double) n).isBetween(0.235, 0.265);
    Dropout.apply(x, 0, again, 0, n, 0.25, 1, 2, 4, 0);
    assertThat(again.mismatch(y)).as("another step, another mask").isNotEqualTo(-1);
  }
}
