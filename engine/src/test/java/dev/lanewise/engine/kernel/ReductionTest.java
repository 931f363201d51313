package dev.lanewise.engine.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.lanewise.engine.kernel.scalar.ScalarReduction;
import dev.lanewise.engine.testing.Operand;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ReductionTest {
  private static final int[] ROWS = {0, 1, 2, 3, 4, 5, 7, 8, 53, 100};
  private static final int[] COLUMNS = {1, 3, 4, 7, 8, 15, 16, 17, 31, 32, 33, 64, 70};

  private final Random random = new Random(5);

  @Test
  void columnSumsHaveTheBitsOfTheReference() {
    for (int rows : ROWS) {
      for (int columns : COLUMNS) {
        for (int pitch : new int[] {columns, columns + 5}) {
          float[] values = Operand.withSpecials(random, Math.max(0, (rows - 1) * pitch + columns));
          assertTwinsAgree(values, rows, columns, pitch);
          values = Operand.gaussian(random, values.length);
          assertTwinsAgree(values, rows, columns, pitch);
        }
      }
    }
  }

  private void assertTwinsAgree(float[] values, int rows, int columns, int pitch) {
    float[] before = Operand.gaussian(random, columns);
    before[0] = -0f;
    for (boolean accumulate : new boolean[] {false, true}) {
      Operand source = Operand.of(values);
      Operand actual = accumulate ? Operand.of(before) : Operand.output(columns);
      Operand expected = accumulate ? Operand.of(before) : Operand.output(columns);

      Reduction.columnSum(
          source.segment(), source.offset(), rows, columns, pitch,
          actual.segment(), actual.offset(), accumulate);
      ScalarReduction.columnSum(
          source.segment(), source.offset(), rows, columns, pitch,
          expected.segment(), expected.offset(), accumulate);

      assertThat(actual.bits())
          .as("%d rows, %d columns, pitch %d, accumulate %s", rows, columns, pitch, accumulate)
          .isEqualTo(expected.bits());
    }
  }

  @Test
  void columnSumsAreThoseInDouble() {
    int rows = 101;
    int columns = 37;
    float[] values = Operand.gaussian(random, rows * columns);
    float[] before = Operand.gaussian(random, columns);
    Operand source = Operand.of(values);
    Operand sums = Operand.of(before);

    Reduction.columnSum(
        source.segment(), source.offset(), rows, columns, columns,
        sums.segment(), sums.offset(), true);

    float[] actual = sums.values();
    for (int c = 0; c < columns; c++) {
      double sum = before[c];
      for (int r = 0; r < rows; r++) {
        sum += values[r * columns + c];
      }
      assertThat((double) actual[c]).isCloseTo(sum, within(1e-4));
    }
  }

  @Test
  void additionsFollowTheDocumentedOrder() {
    float[] column = Operand.gaussian(random, 11);
    float p0 = ((((0f + column[0]) + column[4]) + column[8]) + column[9]) + column[10];
    float p1 = (0f + column[1]) + column[5];
    float p2 = (0f + column[2]) + column[6];
    float p3 = (0f + column[3]) + column[7];
    Operand source = Operand.of(column);
    Operand sum = Operand.of(0.3f);

    Reduction.columnSum(
        source.segment(), source.offset(), 11, 1, 1, sum.segment(), sum.offset(), true);

    assertThat(sum.bits()).isEqualTo(Operand.bits(0.3f + ((p0 + p1) + (p2 + p3))));
  }

  @Test
  void refusesOperandsOutsideOfTheirSegments() {
    Operand source = Operand.of(new float[64]);
    Operand sums = Operand.output(16);
    long last = source.segment().byteSize() / Float.BYTES - 64;

    Reduction.columnSum(source.segment(), last, 4, 16, 16, sums.segment(), 0, false);
    assertThatExceptionOfType(IndexOutOfBoundsException.class)
        .isThrownBy(
            () ->
                Reduction.columnSum(
                    source.segment(), last + 1, 4, 16, 16, sums.segment(), 0, false));
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> Reduction.columnSum(source.segment(), 0, 4, 16, 15, sums.segment(), 0, false));
  }
}
