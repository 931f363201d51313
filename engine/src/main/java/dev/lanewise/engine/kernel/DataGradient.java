package dev.lanewise.engine.kernel;

import dev.lanewise.engine.memory.Memory;
import java.lang.foreign.MemorySegment;

/**
 * The gradient of a convolution's images, for {@link Convolution#dataGradient}: each column of the kernel adds to the rows of
 * the padded image what the outputs that see them send back. Immutable and thread-safe.
 */
final class DataGradient {
  /** Weights of a column of the kernel that L1 holds beside the other operands. */
  private static final long L1_WEIGHTS = 8 * 1024;

  private final ConvolutionShape shape;
  private final int paddedHeight;
  private final int paddedWidth;
  private final boolean padded;
  private final Product product;
  private final SeenBy seenBy;

  DataGradient(ConvolutionShape shape) {
    this.shape = shape;
    paddedHeight =
        Math.max(
            (shape.outputHeight() - 1) * shape.strideHeight() + shape.reachHeight(),
            shape.height() + shape.padTop());
    paddedWidth =
        Math.max(
            (shape.outputWidth() - 1) * shape.strideWidth() + shape.reachWidth(),
            shape.width() + shape.padLeft());
    padded = paddedHeight != shape.height() || paddedWidth != shape.width();
    product =
        new Product(
            shape.outputWidth(), shape.channels(), shape.filters(), 1, shape.channels(), Product.PANEL,
            (long) shape.strideWidth() * shape.channels(), false);
    seenBy = SeenBy.of(shape, paddedHeight);
  }

  /** Floats of the weights as {@link #pack} lays them out. */
  long packedFloats() {
    return (long) shape.taps() * shape.filters();
  }

  /** Floats of scratch memory that {@link #run} needs: a padded image, or 0 without padding. */
  long scratchFloats() {
    return padded ? (long) paddedHeight * paddedWidth * shape.channels() : 0;
  }

  /** See {@link Convolution#packTransposed}. */
  void pack(MemorySegment source, long sourceOffset, MemorySegment target, long targetOffset) {
    int tap = shape.channels() * shape.filters();
    int height = shape.kernelHeight();
    for (int i = 0; i < height; i++) {
      for (int j = 0; j < shape.kernelWidth(); j++) {
        Packing.transpose(
            source, sourceOffset + (long) (i * shape.kernelWidth() + j) * tap, shape.channels(), shape.filters(),
            target, targetOffset + (long) (j * height + height - 1 - i) * tap);
      }
    }
  }

  /** See {@link Convolution#dataGradient}. */
  void run(
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
    long gradientFloats = (long) shape.outputHeight() * shape.outputWidth() * shape.filters();
    long imageFloats = (long) shape.height() * shape.width() * shape.channels();
    Memory.check(outputGradient, gradientOffset, (images - 1) * gradientPitch + gradientFloats);
    Memory.check(weights, weightsOffset, packedFloats());
    Memory.check(imageGradient, imageOffset, (images - 1) * imagePitch + imageFloats);
    if (padded) {
      Memory.check(scratch, scratchOffset, scratchFloats());
    }
    // Where L1 holds a column's weights, they serve one image after the other; else those of a row serve all images.
    int batch = padded || columnWeights() <= L1_WEIGHTS ? 1 : images;
    for (int image = 0; image < images; image += batch) {
      long to = imageOffset + image * imagePitch;
      batch(
          batch, outputGradient, gradientOffset + image * gradientPitch, gradientPitch, weights, weightsOffset,
          padded ? scratch : imageGradient, padded ? scratchOffset : to, imagePitch);
      if (padded) {
        unpad(scratch, scratchOffset, imageGradient, to);
      }
    }
  }

  private void unpad(MemorySegment scratch, long scratchOffset, MemorySegment imageGradient, long imageOffset) {
    long floats = (long) shape.width() * shape.channels();
    for (int y = 0; y < shape.height(); y++) {
      long from = ((long) (y + shape.padTop()) * paddedWidth + shape.padLeft()) * shape.channels();
      Memory.copy(scratch, scratchOffset + from, imageGradient, imageOffset + y * floats, floats);
    }
  }

  private void batch(
      int images,
      MemorySegment outputGradient,
      long gradientOffset,
      long gradientPitch,
      MemorySegment weights,
      long weightsOffset,
      MemorySegment target,
      long targetOffset,
      long targetPitch) {
    long rowFloats = (long) paddedWidth * shape.channels();
    for (int i = 0; i < images; i++) {
      zeroWhatNoneStarts(target, targetOffset + i * targetPitch);
    }
    for (int j = 0; j < shape.kernelWidth(); j++) {
      for (int y = 0; y < paddedHeight; y++) {
        row(
            images, y, j == 0 && firstColumnStarts(), outputGradient, gradientOffset, gradientPitch, weights,
            weightsOffset + j * columnWeights(), target,
            targetOffset + y * rowFloats + (long) j * shape.dilationWidth() * shape.channels(), targetPitch);
      }
    }
  }

  /** Floats of the weights of one column of the kernel. */
  private long columnWeights() {
    return (long) shape.kernelHeight() * shape.channels() * shape.filters();
  }

  /** Whether the kernel's first column meets neighbouring pixels, whose sums it then starts. */
  private boolean firstColumnStarts() {
    return shape.strideWidth() == 1;
  }

  /** Sets the padded image to +0 where the kernel's first column does not start a sum. */
  private void zeroWhatNoneStarts(MemorySegment target, long targetOffset) {
    long rowFloats = (long) paddedWidth * shape.channels();
    for (int y = 0; y < paddedHeight; y++) {
      long started = firstColumnStarts() && seenBy.count(y) > 0 ? (long) shape.outputWidth() * shape.channels() : 0;
      Memory.zero(target, targetOffset + y * rowFloats + started, rowFloats - started);
    }
  }

  /** What one column of the kernel adds to row {@code y} of each padded image, or starts it with. */
  private void row(
      int images,
      int y,
      boolean start,
      MemorySegment outputGradient,
      long gradientOffset,
      long gradientPitch,
      MemorySegment weights,
      long weightsOffset,
      MemorySegment target,
      long targetOffset,
      long targetPitch) {
    int count = seenBy.count(y);
    if (count == 0) {
      return;
    }
    int row = seenBy.first(y);
    int kernelRow = (y - row * shape.strideHeight()) / shape.dilationHeight();
    long tap = (long) shape.channels() * shape.filters();
    long outputRow = (long) shape.outputWidth() * shape.filters();
    long from = gradientOffset + row * outputRow;
    long fromOuter = seenBy.apart() * outputRow;
    long weight = weightsOffset + (shape.kernelHeight() - 1 - kernelRow) * tap;
    long weightOuter = (long) seenBy.apart() * shape.strideHeight() / shape.dilationHeight() * tap;
    if (start) {
      product.runUnchecked(
          count, shape.filters(), outputGradient, from, fromOuter, weights, weight, weightOuter, target, targetOffset, images,
          gradientPitch, targetPitch);
    } else {
      product.accumulateUnchecked(
          count, shape.filters(), outputGradient, from, fromOuter, weights, weight, weightOuter, target, targetOffset, images,
          gradientPitch, targetPitch);
    }
  }
}
