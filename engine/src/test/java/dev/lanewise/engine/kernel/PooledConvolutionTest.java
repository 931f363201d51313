package dev.lanewise.engine.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lanewise.engine.memory.Memory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Against a convolution and a pooling one after the other, which have tests of their own: equal bits. */
class PooledConvolutionTest {
  private static final float CANARY = 12345.678f;
  private static final int MARGIN = 40;
  private static final int OFFSET = 5;

  private final Arena arena = Arena.ofConfined();
  private final SplittableRandom random = new SplittableRandom(5);

  @AfterEach
  void close() {
    arena.close();
  }

  static Stream<ConvolutionShape> shapes() {
    return Stream.of(
        ConvolutionShape.of(28, 28, 1, 32, 3, 3, 1, 1, 1, 1, false),
        ConvolutionShape.of(13, 13, 32, 64, 3, 3, 1, 1, 1, 1, false).cropped(10, 10),
        ConvolutionShape.of(2, 2, 1, 1, 1, 1, 1, 1, 1, 1, false),
        ConvolutionShape.of(5, 4, 2, 3, 4, 3, 1, 1, 1, 1, false),
        ConvolutionShape.of(9, 8, 3, 17, 2, 3, 1, 1, 1, 1, false),
        ConvolutionShape.of(11, 12, 5, 31, 3, 2, 2, 3, 1, 1, false).cropped(4, 4),
        ConvolutionShape.of(12, 7, 4, 70, 3, 2, 1, 1, 3, 1, false),
        ConvolutionShape.of(6, 5, 1, 9, 5, 4, 1, 1, 1, 1, false));
  }

  private MemorySegment random(long floats) {
    MemorySegment s = Memory.allocate(arena, floats);
    for (long i = 0; i < floats; i++) {
      Memory.set(s, i, (float) random.nextDouble(-1, 1));
    }
    return s;
  }

  private MemorySegment expected(ConvolutionShape s, MemorySegment image, MemorySegment weights, MemorySegment bias) {
    Convolution convolution = new Convolution(s, 1, 2, true, Convolution.Gradients.NONE);
    MemorySegment packed = Memory.allocate(arena, convolution.packedFloats());
    boolean inPlace = convolution.inPlace();
    MemorySegment columns = inPlace ? image : Memory.allocate(arena, convolution.columnsFloats());
    int pooled = s.outputWidth() / 2 * s.filters();
    MemorySegment band = Memory.allocate(arena, 4L * pooled);
    MemorySegment codes = Memory.allocate(arena, pooled);
    MemorySegment out = Memory.allocate(arena, (long) s.outputHeight() / 2 * pooled);
    convolution.pack(weights, 0, packed, 0);
    if (!inPlace) {
      convolution.lower(image, OFFSET, columns, 0);
    }
    for (int y = 0; y < s.outputHeight() / 2; y++) {
      convolution.forward(columns, inPlace ? OFFSET : 0, 2 * y, packed, 0, bias, 0, band, 0);
      Pooling.maxPool2x2Relu(band, 0, s.outputWidth(), s.filters(), out, (long) y * pooled, codes, 0);
    }
    return out;
  }

  private void compare(ConvolutionShape s, float special) {
    long pixels = (long) s.height() * s.width() * s.channels();
    MemorySegment image = random(OFFSET + pixels);
    MemorySegment weights = random((long) s.taps() * s.filters());
    MemorySegment bias = random(s.filters());
    if (special != 0) {
      Memory.set(image, OFFSET + pixels / 2, special);
      Memory.set(weights, 0, 0f);
    }
    long outputs = (long) s.outputHeight() / 2 * (s.outputWidth() / 2) * s.filters();
    MemorySegment out = random(OFFSET + outputs + MARGIN);
    for (int i = 0; i < OFFSET + MARGIN; i++) {
      Memory.set(out, i < OFFSET ? i : outputs + i, CANARY);
    }
    PooledConvolution convolution = new PooledConvolution(s);
    MemorySegment packed = Memory.allocate(arena, convolution.packedFloats());
    convolution.pack(weights, 0, packed, 0);
    convolution.forward(image, OFFSET, packed, 0, bias, 0, out, OFFSET);
    MemorySegment expected = expected(s, image, weights, bias);
    for (long i = 0; i < OFFSET + outputs + MARGIN; i++) {
      float wanted = i < OFFSET || i >= OFFSET + outputs ? CANARY : Memory.get(expected, i - OFFSET);
      assertThat(Float.floatToIntBits(Memory.get(out, i)))
          .as("%s, element %d: %s", s, i - OFFSET, wanted)
          .isEqualTo(Float.floatToIntBits(wanted));
    }
  }

  @ParameterizedTest
  @MethodSource("shapes")
  @DisplayName("gives the bits of a convolution with a pooling behind it, and writes nothing else")
  void equalsConvolutionAndPooling(ConvolutionShape shape) {
    compare(shape, 0);
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, -0.0f})
  @DisplayName("NaN, infinities and -0 travel as through a convolution and a pooling")
  void specialValues(float special) {
    compare(ConvolutionShape.of(7, 7, 3, 19, 2, 2, 1, 1, 1, 1, false), special);
    compare(ConvolutionShape.of(6, 6, 1, 16, 3, 3, 1, 1, 1, 1, false), special);
  }

  @Test
  @DisplayName("padded and sideways dilated convolutions and odd outputs are not its business")
  void refusesOtherShapes() {
    for (ConvolutionShape shape :
        new ConvolutionShape[] {
          ConvolutionShape.of(8, 8, 1, 4, 3, 3, 1, 1, 1, 1, true),
          ConvolutionShape.of(8, 8, 1, 4, 2, 2, 1, 1, 1, 1, true),
          ConvolutionShape.of(8, 8, 1, 4, 3, 3, 1, 1, 1, 2, false),
          ConvolutionShape.of(9, 8, 1, 4, 3, 3, 1, 1, 1, 1, false),
          ConvolutionShape.of(8, 9, 1, 4, 3, 3, 1, 1, 1, 1, false)
        }) {
      assertThatThrownBy(() -> new PooledConvolution(shape)).isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  @DisplayName("an operand that is too short is refused before anything is written")
  void refusesShortOperands() {
    ConvolutionShape s = ConvolutionShape.of(4, 4, 2, 16, 3, 3, 1, 1, 1, 1, false);
    PooledConvolution convolution = new PooledConvolution(s);
    MemorySegment image = random(32);
    MemorySegment weights = random(convolution.packedFloats());
    MemorySegment bias = random(16);
    MemorySegment out = random(16);
    MemorySegment before = random(16).copyFrom(out);
    long floats = convolution.packedFloats();
    assertRefused(() -> convolution.forward(cut(image, 31), 0, weights, 0, bias, 0, out, 0));
    assertRefused(() -> convolution.forward(image, 0, cut(weights, floats - 1), 0, bias, 0, out, 0));
    assertRefused(() -> convolution.forward(image, 0, weights, 0, cut(bias, 15), 0, out, 0));
    assertRefused(() -> convolution.forward(image, 0, weights, 0, bias, 0, cut(out, 15), 0));
    assertRefused(() -> convolution.forward(image, 1, weights, 0, bias, 0, out, 0));
    assertThat(out.mismatch(before)).isEqualTo(-1);
  }

  private static MemorySegment cut(MemorySegment segment, long floats) {
    return segment.asSlice(0, floats * Float.BYTES);
  }

  private static void assertRefused(Runnable call) {
    assertThatThrownBy(call::run).isInstanceOf(IndexOutOfBoundsException.class);
  }
}
