package dev.lanewise.engine.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.lanewise.engine.kernel.scalar.ScalarPooling;
import dev.lanewise.engine.testing.Operand;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PoolingTest {
  private static final int[] CHANNELS = {1, 3, 4, 8, 13, 16, 19, 32, 45};

  private final Random random = new Random(11);

  /** One pooling: sizes, window, strides, padding, outputs. */
  private record Geometry(
      int h, int w, int kh, int kw, int sh, int sw, int top, int left, int outH, int outW) {}

  /** What x86 makes of {@code 0 * infinity}: a NaN with a sign, unlike {@link Float#NaN}. */
  private static final float NAN_OF_X86 = Float.intBitsToFloat(0xFFC0_0000);

  private static final Geometry[] GEOMETRIES = {
    new Geometry(4, 6, 2, 2, 2, 2, 0, 0, 2, 3),
    new Geometry(7, 5, 3, 2, 2, 1, 0, 0, 3, 4),
    new Geometry(5, 5, 3, 3, 1, 1, 1, 1, 5, 5), // same
    new Geometry(6, 7, 3, 3, 2, 2, 0, 1, 3, 4), // same, stride 2: 0 above and 1 below
    new Geometry(3, 4, 2, 2, 3, 3, 0, 0, 1, 1), // a stride that leaves inputs out
    new Geometry(1, 1, 4, 4, 1, 1, 3, 3, 1, 1),
  };

  @Test
  void maximaHaveTheBitsOfTheReferenceForwardAndBackward() {
    for (Geometry g : GEOMETRIES) {
      for (int c : CHANNELS) {
        Operand in = Operand.of(Operand.withSpecials(random, g.h * g.w * c));
        int outputs = g.outH * g.outW * c;
        Operand out = Operand.output(outputs);
        Operand codes = Operand.output(outputs);
        Operand expectedOut = Operand.output(outputs);
        Operand expectedCodes = Operand.output(outputs);
        maxForward(g, c, in, out, codes);
        ScalarPooling.maxForward(
            in.segment(), in.offset(), g.h, g.w, c, g.kh, g.kw, g.sh, g.sw, g.top, g.left, g.outH,
            g.outW, expectedOut.segment(), expectedOut.offset(), expectedCodes.segment(),
            expectedCodes.offset());
        assertThat(out.bits()).as("%s, %d channels", g, c).isEqualTo(expectedOut.bits());
        assertThat(codes.bits()).as("%s, %d channels", g, c).isEqualTo(expectedCodes.bits());

        Operand dOut = Operand.of(Operand.withSpecials(random, outputs));
        Operand dIn = Operand.output(g.h * g.w * c);
        Operand expected = Operand.output(g.h * g.w * c);
        maxBackward(g, c, dOut, codes, dIn);
        ScalarPooling.maxBackward(
            dOut.segment(), dOut.offset(), codes.segment(), codes.offset(), g.h, g.w, c, g.kh, g.kw,
            g.sh, g.sw, g.top, g.left, g.outH, g.outW, expected.segment(), expected.offset());
        assertThat(dIn.bits()).as("%s, %d channels", g, c).isEqualTo(expected.bits());
      }
    }
  }

  @Test
  void averagesHaveTheBitsOfTheReferenceForwardAndBackward() {
    for (Geometry g : GEOMETRIES) {
      for (int c : CHANNELS) {
        Operand in = Operand.of(Operand.withSpecials(random, g.h * g.w * c));
        int outputs = g.outH * g.outW * c;
        Operand out = Operand.output(outputs);
        Operand expectedOut = Operand.output(outputs);
        averageForward(g, c, in, out);
        ScalarPooling.averageForward(
            in.segment(), in.offset(), g.h, g.w, c, g.kh, g.kw, g.sh, g.sw, g.top, g.left, g.outH,
            g.outW, expectedOut.segment(), expectedOut.offset());
        assertThat(out.bits()).as("%s, %d channels", g, c).isEqualTo(expectedOut.bits());

        Operand dOut = Operand.of(Operand.withSpecials(random, outputs));
        Operand dIn = Operand.output(g.h * g.w * c);
        Operand expected = Operand.output(g.h * g.w * c);
        Pooling.averageBackward(
            dOut.segment(), dOut.offset(), g.h, g.w, c, g.kh, g.kw, g.sh, g.sw, g.top, g.left,
            g.outH, g.outW, dIn.segment(), dIn.offset());
        ScalarPooling.averageBackward(
            dOut.segment(), dOut.offset(), g.h, g.w, c, g.kh, g.kw, g.sh, g.sw, g.top, g.left,
            g.outH, g.outW, expected.segment(), expected.offset());
        assertThat(dIn.bits()).as("%s, %d channels", g, c).isEqualTo(expected.bits());
      }
    }
  }

  @Test
  void globalAveragesHaveTheBitsOfTheReferenceForwardAndBackward() {
    for (int positions : new int[] {1, 4, 9, 25, 169}) {
      for (int c : CHANNELS) {
        Operand in = Operand.of(Operand.withSpecials(random, positions * c));
        Operand out = Operand.output(c);
        Operand expectedOut = Operand.output(c);
        Pooling.globalAverageForward(
            in.segment(), in.offset(), positions, c, out.segment(), out.offset());
        ScalarPooling.globalAverageForward(
            in.segment(), in.offset(), positions, c, expectedOut.segment(), expectedOut.offset());
        assertThat(out.bits()).isEqualTo(expectedOut.bits());

        Operand dIn = Operand.output(positions * c);
        Operand expected = Operand.output(positions * c);
        Pooling.globalAverageBackward(
            out.segment(), out.offset(), positions, c, dIn.segment(), dIn.offset());
        ScalarPooling.globalAverageBackward(
            out.segment(), out.offset(), positions, c, expected.segment(), expected.offset());
        assertThat(dIn.bits()).isEqualTo(expected.bits());
      }
    }
  }

  @Test
  void bandsHaveTheBitsOfTheReferenceForwardAndBackward() {
    for (int width : new int[] {2, 10, 26}) {
      for (int c : CHANNELS) {
        float[] values = Operand.withSpecials(random, 2 * width * c);
        for (int i = 0; i < values.length; i++) {
          values[i] = Float.isNaN(values[i]) && random.nextBoolean() ? NAN_OF_X86 : Math.max(values[i], 0f);
        }
        Operand in = Operand.of(values);
        Operand out = Operand.output(width / 2 * c);
        Operand codes = Operand.output(width / 2 * c);
        Operand expectedOut = Operand.output(width / 2 * c);
        Operand expectedCodes = Operand.output(width / 2 * c);
        Pooling.maxPool2x2Relu(
            in.segment(), in.offset(), width, c, out.segment(), out.offset(), codes.segment(),
            codes.offset());
        ScalarPooling.maxPool2x2Relu(
            in.segment(), in.offset(), width, c, 0, expectedOut.segment(), expectedOut.offset(),
            expectedCodes.segment(), expectedCodes.offset());
        assertThat(out.bits()).as("%d x %d", width, c).isEqualTo(expectedOut.bits());
        assertThat(codes.bits()).as("%d x %d", width, c).isEqualTo(expectedCodes.bits());

        int pitch = width * c + 3;
        Operand dOut = Operand.of(Operand.withSpecials(random, width / 2 * c));
        Operand band = Operand.output(pitch + width * c);
        Operand expected = Operand.output(pitch + width * c);
        Pooling.unpool2x2Relu(
            dOut.segment(), dOut.offset(), codes.segment(), codes.offset(), width / 2, c,
            band.segment(), band.offset(), pitch);
        ScalarPooling.unpool2x2Relu(
            dOut.segment(), dOut.offset(), codes.segment(), codes.offset(), width / 2, c, 0,
            expected.segment(), expected.offset(), pitch);
        assertThat(band.bits()).as("%d x %d", width, c).isEqualTo(expected.bits());
      }
    }
  }

  @Test
  void aBandIsTheGeneralPoolingWithTheReluFoldedIn() {
    int width = 12;
    int c = 21;
    float[] values = Operand.withTies(random, 2 * width * c);
    for (int i = 0; i < values.length; i++) {
      values[i] = Math.max(values[i], 0f);
    }
    Operand in = Operand.of(values);
    Geometry g = new Geometry(2, width, 2, 2, 2, 2, 0, 0, 1, width / 2);
    Operand general = Operand.output(width / 2 * c);
    Operand generalCodes = Operand.output(width / 2 * c);
    maxForward(g, c, in, general, generalCodes);

    Operand out = Operand.output(width / 2 * c);
    Operand codes = Operand.output(width / 2 * c);
    Pooling.maxPool2x2Relu(
        in.segment(), in.offset(), width, c, out.segment(), out.offset(), codes.segment(),
        codes.offset());

    assertThat(out.bits()).isEqualTo(general.bits());
    float[] expected = generalCodes.values();
    float[] maxima = out.values();
    for (int i = 0; i < expected.length; i++) {
      expected[i] = maxima[i] > 0 ? expected[i] : -1;
    }
    assertThat(codes.values()).isEqualTo(expected);
  }

  @Test
  void averagesAreThoseInDoubleAndDoNotCountPadding() {
    for (Geometry g : GEOMETRIES) {
      int c = 5;
      float[] values = Operand.gaussian(random, g.h * g.w * c);
      Operand out = Operand.output(g.outH * g.outW * c);
      averageForward(g, c, Operand.of(values), out);

      float[] actual = out.values();
      for (int i = 0; i < actual.length; i++) {
        int y = i / c / g.outW;
        int x = i / c % g.outW;
        double sum = 0;
        int count = 0;
        for (int iy = y * g.sh - g.top; iy < y * g.sh - g.top + g.kh; iy++) {
          for (int ix = x * g.sw - g.left; ix < x * g.sw - g.left + g.kw; ix++) {
            if (iy >= 0 && iy < g.h && ix >= 0 && ix < g.w) {
              sum += values[(iy * g.w + ix) * c + i % c];
              count++;
            }
          }
        }
        assertThat((double) actual[i]).isCloseTo(sum / count, within(1e-6));
      }
    }
  }

  @Test
  void theFirstOfEqualMaximaGetsTheGradient() {
    Geometry g = new Geometry(2, 2, 2, 2, 2, 2, 0, 0, 1, 1);
    Operand out = Operand.output(1);
    Operand codes = Operand.output(1);
    maxForward(g, 1, Operand.of(1, 7, 7, 7), out, codes);

    assertThat(out.values()).containsExactly(7);
    assertThat(codes.values()).containsExactly(1);

    Operand dIn = Operand.output(4);
    maxBackward(g, 1, Operand.of(0.5f), codes, dIn);
    assertThat(dIn.values()).containsExactly(0, 0.5f, 0, 0);
  }

  @Test
  void theFirstNanOfAWindowIsItsMaximum() {
    Geometry g = new Geometry(2, 2, 2, 2, 2, 2, 0, 0, 1, 1);
    Operand out = Operand.output(1);
    Operand codes = Operand.output(1);
    maxForward(
        g, 1, Operand.of(1, Float.NaN, Float.POSITIVE_INFINITY, Float.NaN), out, codes);

    assertThat(out.values()).containsExactly(Float.NaN);
    assertThat(codes.values()).containsExactly(1);
  }

  @Test
  void aWindowOfMinusInfinityStillHasAMaximum() {
    Geometry g = new Geometry(2, 2, 2, 2, 1, 1, 1, 1, 1, 1);
    Operand out = Operand.output(1);
    Operand codes = Operand.output(1);
    float[] values = new float[4];
    Arrays.fill(values, Float.NEGATIVE_INFINITY);
    maxForward(g, 1, Operand.of(values), out, codes);

    assertThat(out.values()).containsExactly(Float.NEGATIVE_INFINITY);
    assertThat(codes.values()).as("the one input in the window").containsExactly(3);
  }

  @Test
  void whereWindowsOverlapGradientsAreAdded() {
    Geometry g = new Geometry(1, 3, 1, 2, 1, 1, 0, 0, 1, 2);
    Operand out = Operand.output(2);
    Operand codes = Operand.output(2);
    maxForward(g, 1, Operand.of(1, 9, 2), out, codes);
    Operand dIn = Operand.output(3);
    maxBackward(g, 1, Operand.of(0.25f, 0.5f), codes, dIn);

    assertThat(dIn.values()).containsExactly(0, 0.75f, 0);
  }

  @Test
  void nobodyGetsTheGradientOfABandThatIsNotPositive() {
    Operand in = Operand.of(0, 0, Float.NaN, 1, 0, 0, 2, 3);
    Operand out = Operand.output(2);
    Operand codes = Operand.output(2);
    Pooling.maxPool2x2Relu(
        in.segment(), in.offset(), 4, 1, out.segment(), out.offset(), codes.segment(),
        codes.offset());

    assertThat(out.values()).containsExactly(0, Float.NaN);
    assertThat(codes.values()).containsExactly(-1, -1);
  }

  @Test
  void refusesGeometriesWithAWindowOutsideOfTheImage() {
    Operand in = Operand.of(new float[16]);
    Operand out = Operand.output(16);
    Operand codes = Operand.output(16);
    for (Geometry g :
        new Geometry[] {
          new Geometry(4, 4, 2, 2, 2, 2, 0, 0, 3, 2),
          new Geometry(4, 4, 2, 2, 2, 2, 2, 0, 2, 2),
          new Geometry(4, 4, 2, 2, 0, 2, 0, 0, 2, 2),
          new Geometry(4, 4, 1 << 13, 2, 1, 2, 0, 0, 1, 2),
        }) {
      assertThatIllegalArgumentException()
          .as("%s", g)
          .isThrownBy(() -> maxForward(g, 1, in, out, codes));
    }
  }

  @Test
  void refusesOperandsOutsideOfTheirSegments() {
    Operand in = Operand.of(new float[16]);
    Operand out = Operand.output(16);
    int floats = (int) (in.segment().byteSize() / Float.BYTES);
    assertThatExceptionOfType(IndexOutOfBoundsException.class)
        .isThrownBy(
            () ->
                Pooling.maxPool2x2Relu(
                    in.segment(), floats - 3, 2, 1, out.segment(), 0, out.segment(), 4));
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                Pooling.maxPool2x2Relu(
                    in.segment(), 0, 3, 1, out.segment(), 0, out.segment(), 4))
        .withMessageContaining("odd");
  }

  private static void maxForward(Geometry g, int c, Operand in, Operand out, Operand codes) {
    Pooling.maxForward(
        in.segment(), in.offset(), g.h, g.w, c, g.kh, g.kw, g.sh, g.sw, g.top, g.left, g.outH,
        g.outW, out.segment(), out.offset(), codes.segment(), codes.offset());
  }

  private static void maxBackward(Geometry g, int c, Operand dOut, Operand codes, Operand dIn) {
    Pooling.maxBackward(
        dOut.segment(), dOut.offset(), codes.segment(), codes.offset(), g.h, g.w, c, g.kh, g.kw,
        g.sh, g.sw, g.top, g.left, g.outH, g.outW, dIn.segment(), dIn.offset());
  }

  private static void averageForward(Geometry g, int c, Operand in, Operand out) {
    Pooling.averageForward(
        in.segment(), in.offset(), g.h, g.w, c, g.kh, g.kw, g.sh, g.sw, g.top, g.left, g.outH,
        g.outW, out.segment(), out.offset());
  }
}
