package dev.lanewise.engine.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.lanewise.engine.kernel.scalar.ScalarLosses;
import dev.lanewise.engine.memory.Memory;
import dev.lanewise.engine.testing.Operand;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LossesTest {
  private static final int[] CLASSES = {1, 2, 4, 5, 10, 15, 16, 17, 33, 100};
  private static final float SCALE = 1 / 24f;

  private final Random random = new Random(17);

  @Test
  void theSoftmaxLossHasTheBitsOfTheReference() {
    for (int classes : CLASSES) {
      for (int pitch : new int[] {classes, classes + 6}) {
        for (int rows : new int[] {0, 1, 5}) {
          for (float[] values :
              new float[][] {
                Operand.gaussian(random, rows * pitch), Operand.withSpecials(random, rows * pitch)
              }) {
            Operand logits = Operand.of(values);
            MemorySegment labels = labels(rows, classes);
            Operand gradient = Operand.output(rows * pitch);
            Operand expected = Operand.output(rows * pitch);
            double loss =
                Losses.softmaxCrossEntropy(
                    logits.segment(), logits.offset(), pitch, rows, classes, labels, 1, SCALE,
                    gradient.segment(), gradient.offset());
            double expectedLoss =
                ScalarLosses.softmaxCrossEntropy(
                    logits.segment(), logits.offset(), pitch, rows, classes, labels, 1, SCALE,
                    expected.segment(), expected.offset());
            assertThat(gradient.bits())
                .as("%d x %d of %d", rows, classes, pitch)
                .isEqualTo(expected.bits());
            assertThat(loss).isEqualTo(Double.valueOf(expectedLoss));
            assertThat(
                    Losses.softmaxCrossEntropy(
                        logits.segment(), logits.offset(), pitch, rows, classes, labels, 1, SCALE,
                        null, 0))
                .as("without a gradient")
                .isEqualTo(Double.valueOf(loss));

            Losses.softmax(
                logits.segment(), logits.offset(), pitch, rows, classes, gradient.segment(),
                gradient.offset());
            ScalarLosses.softmax(
                logits.segment(), logits.offset(), pitch, rows, classes, expected.segment(),
                expected.offset());
            assertThat(gradient.bits()).isEqualTo(expected.bits());
          }
        }
      }
    }
  }

  @Test
  void lossesOnFloatTargetsHaveTheBitsOfTheReference() {
    for (int outputs : CLASSES) {
      int pitch = outputs + 3;
      int targetPitch = outputs + 1;
      int rows = 4;
      for (float[] values :
          new float[][] {
            Operand.gaussian(random, rows * pitch), Operand.withSpecials(random, rows * pitch)
          }) {
        Operand x = Operand.of(values);
        Operand t = Operand.of(Operand.withTies(random, rows * targetPitch));
        Operand gradient = Operand.output(rows * pitch);
        Operand expected = Operand.output(rows * pitch);

        double loss =
            Losses.meanSquaredError(
                x.segment(), x.offset(), pitch, rows, outputs, t.segment(), t.offset(), targetPitch,
                SCALE, gradient.segment(), gradient.offset());
        double expectedLoss =
            ScalarLosses.meanSquaredError(
                x.segment(), x.offset(), pitch, rows, outputs, t.segment(), t.offset(), targetPitch,
                SCALE, expected.segment(), expected.offset());
        assertThat(gradient.bits()).as("%d outputs", outputs).isEqualTo(expected.bits());
        assertThat(loss).isEqualTo(Double.valueOf(expectedLoss));

        loss =
            Losses.binaryCrossEntropy(
                x.segment(), x.offset(), pitch, rows, outputs, t.segment(), t.offset(), targetPitch,
                SCALE, gradient.segment(), gradient.offset());
        expectedLoss =
            ScalarLosses.binaryCrossEntropy(
                x.segment(), x.offset(), pitch, rows, outputs, t.segment(), t.offset(), targetPitch,
                SCALE, expected.segment(), expected.offset());
        assertThat(gradient.bits()).as("%d outputs", outputs).isEqualTo(expected.bits());
        assertThat(loss).isEqualTo(Double.valueOf(expectedLoss));

        Losses.sigmoid(
            x.segment(), x.offset(), pitch, rows, outputs, gradient.segment(), gradient.offset());
        ScalarLosses.sigmoid(
            x.segment(), x.offset(), pitch, rows, outputs, expected.segment(), expected.offset());
        assertThat(gradient.bits()).isEqualTo(expected.bits());
      }
    }
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
