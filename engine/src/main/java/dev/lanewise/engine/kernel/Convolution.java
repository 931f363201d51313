package dev.lanewise.engine.kernel;

import dev.lanewise.engine.memory.Memory;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * A convolution and its gradients as {@link Product}s over a partly unrolled image, without the full
 * im2col matrix.
 *
 * <p>Products read <em>columns</em>. There are four forms, three of which {@link #lower} copies an image into once:
 *
 * <ul>
 *   <li><em>the image itself</em> ({@link #inPlace}), where rows of outputs are long and every window lies within the image:
 *       neighbouring windows overlap, and nothing is copied.
 *   <li><em>row windows</em>, which take care of stride, padding and dilation: {@code [input row][output
 *       column][kernelWidth * channels]}. Only the kernel's width is unrolled; its height is the product's outer loop.
 *       Three times the image for a 3x3 kernel, where im2col takes nine.
 *   <li><em>whole windows</em> for training on outputs of few pixels: {@code [output pixel][taps]}, which is im2col. The
 *       images of a group then follow each other without a gap, and are the rows of one product.
 *   <li><em>tap-major</em> for few channels: {@code [taps][output pixels]}. A 3x3 kernel over one channel
 *       has only 9 taps, and row windows of 3 would leave the tiles of the weight gradient empty.
 * </ul>
 *
 * <p>Numeric contract, for every form, width and tile: an output element is a chain of fma from its bias
 * over ascending (kernel row, kernel column, channel); a weight's gradient a chain over ascending
 * (image, row, column); an input's gradient a chain over ascending (kernel column, output row, filter).
 * A tap in the padding contributes {@code fma(0, weight, sum)}.
 *
 * <p>Immutable and thread-safe; buffers are the caller's. Methods check extents and allocate nothing.
 */
public final class Convolution {
  private static final int FEW_TAPS_IN_ROW = 8;
  private static final int FEW_PIXELS = 16;

  /** Outputs in a row: fewer leave tiles low, unless rows are joined, as those of row windows are. */
  private static final int LONG_ROW = 7;

  /** Which gradients are wanted: each is a product more, whose micro-kernels must be compiled. */
  public enum Gradients {
    /** For predictions. */
    NONE,
    /** {@link #weightGradient}, for a first layer. */
    WEIGHTS,
    /** {@link #weightGradient} and {@link #dataGradient}. */
    BOTH
  }

  /** The most that {@link Product#PANEL} is on any machine. */
  private static final int WIDEST_PANEL = 32;

  private final ConvolutionShape shape;
  private final int images;
  private final int bandRows;
  private final boolean tapMajor;
  private final boolean wholeWindows;
  private final boolean inPlace;
  private final boolean uniform;
  private final int window;

  /** Distance in the columns from one output's window to the next's. */
  private final int nextWindow;

  /** Distance in the columns from one row of the image to the next. */
  private final long nextRow;

  private final int pixels;
  private final int columnRows;
  private final long columnsFloats;
  private final Product forward;
  private final @Nullable Product weights;
  private final @Nullable DataGradient data;

  /**
   * Finds out whether there is a layout for a convolution, whatever the kernels of this process.
   *
   * @throws IllegalArgumentException if a product would have rows, columns, sums or distances beyond its limits
   */
  public static void check(ConvolutionShape shape) {
    long rowTaps = (long) shape.kernelWidth() * shape.channels();
    require("output pixels", (long) shape.outputHeight() * shape.outputWidth(), Product.MAX_STRIDE);
    require("filters", shape.filters(), Product.MAX_STRIDE);
    require("taps in a row of the kernel", rowTaps, Product.MAX_STRIDE);
    if (rowTaps >= FEW_TAPS_IN_ROW && shape.kernelHeight() > 1) {
      require("rows of the kernel", shape.kernelHeight(), Product.MAX_OUTER);
      require("taps in a row of the kernel", rowTaps, Product.MAX_STRIDE / WIDEST_PANEL);
      // At most 2^20 by 2^23 by 2^18: no overflow of the long.
      require(
          "floats between two rows of taps", shape.dilationHeight() * (shape.outputWidth() * rowTaps), Product.MAX_STRIDE);
    }
    if (rowTaps >= FEW_TAPS_IN_ROW && shape.strideHeight() > 1 && shape.outputHeight() > 1) {
      require(
          "floats in a row of windows with a stride of " + shape.strideHeight(), shape.outputWidth() * rowTaps,
          Product.MAX_STRIDE / shape.strideHeight());
    }
  }

  private static void require(String what, long value, long most) {
    if (value > most) {
      throw new IllegalArgumentException(
          "a convolution has at most %,d %s, not %,d".formatted(most, what, value));
    }
  }

  /**
   * Lays a convolution out.
   *
   * @param shape sizes; its output may be cropped
   * @param images images in a group, at least 1
   * @param bandRows output rows that one call of {@link #forward} computes, a divisor of the output's height
   * @param relu whether {@code max(x, 0)} follows
   * @param gradients what else is wanted; columns are laid out differently for training and for predictions
   */
  public Convolution(ConvolutionShape shape, int images, int bandRows, boolean relu, Gradients gradients) {
    if (images < 1) {
      throw new IllegalArgumentException("a group has at least one image: " + images);
    }
    if (bandRows < 1 || shape.outputHeight() % bandRows != 0) {
      throw new IllegalArgumentException(
          "bands of " + bandRows + " rows do not divide " + shape.outputHeight());
    }
    this.shape = shape;
    this.images = images;
    this.bandRows = bandRows;
    boolean training = gradients != Gradients.NONE;
    int filters = shape.filters();
    int rowTaps = shape.kernelWidth() * shape.channels();
    pixels = Math.multiplyExact(shape.outputHeight(), shape.outputWidth());
    tapMajor = rowTaps < FEW_TAPS_IN_ROW;
    wholeWindows = training && !tapMajor && bandRows == shape.outputHeight() && pixels <= FEW_PIXELS;
    window = wholeWindows ? shape.taps() : rowTaps;
    inPlace = !tapMajor && !wholeWindows && inPlace(shape);
    nextWindow = inPlace ? shape.strideWidth() * shape.channels() : window;
    nextRow = inPlace ? (long) shape.width() * shape.channels() : (long) shape.outputWidth() * window;
    uniform =
        tapMajor
            || wholeWindows
            || shape.outputHeight() == 1
            || shape.strideHeight() * nextRow == (long) shape.outputWidth() * nextWindow;
    columnRows =
        wholeWindows
            ? shape.outputHeight()
            : (shape.outputHeight() - 1) * shape.strideHeight() + shape.reachHeight();
    columnsFloats =
        inPlace ? 0 : Memory.padded(tapMajor ? (long) shape.taps() * pixels : columnRows * nextRow);
    forward = forwardProduct(relu);
    weights =
        training
            ? new Product(
                tapMajor ? shape.taps() : window, filters, tapMajor ? pixels : 1, tapMajor ? 1 : nextWindow, filters,
                Product.PANEL, filters, false)
            : null;
    data = gradients == Gradients.BOTH ? new DataGradient(shape) : null;
  }

  private static boolean inPlace(ConvolutionShape shape) {
    long imageRow = (long) shape.width() * shape.channels();
    boolean joined = (long) shape.strideHeight() * shape.width() == (long) shape.outputWidth() * shape.strideWidth();
    return shape.windowsLieInImage()
        && (joined || shape.outputWidth() >= LONG_ROW)
        && imageRow <= Product.MAX_STRIDE / Math.max(shape.strideHeight(), shape.dilationHeight());
  }

  private Product forwardProduct(boolean relu) {
    int filters = shape.filters();
    int width = shape.outputWidth();
    long aRow = tapMajor ? 1 : nextWindow;
    long aStep = tapMajor ? pixels : 1;
    long panel = (long) shape.taps() * Product.PANEL;
    int rows = joined() ? images * pixels : uniform ? bandRows * width : width;
    return new Product(rows, filters, aRow, aStep, Product.PANEL, panel, filters, relu);
  }

  /**
   * Whether one call of {@link #forward} computes a whole group of images, which then follow each other without a gap in
   * columns and outputs.
   */
  public boolean joined() {
    return wholeWindows
        && columnsFloats == (long) pixels * window
        && pixels * shape.filters() % Memory.BLOCK == 0;
  }

  /** Whether the image itself is what other methods call columns; {@link #lower} has nothing to do then. */
  public boolean inPlace() {
    return inPlace;
  }

  /** Floats of one image's columns, 0 where the image serves {@link #inPlace}. */
  public long columnsFloats() {
    return columnsFloats;
  }

  /** Floats of the weights as {@link #pack} lays them out for {@link #forward}. */
  public long packedFloats() {
    return Packing.panelFloats(shape.taps(), shape.filters());
  }

  /** Floats of the weights as {@link #packTransposed} lays them out for {@link #dataGradient}. */
  public long packedTransposedFloats() {
    return trained(data).packedFloats();
  }

  /** Floats of scratch memory that {@link #dataGradient} needs: 0 without padding. */
  public long scratchFloats() {
    return trained(data).scratchFloats();
  }

  /** Packs weights {@code [kernelHeight][kernelWidth][channels][filters]} for {@link #forward}. */
  public void pack(MemorySegment source, long sourceOffset, MemorySegment target, long targetOffset) {
    Packing.panels(
        source, sourceOffset, shape.taps(), shape.filters(), shape.filters(), target, targetOffset);
  }

  /**
   * Packs weights for {@link #dataGradient}: {@code [kernelWidth][kernelHeight][filters][channels]}, the kernel's rows
   * in descending order.
   */
  public void packTransposed(
      MemorySegment source, long sourceOffset, MemorySegment target, long targetOffset) {
    trained(data).pack(source, sourceOffset, target, targetOffset);
  }

  /**
   * Unrolls one image into columns.
   *
   * @throws IllegalStateException if the image serves {@link #inPlace}
   */
  public void lower(MemorySegment image, long imageOffset, MemorySegment columns, long columnsOffset) {
    if (inPlace) {
      throw new IllegalStateException("columns are the image itself");
    }
    Memory.check(image, imageOffset, (long) shape.height() * shape.width() * shape.channels());
    Memory.check(columns, columnsOffset, columnsFloats);
    if (tapMajor) {
      Lowering.tapMajor(shape, image, imageOffset, columns, columnsOffset);
    } else if (wholeWindows) {
      Lowering.wholeWindows(shape, image, imageOffset, columns, columnsOffset);
    } else {
      Lowering.rowWindows(shape, columnRows, image, imageOffset, columns, columnsOffset);
    }
  }

  /**
   * Computes a band of output rows of one image, or all outputs of a group if it is {@link #joined}.
   *
   * @param columns from {@link #lower}, or the image, {@code [height][width][channels]}, where it serves {@link #inPlace}
   * @param firstRow first output row; a multiple of the band's rows
   * @param weights packed weights
   * @param output {@code [bandRows][outputWidth][filters]}, or {@code [images][outputHeight][outputWidth][filters]}
   */
  public void forward(
      MemorySegment columns,
      long columnsOffset,
      int firstRow,
      MemorySegment weights,
      long weightsOffset,
      MemorySegment bias,
      long biasOffset,
      MemorySegment output,
      long outputOffset) {
    forward.runWithBias(
        outer(), steps(), columns, columnsOffset + firstRow * inputRow(), aOuter(), weights, weightsOffset, bOuter(), bias,
        biasOffset, output, outputOffset, uniform ? 1 : bandRows, inputRow(), (long) shape.outputWidth() * shape.filters());
  }

  /** Distance in the columns from what one row of outputs reads to what the next one does. */
  private long inputRow() {
    return tapMajor ? shape.outputWidth() : shape.strideHeight() * nextRow;
  }

  private int outer() {
    return tapMajor || wholeWindows ? 1 : shape.kernelHeight();
  }

  private int steps() {
    return tapMajor ? shape.taps() : window;
  }

  private long aOuter() {
    return outer() == 1 ? 0 : shape.dilationHeight() * nextRow;
  }

  private long bOuter() {
    return outer() == 1 ? 0 : (long) window * Product.PANEL;
  }

  /**
   * Gradient of the weights over a group of images.
   *
   * @param columns as in {@link #forward}, images {@code columnsPitch} apart
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
    long kernelRow = (long) window * filters;
    if (wholeWindows && columnsPitch == (long) pixels * window && gradientPitch == (long) pixels * filters) {
      sum(
          accumulate, 1, images * pixels, columns, columnsOffset, 0, outputGradient, gradientOffset, 0, target,
          targetOffset);
      return;
    }
    // Image by image: what the product walks over then stays in the L1 cache.
    for (int image = 0; image < images; image++) {
      long from = columnsOffset + image * columnsPitch;
      for (int row = 0; row < outer(); row++) {
        imageSum(
            accumulate || image > 0, columns, from + row * aOuter(), outputGradient, gradientOffset + image * gradientPitch,
            target, targetOffset + row * kernelRow);
      }
    }
  }

  /** What the outputs of one image send back to one row of the kernel, all of them or row by row. */
  private void imageSum(
      boolean accumulate,
      MemorySegment columns,
      long columnsOffset,
      MemorySegment outputGradient,
      long gradientOffset,
      MemorySegment target,
      long targetOffset) {
    if (uniform) {
      sum(accumulate, 1, pixels, columns, columnsOffset, 0, outputGradient, gradientOffset, 0, target, targetOffset);
      return;
    }
    long outputRow = (long) shape.outputWidth() * shape.filters();
    for (int first = 0; first < shape.outputHeight(); first += Product.MAX_OUTER) {
      sum(
          accumulate || first > 0, Math.min(shape.outputHeight() - first, Product.MAX_OUTER), shape.outputWidth(), columns,
          columnsOffset + first * inputRow(), inputRow(), outputGradient, gradientOffset + first * outputRow, outputRow,
          target, targetOffset);
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
   * Gradients of a group of images, written in full.
   *
   * @param images how many, at least 1
   * @param outputGradient {@code [outputHeight][outputWidth][filters]} for each image
   * @param gradientPitch distance of the images in it
   * @param weights packed by {@link #packTransposed}
   * @param scratch {@link #scratchFloats} floats of memory
   * @param imageGradient {@code [height][width][channels]} for each image
   * @param imagePitch distance of the images in it
   * @throws IndexOutOfBoundsException if an operand does not lie within its segment; nothing is written then
   */
  public void dataGradient(
      int images,
      MemorySegment outputGradient,
      long gradientOffset,
      long gradientPitch,
      MemorySegment weights,
      long weightsOffset,
      MemorySegment scratch,
      long scratchOffset,
      MemorySegment imageGradient,
      long imageOffset,
      long imagePitch) {
    trained(data).run(
        images, outputGradient, gradientOffset, gradientPitch, weights, weightsOffset, scratch, scratchOffset, imageGradient,
        imageOffset, imagePitch);
  }

  private static <T> T trained(@Nullable T gradient) {
    if (gradient == null) {
      throw new IllegalStateException("laid out without this gradient");
    }
    return gradient;
  }
}
