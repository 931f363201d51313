package dev.lanewise.engine.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.lanewise.engine.testing.Operand;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DropoutTest {
  private final Random random = new Random(29);

  @Test
  void anElementIsKeptAsItsWordOfTheCipherSays() {
    double rate = 0.3;
    float factor = (float) (1 / (1 - rate));
    long seed = 0x1234_5678_9ABC_DEF0L;
    int stream = -3;
    int step = 77;
    for (int length : new int[] {0, 16, 32, 48, 1024}) {
      for (long element : new long[] {0, 32, 1L << 33, (1L << 34) - 32}) {
        float[] values = Operand.withSpecials(random, length);
        float[] expected = new float[length];
        for (int i = 0; i < length; i++) {
          int tile = i / 32;
          int b = i % 16 / 2;
          long block = element / 4 + 8L * tile + b & 0xFFFFFFFFL;
          long words =
              Philox.block(
                  block | (long) stream << 32, Philox.DROPOUT | (long) step << 32, seed,
                  i % 32 >= 16);
          int word = (int) (i % 2 == 0 ? words : words >>> 32);
          expected[i] = word >>> 9 >= Math.round(rate * 0x1p23) ? values[i] * factor : 0f;
        }
        Operand in = Operand.of(values);
        Operand out = Operand.output(length);
        Dropout.apply(
            in.segment(), in.offset(), out.segment(), out.offset(), length, rate, seed, stream,
            step, element);
        assertThat(out.bits()).as("%d from %d", length, element).isEqualTo(Operand.bits(expected));

        Dropout.apply(
            in.segment(), in.offset(), in.segment(), in.offset(), length, rate, seed, stream, step,
            element);
        assertThat(in.bits()).as("in place").isEqualTo(Operand.bits(expected));
      }
    }
  }

  @Test
  void theRateIsTheShareOfDroppedElementsAndTheMeanStays() {
    int n = 1 << 18;
    for (double rate : new double[] {0.1, 0.5, 0.9}) {
      float[] out = mask(n, rate, 1, 0, 0, 0);
      int dropped = 0;
      double sum = 0;
      for (float value : out) {
        dropped += value == 0 ? 1 : 0;
        sum += value;
      }
      double deviation = Math.sqrt(rate * (1 - rate) / n);
      assertThat(dropped / (double) n).isBetween(rate - 4 * deviation, rate + 4 * deviation);
      double spread = 4 * deviation / (1 - rate);
      assertThat(sum / n).isBetween(1 - spread, 1 + spread);
    }
  }

  @Test
  void seedStreamAndStepEachGiveAnotherMask() {
    float[] mask = mask(256, 0.5, 1, 2, 3, 0);
    assertThat(mask(256, 0.5, 1, 2, 3, 0)).isEqualTo(mask);
    assertThat(mask(256, 0.5, 2, 2, 3, 0)).isNotEqualTo(mask);
    assertThat(mask(256, 0.5, 1, 3, 3, 0)).isNotEqualTo(mask);
    assertThat(mask(256, 0.5, 1, 2, 4, 0)).isNotEqualTo(mask);
  }

  @Test
  void aMaskDoesNotDependOnHowTheElementsAreCut() {
    float[] whole = mask(256, 0.5, 1, 2, 3, 64);
    assertThat(mask(96, 0.5, 1, 2, 3, 64)).isEqualTo(Arrays.copyOfRange(whole, 0, 96));
    assertThat(mask(160, 0.5, 1, 2, 3, 160)).isEqualTo(Arrays.copyOfRange(whole, 96, 256));
  }

  @Test
  void aRateOfZeroKeepsEverything() {
    assertThat(mask(64, 0, 1, 2, 3, 0)).containsOnly(1f);
  }

  @Test
  void refusesWhatItCannotDrop() {
    Operand x = Operand.of(new float[32]);
    for (double rate : new double[] {-0.1, 1, Double.NaN}) {
      assertThatIllegalArgumentException()
          .isThrownBy(
              () -> Dropout.apply(x.segment(), 0, x.segment(), 0, 32, rate, 0, 0, 0, 0));
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Dropout.apply(x.segment(), 0, x.segment(), 0, 31, 0.5, 0, 0, 0, 0));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Dropout.apply(x.segment(), 0, x.segment(), 0, 32, 0.5, 0, 0, 0, 16));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Dropout.apply(x.segment(), 0, x.segment(), 0, 32, 0.5, 0, 0, 0, -32));
    assertThatExceptionOfType(IndexOutOfBoundsException.class)
        .isThrownBy(() -> Dropout.apply(x.segment(), 0, x.segment(), 0, 1024, 0.5, 0, 0, 0, 0));
  }

  private static float[] mask(
      int length, double rate, long seed, int stream, int step, long element) {
    float[] ones = new float[length];
    Arrays.fill(ones, 1f);
    Operand in = Operand.of(ones);
    Dropout.apply(
        in.segment(), in.offset(), in.segment(), in.offset(), length, rate, seed, stream, step,
        element);
    return in.values();
  }
}
