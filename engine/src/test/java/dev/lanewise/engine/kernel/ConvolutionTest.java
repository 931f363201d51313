package dev.lanewise.engine.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lanewise.engine.memory.Memory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Against the definition, loop by loop in the order of the numeric contract: equal bits. */
class ConvolutionTest {
  private static final int IMAGES = 3;

  private final Arena arena = Arena.ofConfined();
  private final SplittableRandom random = new SplittableRandom(3);

  @AfterEach
  void close() {
    arena.close();
  }

  static Stream<ConvolutionShape> shapes() {
    return Stream.of(
        ConvolutionShape.of(9, 8, 1, 32, 3, 3, 1, 1, 1, 1, false),
        ConvolutionShape.of(7, 6, 1, 5, 3, 3, 1, 1, 1, 1, true),
        ConvolutionShape.of(6, 7, 3, 10, 2, 2, 2, 2, 1, 1, false),
        ConvolutionShape.of(13, 13, 32, 64, 3, 3, 1, 1, 1, 1, false).cropped(10, 10),
        ConvolutionShape.of(5, 5, 64, 64, 3, 3, 1, 1, 1, 1, false),
        ConvolutionShape.of(4, 20, 32, 96, 3, 3, 1, 1, 1, 1, false),
        ConvolutionShape.of(8, 9, 8, 17, 3, 2, 2, 3, 1, 1, true),
        ConvolutionShape.of(9, 9, 8, 4, 3, 3, 1, 1, 2, 2, false),
        ConvolutionShape.of(9, 10, 5, 33, 3, 3, 2, 1, 2, 3, true),
        ConvolutionShape.of(4, 4, 16, 16, 1, 1, 1, 1, 1, 1, false),
        ConvolutionShape.of(9, 5, 16, 16, 1, 1, 1, 1, 1, 1, false),
        ConvolutionShape.of(8, 17, 5, 9, 3, 3, 2, 2, 1, 1, false),
        ConvolutionShape.of(11, 9, 4, 6, 3, 3, 1, 1, 4, 1, false),
        ConvolutionShape.of(12, 5, 4, 6, 3, 3, 2, 1, 1, 1, false),
        ConvolutionShape.of(9, 16, 4, 4, 1, 3, 1, 2, 1, 1, true),
        ConvolutionShape.of(3, 25, 8, 4, 3, 3, 4_000_000, 1, 1, 1, false),
        ConvolutionShape.of(1030, 9, 4, 3, 3, 3, 1, 1, 1, 1, false),
        ConvolutionShape.of(2060, 3, 4, 3, 3, 2, 2, 1, 1, 1, false),
        ConvolutionShape.of(5, 4, 3, 2, 5, 4, 1, 1, 1, 1, false),
        ConvolutionShape.of(3, 3, 2, 3, 5, 5, 1, 1, 1, 1, true));
  }

  private MemorySegment random(long floats) {
    MemorySegment s = Memory.allocate(arena, floats);
    for (long i = 0; i < floats; i++) {
      Memory.set(s, i, (float) random.nextDouble(-1, 1));
    }
    return s;
  }

  /** What the products read: a copy of the images, or the images themselves. */
  private MemorySegment columns(Convolution convolution, MemorySegment images, int count, long pitch) {
    if (convolution.inPlace()) {
      return images;
    }
    MemorySegment columns = Memory.allocate(arena, count * convolution.columnsFloats());
    for (int n = 0; n < count; n++) {
      convolution.lower(images, n * pitch, columns, n * convolution.columnsFloats());
    }
    return columns;
  }

  private static float pixel(ConvolutionShape s, MemorySegment image, long at, int y, int x, int c) {
    return y < 0 || y >= s.height() || x < 0 || x >= s.width()
        ? 0
        : Memory.get(image, at + ((long) y * s.width() + x) * s.channels() + c);
  }

  private static int inputRow(ConvolutionShape s, int y, int i) {
    return y * s.strideHeight() + i * s.dilationHeight() - s.padTop();
  }

  private static int inputColumn(ConvolutionShape s, int x, int j) {
    return x * s.strideWidth() + j * s.dilationWidth() - s.padLeft();
  }

  private static long weight(ConvolutionShape s, int i, int j, int c, int f) {
    return (((long) i * s.kernelWidth() + j) * s.channels() + c) * s.filters() + f;
  }

  private static long output(ConvolutionShape s, int y, int x, int f) {
    return ((long) y * s.outputWidth() + x) * s.filters() + f;
  }

  private static void same(MemorySegment actual, MemorySegment expected, long floats, String what) {
    for (long i = 0; i < floats; i++) {
      int bits = Float.floatToIntBits(Memory.get(actual, i));
      int wanted = Float.floatToIntBits(Memory.get(expected, i));
      if (bits != wanted) { // a description of each of a million elements takes longer than the kernels
        assertThat(bits)
            .as("%s, element %d: %s, expected %s", what, i, Memory.get(actual, i), Memory.get(expected, i))
            .isEqualTo(wanted);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("shapes")
  @DisplayName("forward is the definition, in whole images and in bands")
  void forward(ConvolutionShape s) {
    MemorySegment image = random((long) s.height() * s.width() * s.channels());
    MemorySegment weights = random((long) s.taps() * s.filters());
    MemorySegment bias = random(s.filters());
    long outputs = (long) s.outputHeight() * s.outputWidth() * s.filters();
    MemorySegment expected = Memory.allocate(arena, outputs);
    for (int y = 0; y < s.outputHeight(); y++) {
      for (int x = 0; x < s.outputWidth(); x++) {
        for (int f = 0; f < s.filters(); f++) {
          float sum = Memory.get(bias, f);
          for (int i = 0; i < s.kernelHeight(); i++) {
            for (int j = 0; j < s.kernelWidth(); j++) {
              for (int c = 0; c < s.channels(); c++) {
                float value = pixel(s, image, 0, inputRow(s, y, i), inputColumn(s, x, j), c);
                sum = Math.fma(value, Memory.get(weights, weight(s, i, j, c, f)), sum);
              }
            }
          }
          Memory.set(expected, output(s, y, x, f), Math.max(sum, 0));
        }
      }
    }
    for (int band : new int[] {1, s.outputHeight()}) {
      Convolution convolution = new Convolution(s, 1, band, true, Convolution.Gradients.NONE);
      MemorySegment columns = columns(convolution, image, 1, 0);
      MemorySegment packed = Memory.allocate(arena, convolution.packedFloats());
      MemorySegment actual = Memory.allocate(arena, outputs);
      convolution.pack(weights, 0, packed, 0);
      for (int y = 0; y < s.outputHeight(); y += band) {
        convolution.forward(columns, 0, y, packed, 0, bias, 0, actual, output(s, y, 0, 0));
      }
      same(actual, expected, outputs, "bands of " + band);
    }
  }

  @ParameterizedTest
  @MethodSource("shapes")
  @DisplayName("the weight gradient is a chain over image, row, column, begun anew or continued")
  void weightGradient(ConvolutionShape s) {
    weightGradient(s, new Convolution(s, 1, 1, true, Convolution.Gradients.WEIGHTS));
    weightGradient(s, new Convolution(s, IMAGES, s.outputHeight(), true, Convolution.Gradients.BOTH));
  }

  private void weightGradient(ConvolutionShape s, Convolution convolution) {
    long inputs = Memory.padded((long) s.height() * s.width() * s.channels());
    long outputs = Memory.padded((long) s.outputHeight() * s.outputWidth() * s.filters());
    long columnsPitch = convolution.inPlace() ? inputs : convolution.columnsFloats();
    MemorySegment images = random(IMAGES * inputs);
    MemorySegment gradient = random(IMAGES * outputs);
    MemorySegment columns = columns(convolution, images, IMAGES, inputs);
    long weights = (long) s.taps() * s.filters();
    for (boolean accumulate : new boolean[] {false, true}) {
      MemorySegment actual = random(weights);
      MemorySegment expected = Memory.allocate(arena, weights);
      for (int i = 0; i < s.kernelHeight(); i++) {
        for (int j = 0; j < s.kernelWidth(); j++) {
          for (int c = 0; c < s.channels(); c++) {
            for (int f = 0; f < s.filters(); f++) {
              float sum = accumulate ? Memory.get(actual, weight(s, i, j, c, f)) : 0;
              for (int n = 0; n < IMAGES; n++) {
                for (int y = 0; y < s.outputHeight(); y++) {
                  for (int x = 0; x < s.outputWidth(); x++) {
                    float value =
                        pixel(s, images, n * inputs, inputRow(s, y, i), inputColumn(s, x, j), c);
                    sum = Math.fma(value, Memory.get(gradient, n * outputs + output(s, y, x, f)), sum);
                  }
                }
              }
              Memory.set(expected, weight(s, i, j, c, f), sum);
            }
          }
        }
      }
      convolution.weightGradient(
          IMAGES, columns, 0, columnsPitch, gradient, 0, outputs, accumulate, actual, 0);
      same(actual, expected, weights, "accumulate " + accumulate);
    }
  }

  @ParameterizedTest
  @MethodSource("shapes")
  @DisplayName("the data gradient is a chain over kernel column, output row, filter")
  void dataGradient(ConvolutionShape s) {
    Convolution convolution = new Convolution(s, 1, 1, true, Convolution.Gradients.BOTH);
    MemorySegment weights = random((long) s.taps() * s.filters());
    MemorySegment gradient = random((long) s.outputHeight() * s.outputWidth() * s.filters());
    MemorySegment packed = Memory.allocate(arena, convolution.packedTransposedFloats());
    convolution.packTransposed(weights, 0, packed, 0);
    long inputs = (long) s.height() * s.width() * s.channels();
    MemorySegment actual = random(inputs);
    MemorySegment expected = Memory.allocate(arena, inputs);
    for (int j = 0; j < s.kernelWidth(); j++) {
      for (int y = 0; y < s.outputHeight(); y++) {
        for (int i = 0; i < s.kernelHeight(); i++) {
          for (int x = 0; x < s.outputWidth(); x++) {
            int row = inputRow(s, y, i);
            int column = inputColumn(s, x, j);
            if (row < 0 || row >= s.height() || column < 0 || column >= s.width()) {
              continue;
            }
            for (int c = 0; c < s.channels(); c++) {
              long at = ((long) row * s.width() + column) * s.channels() + c;
              float sum = Memory.get(expected, at);
              for (int f = 0; f < s.filters(); f++) {
                float dy = Memory.get(gradient, output(s, y, x, f));
                sum = Math.fma(dy, Memory.get(weights, weight(s, i, j, c, f)), sum);
              }
              Memory.set(expected, at, sum);
            }
          }
        }
      }
    }
    MemorySegment scratch = random(convolution.scratchFloats());
    convolution.dataGradient(1, gradient, 0, 0, packed, 0, scratch, 0, actual, 0, 0);
    same(actual, expected, inputs, "data gradient");
  }

  @ParameterizedTest
  @MethodSource("shapes")
  @DisplayName("the images of a group get the data gradients that each gets alone, and nothing between them is written")
  void dataGradientsOfGroup(ConvolutionShape s) {
    Convolution convolution = new Convolution(s, IMAGES, 1, true, Convolution.Gradients.BOTH);
    MemorySegment packed = random(convolution.packedTransposedFloats());
    MemorySegment scratch = random(convolution.scratchFloats());
    long inputs = (long) s.height() * s.width() * s.channels();
    long inputPitch = inputs + 3;
    long outputPitch = (long) s.outputHeight() * s.outputWidth() * s.filters() + 5;
    MemorySegment gradient = random(IMAGES * outputPitch);
    MemorySegment actual = random(IMAGES * inputPitch);
    MemorySegment expected = Memory.allocate(arena, IMAGES * inputPitch);
    Memory.copy(actual, 0, expected, 0, IMAGES * inputPitch);
    for (int n = 0; n < IMAGES; n++) {
      convolution.dataGradient(
          1, gradient, n * outputPitch, outputPitch, packed, 0, scratch, 0, expected, n * inputPitch, inputPitch);
    }
    convolution.dataGradient(
        IMAGES, gradient, 0, outputPitch, packed, 0, scratch, 0, actual, 0, inputPitch);
    same(actual, expected, IMAGES * inputPitch, "data gradients");
  }

  @ParameterizedTest
  @MethodSource("shapes")
  @DisplayName("data gradients of a group whose last image does not lie within an operand are refused, nothing is written")
  void shortGroup(ConvolutionShape s) {
    Convolution convolution = new Convolution(s, 2, 1, true, Convolution.Gradients.BOTH);
    MemorySegment packed = random(convolution.packedTransposedFloats());
    MemorySegment scratch = random(convolution.scratchFloats());
    long inputs = (long) s.height() * s.width() * s.channels();
    long outputs = (long) s.outputHeight() * s.outputWidth() * s.filters();
    MemorySegment gradient = random(2 * outputs);
    MemorySegment images = random(2 * inputs);
    MemorySegment before = Memory.allocate(arena, 2 * inputs);
    Memory.copy(images, 0, before, 0, 2 * inputs);
    assertThatThrownBy(
            () ->
                convolution.dataGradient(
                    2, gradient, Memory.BLOCK, outputs, packed, 0, scratch, 0, images, 0, inputs))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(
            () ->
                convolution.dataGradient(
                    2, gradient, 0, outputs, packed, 0, scratch, 0, images, Memory.BLOCK, inputs))
        .isInstanceOf(IndexOutOfBoundsException.class);
    same(images, before, 2 * inputs, "what was there");
  }

  @Test
  @DisplayName("the images of a group that share one product get the bits that each gets alone")
  void joinedGroup() {
    ConvolutionShape s = ConvolutionShape.of(5, 5, 16, 16, 3, 3, 1, 1, 1, 1, false);
    Convolution joined = new Convolution(s, IMAGES, s.outputHeight(), true, Convolution.Gradients.BOTH);
    Convolution alone = new Convolution(s, 1, 1, true, Convolution.Gradients.NONE);
    assertThat(joined.joined()).isTrue();
    assertThat(alone.joined()).isFalse();
    long inputs = (long) s.height() * s.width() * s.channels();
    long outputs = (long) s.outputHeight() * s.outputWidth() * s.filters();
    MemorySegment images = random(IMAGES * inputs);
    MemorySegment weights = random((long) s.taps() * s.filters());
    MemorySegment bias = random(s.filters());
    MemorySegment packed = Memory.allocate(arena, joined.packedFloats());
    joined.pack(weights, 0, packed, 0);
    MemorySegment columns = Memory.allocate(arena, IMAGES * joined.columnsFloats());
    MemorySegment own = Memory.allocate(arena, alone.columnsFloats());
    MemorySegment actual = Memory.allocate(arena, IMAGES * outputs);
    MemorySegment expected = Memory.allocate(arena, IMAGES * outputs);
    for (int n = 0; n < IMAGES; n++) {
      joined.lower(images, n * inputs, columns, n * joined.columnsFloats());
      alone.lower(images, n * inputs, own, 0);
      for (int y = 0; y < s.outputHeight(); y++) {
        alone.forward(own, 0, y, packed, 0, bias, 0, expected, n * outputs + output(s, y, 0, 0));
      }
    }
    joined.forward(columns, 0, 0, packed, 0, bias, 0, actual, 0);
    same(actual, expected, IMAGES * outputs, "group");
  }

  @Test
  @DisplayName("a band that does not lie within an operand is refused, nothing is written")
  void shortBand() {
    ConvolutionShape s = ConvolutionShape.of(6, 9, 4, 4, 3, 3, 1, 1, 1, 1, false);
    Convolution convolution = new Convolution(s, 1, 4, false, Convolution.Gradients.NONE);
    MemorySegment packed = random(convolution.packedFloats());
    MemorySegment bias = random(4);
    MemorySegment image = random(6 * 9 * 4);
    MemorySegment output = random(4 * 7 * 4);
    MemorySegment before = Memory.allocate(arena, 4 * 7 * 4);
    Memory.copy(output, 0, before, 0, 4 * 7 * 4);
    assertThatThrownBy(() -> convolution.forward(image, Memory.BLOCK, 0, packed, 0, bias, 0, output, 0))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> convolution.forward(image, 0, 0, packed, 0, bias, 0, output, Memory.BLOCK))
        .isInstanceOf(IndexOutOfBoundsException.class);
    same(output, before, 4 * 7 * 4, "what was there");
  }

  @Test
  @DisplayName("an image of long rows is read where it lies, and not unrolled")
  void inPlace() {
    ConvolutionShape s = ConvolutionShape.of(9, 9, 4, 4, 3, 3, 1, 1, 1, 1, false);
    Convolution convolution = new Convolution(s, 1, 1, false, Convolution.Gradients.BOTH);
    assertThat(convolution.inPlace()).isTrue();
    assertThat(convolution.columnsFloats()).isZero();
    MemorySegment any = random(9 * 9 * 4);
    assertThatThrownBy(() -> convolution.lower(any, 0, any, 0)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  @DisplayName("padding, gaps in a window, and short rows that lie apart ask for a copy")
  void unrolled() {
    for (ConvolutionShape s :
        List.of(
            ConvolutionShape.of(9, 9, 4, 4, 3, 3, 1, 1, 1, 1, true),
            ConvolutionShape.of(9, 16, 4, 4, 1, 3, 1, 2, 1, 1, true),
            ConvolutionShape.of(9, 12, 4, 4, 3, 3, 1, 1, 1, 2, false),
            ConvolutionShape.of(9, 8, 4, 4, 3, 3, 1, 1, 1, 1, false),
            ConvolutionShape.of(9, 9, 1, 4, 3, 3, 1, 1, 1, 1, false))) {
      assertThat(new Convolution(s, 1, 1, false, Convolution.Gradients.BOTH).inPlace()).as("%s", s).isFalse();
    }
  }

  @Test
  @DisplayName("sizes follow Keras's valid and same padding")
  void outputSizes() {
    ConvolutionShape same = ConvolutionShape.of(8, 9, 1, 1, 3, 3, 2, 2, 1, 1, true);
    assertThat(same.outputHeight()).isEqualTo(4);
    assertThat(same.outputWidth()).isEqualTo(5);
    assertThat(same.padTop()).isEqualTo(0);
    assertThat(same.padLeft()).isEqualTo(1);
    ConvolutionShape valid = ConvolutionShape.of(28, 28, 1, 1, 3, 3, 1, 1, 2, 2, false);
    assertThat(valid.outputHeight()).isEqualTo(24);
  }

  @Test
  @DisplayName("a kernel larger than the image is refused")
  void refusesTooLargeKernel() {
    assertThatThrownBy(() -> ConvolutionShape.of(4, 4, 1, 1, 5, 5, 1, 1, 1, 1, false))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("does not fit");
  }

  @Test
  @DisplayName("what no product can address is refused, and what is just within is not")
  void limits() {
    assertThatThrownBy(() -> Convolution.check(ConvolutionShape.of(2000, 5, 1024, 1, 3, 3, 911, 1, 1, 1, false)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a convolution has at most 9,208 floats in a row of windows with a stride of 911, not 9,216");
    Convolution.check(ConvolutionShape.of(2000, 5, 1024, 1, 3, 3, 910, 1, 1, 1, false));
    Convolution.check(ConvolutionShape.of(3, 5, 1024, 1, 3, 3, 911, 1, 1, 1, false));
    assertThatThrownBy(() -> Convolution.check(ConvolutionShape.of(2000, 5, 1024, 1, 3, 3, 1, 1, 911, 1, false)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a convolution has at most 8,388,607 floats between two rows of taps, not 8,395,776");
    Convolution.check(ConvolutionShape.of(2000, 5, 1024, 1, 3, 3, 1, 1, 910, 1, false));
  }

  @Test
  @DisplayName("a convolution has the gradients that it was laid out for")
  void noOtherGradients() {
    ConvolutionShape s = ConvolutionShape.of(3, 3, 1, 1, 1, 1, 1, 1, 1, 1, false);
    MemorySegment any = random(64);
    Convolution predicts = new Convolution(s, 1, 1, false, Convolution.Gradients.NONE);
    assertThatThrownBy(() -> predicts.weightGradient(1, any, 0, 16, any, 0, 16, false, any, 32))
        .isInstanceOf(IllegalStateException.class);
    for (Convolution.Gradients gradients : List.of(Convolution.Gradients.NONE, Convolution.Gradients.WEIGHTS)) {
      Convolution convolution = new Convolution(s, 1, 1, false, gradients);
      assertThatThrownBy(() -> convolution.dataGradient(1, any, 0, 0, any, 16, any, 32, any, 48, 0))
          .isInstanceOf(IllegalStateException.class);
    }
  }
}
