package dev.lanewise.engine.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lanewise.engine.kernel.scalar.ScalarLosses;
import dev.lanewise.engine.kernel.simd.SimdLosses;
import dev.lanewise.engine.memory.Memory;
import dev.lanewise.engine.testing.Operand;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LossesTest {
  private static final int[] COLUMNS = {1, 2, 4, 5, 10, 15, 16, 17, 33, 64, 100};
  private static final int GOLDEN = -2079191345;
  private static final float SCALE = 1 / 24f;

  private final Random random = new Random(17);

  @Test
  void everyPassOverARowHasTheBitsOfTheReference() {
    assumeTrue(Kernels.SIMD);
    for (int n : COLUMNS) {
      for (float[] values :
          new float[][] {Operand.gaussian(random, n), Operand.withSpecials(random, n)}) {
        Operand x = Operand.of(values);
        Operand t = Operand.of(Operand.withTies(random, n));
        Operand actual = Operand.output(n);
        Operand expected = Operand.output(n);
        float max = ScalarLosses.max(x.segment(), x.offset(), n);

        assertSame(SimdLosses.max(x.segment(), x.offset(), n), max);
        assertSame(
            SimdLosses.sumOfExponentials(x.segment(), x.offset(), n, max),
            ScalarLosses.sumOfExponentials(x.segment(), x.offset(), n, max));
        assertSame(
            SimdLosses.squares(x.segment(), x.offset(), t.segment(), t.offset(), n),
            ScalarLosses.squares(x.segment(), x.offset(), t.segment(), t.offset(), n));
        assertSame(
            SimdLosses.hinges(x.segment(), x.offset(), t.segment(), t.offset(), n),
            ScalarLosses.hinges(x.segment(), x.offset(), t.segment(), t.offset(), n));
        assertSame(
            SimdLosses.corners(x.segment(), x.offset(), n),
            ScalarLosses.corners(x.segment(), x.offset(), n));

        SimdLosses.exponentials(
            x.segment(), x.offset(), n, max, actual.segment(), actual.offset());
        ScalarLosses.exponentials(
            x.segment(), x.offset(), n, max, expected.segment(), expected.offset());
        assertThat(actual.bits()).as("%d columns", n).isEqualTo(expected.bits());

        float sum = ScalarLosses.sum(expected.segment(), expected.offset(), n);
        assertSame(SimdLosses.sum(actual.segment(), actual.offset(), n), sum);
        SimdLosses.divide(actual.segment(), actual.offset(), n, sum, SCALE);
        ScalarLosses.divide(expected.segment(), expected.offset(), n, sum, SCALE);
        assertThat(actual.bits()).as("%d columns", n).isEqualTo(expected.bits());

        SimdLosses.sigmoids(x.segment(), x.offset(), n, actual.segment(), actual.offset());
        ScalarLosses.sigmoids(x.segment(), x.offset(), n, expected.segment(), expected.offset());
        assertThat(actual.bits()).as("%d columns", n).isEqualTo(expected.bits());

        SimdLosses.differences(
            x.segment(), x.offset(), t.segment(), t.offset(), n, SCALE, actual.segment(),
            actual.offset());
        ScalarLosses.differences(
            x.segment(), x.offset(), t.segment(), t.offset(), n, SCALE, expected.segment(),
            expected.offset());
        assertThat(actual.bits()).as("%d columns", n).isEqualTo(expected.bits());
      }
    }
  }

  private static void assertSame(float actual, float expected) {
    assertThat(Operand.bits(actual)).isEqualTo(Operand.bits(expected));
  }

  @Test
  void theLossIsTheSameWithAndWithoutAGradient() {
    for (int classes : COLUMNS) {
      int pitch = classes + 6;
      int rows = 5;
      Operand logits = Operand.of(Operand.gaussian(random, rows * pitch));
      Operand targets = Operand.of(Operand.gaussian(random, rows * pitch));
      Operand gradient = Operand.output(rows * pitch);
      MemorySegment labels = labels(rows, classes);

      assertThat(
              Losses.softmaxCrossEntropy(
                  logits.segment(), logits.offset(), pitch, rows, classes, labels, 1, SCALE, null,
                  0))
          .isEqualTo(
              Losses.softmaxCrossEntropy(
                  logits.segment(), logits.offset(), pitch, rows, classes, labels, 1, SCALE,
                  gradient.segment(), gradient.offset()));
      assertThat(
              Losses.binaryCrossEntropy(
                  logits.segment(), logits.offset(), pitch, rows, classes, targets.segment(),
                  targets.offset(), pitch, SCALE, null, 0))
          .isEqualTo(
              Losses.binaryCrossEntropy(
                  logits.segment(), logits.offset(), pitch, rows, classes, targets.segment(),
                  targets.offset(), pitch, SCALE, gradient.segment(), gradient.offset()));
    }
  }

  /** A golden value, the same for every implementation and width. */
  @Test
  void lossesAndGradientsHaveTheSameBitsOnEveryMachine() {
    int hash = 1;
    for (int classes : COLUMNS) {
      int pitch = classes + 6;
      float[] values = new float[5 * pitch];
      for (int i = 0; i < values.length; i++) {
        values[i] = 16 * Philox.uniform(1, 0, i) - 8;
      }
      Operand x = Operand.of(values);
      Operand out = Operand.output(values.length);
      MemorySegment labels = Arena.ofAuto().allocate(5 * Integer.BYTES);
      double loss =
          Losses.softmaxCrossEntropy(
              x.segment(), x.offset(), pitch, 5, classes, labels, 0, SCALE, out.segment(),
              out.offset());
      hash = 31 * hash + Double.hashCode(loss);
      hash = 31 * hash + Arrays.hashCode(out.bits());
      Losses.softmax(
          x.segment(), x.offset(), pitch, 5, classes, out.segment(), out.offset());
      hash = 31 * hash + Arrays.hashCode(out.bits());
      Losses.sigmoid(
          x.segment(), x.offset(), pitch, 5, classes, out.segment(), out.offset());
      hash = 31 * hash + Arrays.hashCode(out.bits());
      loss =
          Losses.meanSquaredError(
              x.segment(), x.offset(), pitch, 5, classes, x.segment(), x.offset() + 1, pitch - 1,
              SCALE, out.segment(), out.offset());
      hash = 31 * hash + Double.hashCode(loss);
      hash = 31 * hash + Arrays.hashCode(out.bits());
      loss =
          Losses.binaryCrossEntropy(
              x.segment(), x.offset(), pitch, 5, classes, x.segment(), x.offset() + 1, pitch - 1,
              SCALE, out.segment(), out.offset());
      hash = 31 * hash + Double.hashCode(loss);
      hash = 31 * hash + Arrays.hashCode(out.bits());
    }
    assertThat(hash).isEqualTo(GOLDEN);
  }

  @Test
  void theSoftmaxLossIsThatInDouble() {
    int rows = 7;
    int classes = 10;
    int pitch = 16;
    float[] x = Operand.gaussian(random, rows * pitch);
    MemorySegment labels = labels(rows, classes);
    Operand logits = Operand.of(x);
    Operand gradient = Operand.output(rows * pitch);
    double loss =
        Losses.softmaxCrossEntropy(
            logits.segment(), logits.offset(), pitch, rows, classes, labels, 1, SCALE,
            gradient.segment(), gradient.offset());

    float[] actual = gradient.values();
    double expected = 0;
    for (int r = 0; r < rows; r++) {
      double sum = 0;
      for (int j = 0; j < classes; j++) {
        sum += Math.exp(x[r * pitch + j]);
      }
      int label = label(labels, 1 + r);
      expected += Math.log(sum) - x[r * pitch + label];
      for (int j = 0; j < pitch; j++) {
        double p = Math.exp(x[r * pitch + j]) / sum;
        double g = j >= classes ? 0 : SCALE * (p - (j == label ? 1 : 0));
        assertThat((double) actual[r * pitch + j]).isCloseTo(g, within(1e-8));
      }
    }
    assertThat(loss).isCloseTo(expected, within(1e-5));
  }

  @Test
  void lossesOnFloatTargetsAreThoseInDouble() {
    int rows = 3;
    int outputs = 19;
    float[] x = Operand.gaussian(random, rows * outputs);
    float[] t = new float[rows * outputs];
    for (int i = 0; i < t.length; i++) {
      t[i] = random.nextFloat();
    }
    double squares = 0;
    double entropy = 0;
    for (int i = 0; i < x.length; i++) {
      squares += ((double) x[i] - t[i]) * ((double) x[i] - t[i]) / outputs;
      entropy += (Math.log1p(Math.exp(x[i])) - (double) x[i] * t[i]) / outputs;
    }
    Operand logits = Operand.of(x);
    Operand targets = Operand.of(t);
    Operand gradient = Operand.output(x.length);

    assertThat(
            Losses.meanSquaredError(
                logits.segment(), logits.offset(), outputs, rows, outputs, targets.segment(),
                targets.offset(), outputs, SCALE, gradient.segment(), gradient.offset()))
        .isCloseTo(squares, within(1e-5));
    float[] actual = gradient.values();
    for (int i = 0; i < x.length; i++) {
      assertThat((double) actual[i])
          .isCloseTo(SCALE * 2.0 * ((double) x[i] - t[i]) / outputs, within(1e-8));
    }

    assertThat(
            Losses.binaryCrossEntropy(
                logits.segment(), logits.offset(), outputs, rows, outputs, targets.segment(),
                targets.offset(), outputs, SCALE, gradient.segment(), gradient.offset()))
        .isCloseTo(entropy, within(1e-5));
    actual = gradient.values();
    for (int i = 0; i < x.length; i++) {
      assertThat((double) actual[i])
          .isCloseTo(SCALE * (1 / (1 + Math.exp(-x[i])) - t[i]) / outputs, within(1e-8));
    }
  }

  @Test
  void aGradientMayTakeThePlaceOfTheLogits() {
    int rows = 3;
    int classes = 10;
    int pitch = 16;
    float[] x = Operand.gaussian(random, rows * pitch);
    MemorySegment labels = labels(rows, classes);
    Operand logits = Operand.of(x);
    Operand separate = Operand.output(rows * pitch);
    double loss =
        Losses.softmaxCrossEntropy(
            logits.segment(), logits.offset(), pitch, rows, classes, labels, 1, SCALE,
            separate.segment(), separate.offset());

    assertThat(
            Losses.softmaxCrossEntropy(
                logits.segment(), logits.offset(), pitch, rows, classes, labels, 1, SCALE,
                logits.segment(), logits.offset()))
        .isEqualTo(loss);
    assertThat(logits.bits()).isEqualTo(separate.bits());
  }

  @Test
  void largeLogitsNeitherOverflowNorLoseTheirLoss() {
    Operand logits = Operand.of(1000, -1000, 0);
    MemorySegment labels = Arena.ofAuto().allocate(8);
    labels.set(Memory.INT, 4, 1);
    assertThat(
            Losses.softmaxCrossEntropy(
                logits.segment(), logits.offset(), 3, 1, 3, labels, 1, 1, null, 0))
        .isEqualTo(2000);

    Operand x = Operand.of(1000, -1000, 1000, -1000);
    Operand t = Operand.of(1, 0, 0, 1);
    assertThat(
            Losses.binaryCrossEntropy(
                x.segment(), x.offset(), 4, 1, 4, t.segment(), t.offset(), 4, 1, null, 0))
        .isEqualTo(500);
  }

  @Test
  void aNanMakesItsRowsLossAndGradientNan() {
    Operand logits = Operand.of(1, Float.NaN, 2, 3);
    Operand gradient = Operand.output(4);
    assertThat(
            Losses.softmaxCrossEntropy(
                logits.segment(), logits.offset(), 4, 1, 3, labels(1, 3), 1, 1,
                gradient.segment(), gradient.offset()))
        .isNaN();
    assertThat(gradient.values()).containsExactly(Float.NaN, Float.NaN, Float.NaN, 0);
  }

  @Test
  void aRowIsRightIfTheFirstOfItsMaximaIsAtTheLabel() {
    float nan = Float.NaN;
    Operand logits = Operand.of(1, 3, 2, 9, 5, 5, 1, 9, 5, 5, 1, 9, 0, 1, nan, 9, nan, 1, 0, 9);
    MemorySegment labels = Arena.ofAuto().allocate(24);
    int[] wanted = {1, 0, 1, 1, 0};
    for (int i = 0; i < wanted.length; i++) {
      labels.set(Memory.INT, 4L + 4 * i, wanted[i]);
    }

    boolean[] right = {true, true, false, false, false};
    for (int r = 0; r < wanted.length; r++) {
      assertThat(
              Losses.argmaxRight(
                  logits.segment(), logits.offset() + 4 * r, 4, 1, 3, labels, 1 + r))
          .as("row %d", r)
          .isEqualTo(right[r] ? 1 : 0);
    }
    assertThat(Losses.argmaxRight(logits.segment(), logits.offset(), 4, 5, 3, labels, 1))
        .isEqualTo(2);
  }

  @Test
  void refusesLabelsThatAreNoClassAndOperandsOutsideOfTheirSegments() {
    Operand logits = Operand.of(new float[32]);
    for (int wrong : new int[] {-1, 10, Integer.MIN_VALUE}) {
      MemorySegment labels = Arena.ofAuto().allocate(8);
      labels.set(Memory.INT, 4, wrong);
      assertThatExceptionOfType(IndexOutOfBoundsException.class)
          .isThrownBy(
              () ->
                  Losses.softmaxCrossEntropy(
                      logits.segment(), logits.offset(), 16, 2, 10, labels, 0, 1, null, 0))
          .withMessageContaining("label " + wrong);
      assertThatExceptionOfType(IndexOutOfBoundsException.class)
          .isThrownBy(
              () ->
                  Losses.argmaxRight(
                      logits.segment(), logits.offset(), 16, 2, 10, labels, 0));
    }
    assertThatExceptionOfType(IndexOutOfBoundsException.class)
        .isThrownBy(() -> Losses.softmax(logits.segment(), 0, 16, 99, 10, logits.segment(), 0));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Losses.softmax(logits.segment(), 0, 9, 2, 10, logits.segment(), 0));
  }

  /** Labels of rows from index 1 on. */
  private MemorySegment labels(int rows, int classes) {
    MemorySegment labels = Arena.ofAuto().allocate((rows + 1L) * Integer.BYTES);
    for (int r = 0; r < rows; r++) {
      labels.set(Memory.INT, (r + 1L) * Integer.BYTES, random.nextInt(classes));
    }
    return labels;
  }

  private static int label(MemorySegment labels, int index) {
    return labels.get(Memory.INT, (long) index * Integer.BYTES);
  }
}
