package dev.lanewise.engine.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.lanewise.engine.kernel.scalar.ScalarActivation;
import dev.lanewise.engine.testing.Operand;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ActivationTest {
  private static final float SLOPE = 0.3f;

  private final Random random = new Random(23);

  private interface Forward {
    void apply(MemorySegment x, long xOffset, MemorySegment y, long yOffset, long length);
  }

  private interface Backward {
    void apply(
        MemorySegment y, long yOffset, MemorySegment dy, long dyOffset,
        MemorySegment dx, long dxOffset, long length);
  }

  private enum Kind {
    RELU(
        Activation::relu, Activation::reluBackward,
        ScalarActivation::relu, ScalarActivation::reluBackward),
    LEAKY_RELU(
        (x, i, y, j, n) -> Activation.leakyRelu(SLOPE, x, i, y, j, n),
        (y, i, g, j, d, k, n) -> Activation.leakyReluBackward(SLOPE, y, i, g, j, d, k, n),
        (x, i, y, j, n) -> ScalarActivation.leakyRelu(SLOPE, x, i, y, j, n),
        (y, i, g, j, d, k, n) -> ScalarActivation.leakyReluBackward(SLOPE, y, i, g, j, d, k, n)),
    TANH(
        Activation::tanh, Activation::tanhBackward,
        ScalarActivation::tanh, ScalarActivation::tanhBackward),
    SIGMOID(
        Activation::sigmoid, Activation::sigmoidBackward,
        ScalarActivation::sigmoid, ScalarActivation::sigmoidBackward);

    final Forward forward;
    final Backward backward;
    final Forward scalarForward;
    final Backward scalarBackward;

    Kind(Forward forward, Backward backward, Forward scalarForward, Backward scalarBackward) {
      this.forward = forward;
      this.backward = backward;
      this.scalarForward = scalarForward;
      this.scalarBackward = scalarBackward;
    }

    float[] forward(float... x) {
      float[] padded = Arrays.copyOf(x, 16);
      Operand in = Operand.of(padded);
      Operand out = Operand.output(16);
      forward.apply(in.segment(), in.offset(), out.segment(), out.offset(), 16);
      return Arrays.copyOf(out.values(), x.length);
    }

    double derivative(double x) {
      return switch (this) {
        case RELU -> x > 0 ? 1 : 0;
        case LEAKY_RELU -> x > 0 ? 1 : SLOPE;
        case TANH -> 1 - Math.tanh(x) * Math.tanh(x);
        case SIGMOID -> 1 / (1 + Math.exp(-x)) * (1 - 1 / (1 + Math.exp(-x)));
      };
    }
  }

  @Test
  void forwardPassesHaveTheBitsOfTheReference() {
    for (Kind kind : Kind.values()) {
      for (int length : new int[] {0, 16, 48, 1024}) {
        for (float[] values : inputs(length)) {
          Operand x = Operand.of(values);
          Operand actual = Operand.output(length);
          Operand expected = Operand.output(length);
          kind.forward.apply(x.segment(), x.offset(), actual.segment(), actual.offset(), length);
          kind.scalarForward.apply(
              x.segment(), x.offset(), expected.segment(), expected.offset(), length);
          assertThat(actual.bits()).as("%s", kind).isEqualTo(expected.bits());

          kind.forward.apply(x.segment(), x.offset(), x.segment(), x.offset(), length);
          assertThat(x.bits()).as("%s in place", kind).isEqualTo(expected.bits());
        }
      }
    }
  }

  @Test
  void backwardPassesHaveTheBitsOfTheReference() {
    for (Kind kind : Kind.values()) {
      for (int length : new int[] {0, 16, 48, 1024}) {
        for (float[] values : inputs(length)) {
          Operand y = Operand.of(values);
          Operand dy = Operand.of(Operand.withSpecials(random, length));
          Operand actual = Operand.output(length);
          Operand expected = Operand.output(length);
          kind.backward.apply(
              y.segment(), y.offset(), dy.segment(), dy.offset(), actual.segment(),
              actual.offset(), length);
          kind.scalarBackward.apply(
              y.segment(), y.offset(), dy.segment(), dy.offset(), expected.segment(),
              expected.offset(), length);
          assertThat(actual.bits()).as("%s", kind).isEqualTo(expected.bits());

          kind.backward.apply(
              y.segment(), y.offset(), dy.segment(), dy.offset(), dy.segment(), dy.offset(),
              length);
          assertThat(dy.bits()).as("%s in place", kind).isEqualTo(expected.bits());
        }
      }
    }
  }

  /** Ordinary values, special ones, and floats of every magnitude. */
  private float[][] inputs(int length) {
    float[] any = new float[length];
    for (int i = 0; i < length; i++) {
      any[i] = Float.intBitsToFloat(random.nextInt());
    }
    return new float[][] {
      Operand.gaussian(random, length), Operand.withSpecials(random, length), any
    };
  }

  @Test
  void backwardPassesAreTheDerivativesOfTheForwardPasses() {
    for (Kind kind : Kind.values()) {
      float[] x = Operand.gaussian(random, 64);
      float[] g = Operand.gaussian(random, 64);
      Operand y = Operand.of(x);
      Operand dx = Operand.of(g);
      kind.forward.apply(y.segment(), y.offset(), y.segment(), y.offset(), 64);
      kind.backward.apply(
          y.segment(), y.offset(), dx.segment(), dx.offset(), dx.segment(), dx.offset(), 64);

      float[] actual = dx.values();
      for (int i = 0; i < 64; i++) {
        assertThat((double) actual[i])
            .as("%s at %s", kind, x[i])
            .isCloseTo(g[i] * kind.derivative(x[i]), within(1e-6));
      }
    }
  }

  @Test
  void nanStaysNan() {
    for (Kind kind : Kind.values()) {
      assertThat(kind.forward(Float.NaN)).as("%s", kind).containsExactly(Float.NaN);
    }
  }

  @Test
  void zerosKeepTheirSignExceptUnderRelu() {
    assertThat(Operand.bits(Kind.RELU.forward(-0f))).isEqualTo(Operand.bits(0f));
    assertThat(Operand.bits(Kind.LEAKY_RELU.forward(-0f))).isEqualTo(Operand.bits(-0f));
    assertThat(Operand.bits(Kind.TANH.forward(-0f))).isEqualTo(Operand.bits(-0f));
  }

  @Test
  void refusesWhatItCannotCompute() {
    Operand x = Operand.of(new float[16]);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Activation.relu(x.segment(), 0, x.segment(), 0, 15));
    assertThatExceptionOfType(IndexOutOfBoundsException.class)
        .isThrownBy(() -> Activation.relu(x.segment(), 0, x.segment(), 0, 1024));
    assertThatExceptionOfType(IndexOutOfBoundsException.class)
        .isThrownBy(() -> Activation.relu(x.segment(), 0, x.segment(), 0, -16));
    for (float slope : new float[] {0, -1, Float.NaN, Float.POSITIVE_INFINITY}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> Activation.leakyRelu(slope, x.segment(), 0, x.segment(), 0, 16));
    }
  }
}
