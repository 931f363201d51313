package dev.lanewise.engine.init;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.lanewise.engine.testing.Operand;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("once")
class InitializerTest {
  private static final int ROWS = 300;
  private static final int COLUMNS = 200;
  private static final int[] ORTHOGONAL = {0x3F5F61C1, 0x3CB402A1, 0xBEF9D6D5};
  private static final int[] HE_NORMAL = {0x3E19BE5A, 0x3B77C927, 0xBDABF3F4};
  private static final int[] GLOROT_UNIFORM = {0xBD578D03, 0x3DC4D004, 0x3D124081};

  @Test
  void uniformValuesHaveTheLimitsAndVarianceOfTheirRule() {
    assertUniform(Initializer.glorotUniform(), 6.0 / 500);
    assertUniform(Initializer.heUniform(), 6.0 / 300);
    assertUniform(Initializer.lecunUniform(), 3.0 / 300);
  }

  private static void assertUniform(Initializer initializer, double squaredLimit) {
    float[] values = fill(initializer, ROWS, COLUMNS, 1, 0);
    double limit = Math.sqrt(squaredLimit);
    assertThat(max(values)).isBetween(0.999 * limit, limit * 1.0000001);
    assertThat(mean(values)).isCloseTo(0, within(limit / 100));
    assertThat(variance(values)).isCloseTo(squaredLimit / 3, within(squaredLimit / 100));
  }

  @Test
  void normalValuesHaveTheVarianceOfTheirRuleAndEndAtTwoDeviations() {
    assertNormal(Initializer.glorotNormal(), 2.0 / 500);
    assertNormal(Initializer.heNormal(), 2.0 / 300);
    assertNormal(Initializer.lecunNormal(), 1.0 / 300);
  }

  private static void assertNormal(Initializer initializer, double variance) {
    float[] values = fill(initializer, ROWS, COLUMNS, 1, 0);
    double bound = 2 * Math.sqrt(variance) / 0.8796256610342398;
    assertThat(max(values)).isBetween(0.99 * bound, bound);
    assertThat(mean(values)).isCloseTo(0, within(Math.sqrt(variance) / 50));
    assertThat(variance(values)).isCloseTo(variance, within(variance / 50));
  }

  @Test
  void anOrthogonalMatrixHasOrthonormalColumnsOrRows() {
    assertOrthonormalColumns(fill(Initializer.orthogonal(1), 60, 40, 1, 0), 60, 40, 1, 40);
    assertOrthonormalColumns(fill(Initializer.orthogonal(3), 50, 50, 1, 0), 50, 50, 3, 50);
    float[] wide = fill(Initializer.orthogonal(1), 8, 33, 1, 0);
    float[] transposed = new float[wide.length];
    for (int i = 0; i < wide.length; i++) {
      transposed[i % 33 * 8 + i / 33] = wide[i];
    }
    assertOrthonormalColumns(transposed, 33, 8, 1, 8);
  }

  private static void assertOrthonormalColumns(
      float[] q, int rows, int columns, double gain, int pitch) {
    for (int a = 0; a < columns; a++) {
      for (int b = 0; b < columns; b++) {
        double dot = 0;
        for (int r = 0; r < rows; r++) {
          dot += (double) q[r * pitch + a] * q[r * pitch + b];
        }
        assertThat(dot).isCloseTo(a == b ? gain * gain : 0, within(1e-6 * gain * gain));
      }
    }
  }

  @Test
  void constantsAreWhatTheySay() {
    assertThat(fill(Initializer.zeros(), 2, 2, 1, 0)).containsExactly(0, 0, 0, 0);
    assertThat(fill(Initializer.constant(0.1f), 1, 3, 1, 0)).containsExactly(0.1f, 0.1f, 0.1f);
  }

  @Test
  void valuesDependOnSeedAndTensorAndNothingElse() {
    for (String name : Initializer.names()) {
      Initializer initializer = Initializer.byName(name);
      assertThat(initializer).hasToString(name);
      float[] values = fill(initializer, 9, 7, 4, 2);
      assertThat(fill(Initializer.byName(name), 9, 7, 4, 2)).isEqualTo(values);
      if (!name.equals("zeros") && !name.equals("ones")) {
        assertThat(fill(initializer, 9, 7, 5, 2)).isNotEqualTo(values);
        assertThat(fill(initializer, 9, 7, 4, 3)).isNotEqualTo(values);
      }
    }
  }

  /** Golden bits: they must not change from one release or machine to the next. */
  @Test
  void valuesAreTheSameForEver() {
    assertThat(Operand.bits(fill(Initializer.glorotUniform(), 1, 3, 1, 0)))
        .containsExactly(GLOROT_UNIFORM);
    assertThat(Operand.bits(fill(Initializer.heNormal(), 1, 3, 1, 0))).containsExactly(HE_NORMAL);
    assertThat(Operand.bits(fill(Initializer.orthogonal(1), 1, 3, 1, 0)))
        .containsExactly(ORTHOGONAL);
  }


  @Test
  void paddingBehindARowIsLeftAlone() {
    for (String name : Initializer.names()) {
      Operand target = Operand.output(4 + 4 + 3);
      float canary = target.values()[0];
      Initializer.byName(name).fill(target.segment(), target.offset(), 3, 3, 4, 3, 3, 1, 0);
      float[] padded = target.values();
      float[] dense = fill(Initializer.byName(name), 3, 3, 1, 0, 3, 3);
      for (int i = 0; i < 9; i++) {
        assertThat(padded[i / 3 * 4 + i % 3]).as(name).isEqualTo(dense[i]);
      }
      assertThat(padded[3]).isEqualTo(canary);
      assertThat(padded[7]).isEqualTo(canary);
    }
  }

  @Test
  void refusesWhatItCannotFill() {
    Operand target = Operand.output(4);
    Initializer initializer = Initializer.heUniform();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> initializer.fill(target.segment(), 0, 2, 2, 1, 1, 1, 1, 0));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> initializer.fill(target.segment(), 0, 2, 2, 2, 0, 1, 1, 0));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> initializer.fill(target.segment(), 0, 2, 2, 2, 1, 1, 1, 1 << 16));
    assertThatExceptionOfType(IndexOutOfBoundsException.class)
        .isThrownBy(() -> initializer.fill(target.segment(), 0, 99, 2, 2, 1, 1, 1, 0));
    assertThatIllegalArgumentException().isThrownBy(() -> Initializer.orthogonal(Double.NaN));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Initializer.byName("random"))
        .withMessageContaining("he-normal");
  }

  private static float[] fill(
      Initializer initializer, int rows, int columns, long seed, int tensor) {
    return fill(initializer, rows, columns, seed, tensor, 300, 200);
  }

  private static float[] fill(
      Initializer initializer, int rows, int columns, long seed, int tensor, long in, long out) {
    Operand target = Operand.output(rows * columns);
    initializer.fill(
        target.segment(), target.offset(), rows, columns, columns, in, out, seed, tensor);
    return target.values();
  }

  private static double max(float[] values) {
    double max = 0;
    for (float value : values) {
      max = Math.max(max, Math.abs(value));
    }
    return max;
  }

  private static double mean(float[] values) {
    double sum = 0;
    for (float value : values) {
      sum += value;
    }
    return sum / values.length;
  }

  private static double variance(float[] values) {
    double sum = 0;
    for (float value : values) {
      sum += (double) value * value;
    }
    return sum / values.length;
  }
}
