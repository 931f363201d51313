package dev.lanewise.engine.kernel;

import dev.lanewise.engine.memory.Memory;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * A convolution and its gradients as {@link Product}s over a partly unrolled image, without the full
 * im2col matrix.
 *
 * <p>{@link #lower} copies an image once into <em>columns</em>, which take care of stride, padding and
 * dilation. There are two forms:
 *
 * <ul>
 *   <li><em>pixel-major</em>, the usual one: {@code [input row][output column][kernelWidth * channels]}.
 *       Only the kernel's width is unrolled; its height is the product's outer loop. Three times the
 *       image for a 3x3 kernel, where im2col takes nine.
 *   <li><em>tap-major</em> for few channels: {@code [taps][output pixels]}. A 3x3 kernel over one channel
 *       has only 9 taps, and pixel-major rows of 3 would leave the tiles of the weight gradient empty.
 * </ul>
 *
 * <p>Numeric contract, for every form, width and tile: an output element is a chain of fma from its bias
 * over ascending (kernel row, kernel column, channel); a weight's gradient a chain over ascending
 * (image, row, column); an input's gradient a chain over ascending output row, then kernel column, then
 * filter. A tap in the padding contributes {@code fma(0, weight, sum)}.
 *
 * <p>Immutable and thread-safe; buffers are the caller's. Methods check extents and allocate nothing.
 */
public final class Convolution {
  private static final int FEW_TAPS_IN_ROW = 8;

  /** Floats of columns that a weight gradient walks over in one call, so that they stay in L1 and L2. */
  private static final int GRADIENT_BLOCK = 16_384;

  private final ConvolutionShape shape;
  private final boolean tapMajor;
  private final boolean uniform;
  private final int bandRows;
  private final int rowTaps;
  private final int pixels;
  private final int columnRows;
  private final long columnsFloats;
  private final int paddedHeight;
  private final int paddedWidth;
  private final boolean padded;
  private final Product forward;
  private final @Nullable Product weights;
  private final @Nullable Product data;

  /**
   * Lays a convolution out.
   *
   * @param shape sizes; its output may be cropped
   * @param bandRows output rows that one call of {@link #forward} computes
   * @param training whether the gradients are wanted, too
   */
  public Convolution(ConvolutionShape shape, int bandRows, boolean training) {
    if (bandRows < 1 || shape.outputHeight() % bandRows != 0) {
      throw new IllegalArgumentException(
          "bands of " + bandRows + " rows do not divide " + shape.outputHeight());
    }
    this.shape = shape;
    this.bandRows = bandRows;
    int filters = shape.filters();
    rowTaps = shape.kernelWidth() * shape.channels();
    pixels = Math.multiplyExact(shape.outputHeight(), shape.outputWidth());
    tapMajor = rowTaps < FEW_TAPS_IN_ROW;
    uniform = tapMajor || (shape.strideHeight() == 1 && pixels <= Product.MAX_STEPS);
    columnRows = (shape.outputHeight() - 1) * shape.strideHeight() + shape.reachHeight();
    columnsFloats =
        Memory.padded(
            tapMajor
                ? (long) shape.taps() * pixels
                : (long) columnRows * shape.outputWidth() * rowTaps);
    paddedHeight = Math.max(columnRows, shape.height() + shape.padTop());
    paddedWidth =
        Math.max(
            (shape.outputWidth() - 1) * shape.strideWidth() + shape.reachWidth(),
            shape.width() + shape.padLeft());
    padded = paddedHeight != shape.height() || paddedWidth != shape.width();
    int rows = uniform ? bandRows * shape.outputWidth() : shape.outputWidth();
    long panel = (long) shape.taps() * Product.PANEL;
    forward =
        tapMajor
            ? new Product(rows, filters, 1, pixels, Product.PANEL, panel, filters)
            : new Product(rows, filters, rowTaps, 1, Product.PANEL, panel, filters);
    weights = training ? weightProduct(filters) : null;
    data =
        training
            ? new Product(
                shape.outputWidth(), shape.channels(), filters, 1, shape.channels(), Product.PANEL,
                (long) shape.strideWidth() * shape.channels())
            : null;
  }

  private Product weightProduct(int filters) {
    return tapMajor
        ? new Product(shape.taps(), filters, pixels, 1, filters, Product.PANEL, filters)
        : new Product(rowTaps, filters, 1, rowTaps, filters, Product.PANEL, filters);
  }

  /** Floats of one image's columns. */
  public long columnsFloats() {
    return columnsFloats;
  }

  /** Floats of the weights as {@link #pack} lays them out for {@link #forward}. */
  public long packedFloats() {
    return Packing.panelFloats(shape.taps(), shape.filters());
  }

  /** Floats of the weights as {@link #packTransposed} lays them out for {@link #dataGradient}. */
  public long packedTransposedFloats() {
    return (long) shape.taps() * shape.filters();
  }

  /** Floats of scratch memory that {@link #dataGradient} needs: 0 without padding. */
  public long scratchFloats() {
    return padded ? (long) paddedHeight * paddedWidth * shape.channels() : 0;
  }

  /** Packs weights {@code [kernelHeight][kernelWidth][channels][filters]} for {@link #forward}. */
  public void pack(MemorySegment source, long sourceOffset, MemorySegment target, long targetOffset) {
    Packing.panels(
        source, sourceOffset, shape.taps(), shape.filters(), shape.filters(), target, targetOffset);
  }

  /** Packs weights for {@link #dataGradient}: each tap's {@code [channels][filters]} transposed. */
  public void packTransposed(
      MemorySegment source, long sourceOffset, MemorySegment target, long targetOffset) {
    int tap = shape.channels() * shape.filters();
    for (int i = 0; i < shape.kernelHeight() * shape.kernelWidth(); i++) {
      Packing.transpose(
          source, sourceOffset + (long) i * tap, shape.channels(), shape.filters(), target,
          targetOffset + (long) i * tap);
    }
  }

  /** Unrolls one image into columns. */
  public void lower(MemorySegment image, long imageOffset, MemorySegment columns, long columnsOffset) {
    Memory.check(image, imageOffset, (long) shape.height() * shape.width() * shape.channels());
    Memory.check(columns, columnsOffset, columnsFloats);
    if (tapMajor) {
      Lowering.tapMajor(shape, image, imageOffset, columns, columnsOffset);
    } else {
      Lowering.pixelMajor(shape, columnRows, image, imageOffset, columns, columnsOffset);
    }
  }

  /**
   * Computes a band of {@code bandRows} output rows of one image.
   *
   * @param firstRow first output row; a multiple of the band's rows
   * @param weights packed weights
   * @param relu whether {@code max(x, 0)} follows
   * @param output {@code [bandRows][outputWidth][filters]}
   */
  public void forward(
      MemorySegment columns,
      long columnsOffset,
      int firstRow,
      MemorySegment weights,
      long weightsOffset,
      MemorySegment bias,
      long biasOffset,
      boolean relu,
      MemorySegment output,
      long outputOffset) {
    int filters = shape.filters();
    if (tapMajor) {
      forward.runWithBias(
          1, shape.taps(), columns, columnsOffset + (long) firstRow * shape.outputWidth(), 0, weights,
          weightsOffset, 0, bias, biasOffset, relu, output, outputOffset);
      return;
    }
    long row = (long) shape.outputWidth() * rowTaps;
    long aOuter = shape.dilationHeight() * row;
    long bOuter = (long) rowTaps * Product.PANEL;
    int calls = uniform ? 1 : bandRows;
    for (int call = 0; call < calls; call++) {
      long start = columnsOffset + (long) (firstRow + call) * shape.strideHeight() * row;
      forward.runWithBias(
          shape.kernelHeight(), rowTaps, columns, start, aOuter, weights, weightsOffset, bOuter, bias,
          biasOffset, relu, output, outputOffset + (long) call * shape.outputWidth() * filters);
    }
  }

  /**
   * Gradient of the weights over a group of images.
   *
   * @param outputGradient {@code [images][outputHeight][outputWidth][filters]}, images {@code
   *     gradientPitch} apart
   * @param accumulate whether to continue the sums in {@code target}, or to start at +0
   * @param target {@code [kernelHeight][kernelWidth][channels][filters]}
   */
  public void weightGradient(
      int images,
      MemorySegment columns,
      long columnsOffset,
      long columnsPitch,
      MemorySegment outputGradient,
      long gradientOffset,
      long gradientPitch,
      boolean accumulate,
      MemorySegment target,
      long targetOffset) {
    int filters = shape.filters();
    int rows = tapMajor ? 1 : shape.kernelHeight();
    long kernelRow = (long) rowTaps * filters;
    long columnsRow = (long) shape.dilationHeight() * shape.outputWidth() * rowTaps;
    int group = uniform ? Math.clamp(GRADIENT_BLOCK / ((long) pixels * rowTaps), 1, images) : 1;
    for (int image = 0; image < images; image += group) {
      int outer = uniform ? Math.min(group, images - image) : shape.outputHeight();
      int steps = uniform ? pixels : shape.outputWidth();
      long aOuter =
          uniform ? columnsPitch : (long) shape.strideHeight() * shape.outputWidth() * rowTaps;
      long bOuter = uniform ? gradientPitch : (long) shape.outputWidth() * filters;
      if (outer == 1) {
        aOuter = 0;
        bOuter = 0;
      }
      for (int row = 0; row < rows; row++) {
        sum(
            accumulate || image > 0, outer, steps, columns,
            columnsOffset + image * columnsPitch + row * columnsRow, aOuter, outputGradient,
            gradientOffset + image * gradientPitch, bOuter, target, targetOffset + row * kernelRow);
      }
    }
  }

  private void sum(
      boolean accumulate,
      int outer,
      int steps,
      MemorySegment a,
      long aOffset,
      long aOuter,
      MemorySegment b,
      long bOffset,
      long bOuter,
      MemorySegment c,
      long cOffset) {
    Product product = trained(weights);
    if (accumulate) {
      product.accumulate(outer, steps, a, aOffset, aOuter, b, bOffset, bOuter, c, cOffset);
    } else {
      product.run(outer, steps, a, aOffset, aOuter, b, bOffset, bOuter, c, cOffset);
    }
  }

  /**
   * Gradient of one image, written in full.
   *
   * @param outputGradient {@code [outputHeight][outputWidth][filters]}
   * @param weights packed by {@link #packTransposed}
   * @param scratch {@link #scratchFloats} floats of memory
   * @param imageGradient {@code [height][width][channels]}
   */
  public void dataGradient(
      MemorySegment outputGradient,
      long gradientOffset,
      MemorySegment weights,
      long weightsOffset,
      MemorySegment scratch,
      long scratchOffset,
      MemorySegment imageGradient,
      long imageOffset) {
    Product product = trained(data);
    int channels = shape.channels();
    long tap = (long) channels * shape.filters();
    long rowFloats = (long) paddedWidth * channels;
    MemorySegment target = padded ? scratch : imageGradient;
    long targetOffset = padded ? scratchOffset : imageOffset;
    Memory.zero(target, targetOffset, paddedHeight * rowFloats);
    for (int y = 0; y < shape.outputHeight(); y++) {
      long a = gradientOffset + (long) y * shape.outputWidth() * shape.filters();
      for (int i = 0; i < shape.kernelHeight(); i++) {
        long row =
            targetOffset + (y * shape.strideHeight() + i * shape.dilationHeight()) * rowFloats;
        for (int j = 0; j < shape.kernelWidth(); j++) {
          product.accumulate(
              1, shape.filters(), outputGradient, a, 0, weights,
              weightsOffset + (long) (i * shape.kernelWidth() + j) * tap, 0, target,
              row + (long) j * shape.dilationWidth() * channels);
        }
      }
    }
    if (padded) {
      for (int y = 0; y < shape.height(); y++) {
        long from = scratchOffset + (y + shape.padTop()) * rowFloats + (long) shape.padLeft() * channels;
        long floats = (long) shape.width() * channels;
        Memory.copy(scratch, from, imageGradient, imageOffset + y * floats, floats);
      }
    }
  }

  private static Product trained(@Nullable Product product) {
    if (product == null) {
      throw new IllegalStateException("laid out without gradients");
    }
    return product;
  }
}
