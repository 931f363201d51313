package dev.lanewise.engine.kernel;

import dev.lanewise.engine.kernel.scalar.ScalarPooledConvolution;
import dev.lanewise.engine.kernel.simd.SimdPooledConvolution;
import dev.lanewise.engine.memory.Memory;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * A convolution with ReLU and 2x2 max pooling behind it, for predictions: read straight from the image, and pooled in
 * registers. Nothing is copied, and nothing but the maxima is written. Weights are packed as for {@link Convolution}.
 *
 * <p>Numeric contract: as {@link Convolution} and {@link Pooling#maxPool2x2Relu}. An output is the maximum of +0 and of 4
 * chains of fma, each from the bias over ascending (kernel row, kernel column, channel); NaN stays NaN.
 *
 * <p>Immutable and thread-safe; buffers are the caller's. Methods check extents and allocate nothing.
 */
public final class PooledConvolution {
  private final ConvolutionShape shape;
  private final int pooledHeight;
  private final int pooledWidth;
  private final int window;
  private final long aColumn;
  private final long aBelow;
  private final long aOuter;
  private final long bPanel;
  private final @Nullable SimdPooledConvolution simd;

  /**
   * Lays a convolution out.
   *
   * @param shape sizes; those of its output are even, and {@link ConvolutionShape#windowsLieInImage} holds
   * @throws IllegalArgumentException if that is not so
   */
  public PooledConvolution(ConvolutionShape shape) {
    if (!shape.windowsLieInImage() || shape.outputHeight() % 2 != 0 || shape.outputWidth() % 2 != 0) {
      throw new IllegalArgumentException("padded, dilated along rows, or of odd size: " + shape);
    }
    this.shape = shape;
    pooledHeight = shape.outputHeight() / 2;
    pooledWidth = shape.outputWidth() / 2;
    window = shape.kernelWidth() * shape.channels();
    long imageRow = (long) shape.width() * shape.channels();
    aColumn = (long) shape.strideWidth() * shape.channels();
    aBelow = shape.strideHeight() * imageRow;
    aOuter = shape.dilationHeight() * imageRow;
    bPanel = (long) shape.taps() * Product.PANEL;
    simd =
        Kernels.SIMD
            ? new SimdPooledConvolution(
                pooledHeight, pooledWidth, shape.filters(), aColumn, aBelow, window, bPanel)
            : null;
  }

  /** Floats of the weights as {@link #pack} lays them out. */
  public long packedFloats() {
    return Packing.panelFloats(shape.taps(), shape.filters());
  }

  /** Packs weights {@code [kernelHeight][kernelWidth][channels][filters]}. */
  public void pack(MemorySegment source, long sourceOffset, MemorySegment target, long targetOffset) {
    Packing.panels(source, sourceOffset, shape.taps(), shape.filters(), shape.filters(), target, targetOffset);
  }

  /**
   * Computes the pooled outputs of one image.
   *
   * @param image {@code [height][width][channels]}
   * @param weights packed weights
   * @param output {@code [outputHeight / 2][outputWidth / 2][filters]}
   */
  public void forward(
      MemorySegment image,
      long imageOffset,
      MemorySegment weights,
      long weightsOffset,
      MemorySegment bias,
      long biasOffset,
      MemorySegment output,
      long outputOffset) {
    int filters = shape.filters();
    Memory.check(image, imageOffset, (long) shape.height() * shape.width() * shape.channels());
    Memory.check(weights, weightsOffset, packedFloats());
    Memory.check(bias, biasOffset, filters);
    Memory.check(output, outputOffset, (long) pooledHeight * pooledWidth * filters);
    if (simd != null && Kernels.simd()) {
      simd.run(
          shape.kernelHeight(), image, imageOffset, aOuter, weights, weightsOffset, bias, biasOffset, output,
          outputOffset);
    } else {
      ScalarPooledConvolution.run(
          pooledHeight, pooledWidth, filters, shape.kernelHeight(), window, image, imageOffset, aColumn, aBelow, aOuter,
          weights, weightsOffset, Product.PANEL, bPanel, bias, biasOffset, output, outputOffset);
    }
  }
}
