package dev.lanewise.engine.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("once")
class PhiloxTest {

  /** The known answers of philox4x32-10 that come with Random123 ({@code tests/kat_vectors}). */
  @Test
  void givesTheKnownAnswersOfRandom123() {
    assertAnswer(0, 0, 0, 0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8);
    assertAnswer(-1, -1, -1, 0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd);
    assertAnswer(
        0x85a308d3243f6a88L,
        0x0370734413198a2eL,
        0x299f31d0a4093822L,
        0xd16cfe09,
        0x94fdcceb,
        0x5001e420,
        0x24126ea1);
  }

  private static void assertAnswer(long low, long high, long key, int w0, int w1, int w2, int w3) {
    assertThat(Philox.block(low, high, key, false)).isEqualTo(w0 & 0xFFFFFFFFL | (long) w1 << 32);
    assertThat(Philox.block(low, high, key, true)).isEqualTo(w2 & 0xFFFFFFFFL | (long) w3 << 32);
  }

  @Test
  void everyPartOfTheKeyCounts() {
    long bits = Philox.bits(1, 2, 3);

    assertThat(Philox.bits(1, 2, 3)).isEqualTo(bits);
    assertThat(Philox.bits(1L << 32 | 1, 2, 3)).isNotEqualTo(bits);
    assertThat(Philox.bits(1, 1, 3)).isNotEqualTo(bits);
    assertThat(Philox.bits(1, 2, 1L << 63 | 3)).isNotEqualTo(bits);
  }

  @Test
  void uniformNumbersFillTheUnitIntervalEvenly() {
    int[] counts = new int[16];
    int n = 160_000;
    for (int i = 0; i < n; i++) {
      float x = Philox.uniform(7, Philox.INIT, i);
      double y = Philox.uniformDouble(7, Philox.INIT, i);
      assertThat(x).isBetween(0f, 0x1.fffffep-1f);
      assertThat(y).isEqualTo(x, within(0x1p-24));
      counts[(int) (x * 16)]++;
    }
    double chiSquare = 0;
    for (int count : counts) {
      chiSquare += Math.pow(count - n / 16.0, 2) / (n / 16.0);
    }
    assertThat(chiSquare).as("15 degrees of freedom, 99.99 %").isLessThan(44.3);
  }

  @Test
  void gaussianNumbersHaveTheMomentsOfTheNormalDistribution() {
    int n = 200_000;
    double sum = 0;
    double squares = 0;
    double fourth = 0;
    for (int i = 0; i < n; i++) {
      double x = Philox.gaussian(3, Philox.INIT, i);
      sum += x;
      squares += x * x;
      fourth += x * x * x * x;
    }
    assertThat(sum / n).isCloseTo(0, within(0.01));
    assertThat(squares / n).isCloseTo(1, within(0.015));
    assertThat(fourth / n).isCloseTo(3, within(0.15));
  }

  @Test
  void theSmallestUniformNumberStillGivesAFiniteGaussian() {
    // -2 ln(2^-33) bounds the magnitude.
    double bound = Math.sqrt(66 * Math.log(2));
    for (int i = 0; i < 100_000; i++) {
      assertThat(Math.abs(Philox.gaussian(9, Philox.DROPOUT, i))).isLessThan(bound);
    }
  }
}
