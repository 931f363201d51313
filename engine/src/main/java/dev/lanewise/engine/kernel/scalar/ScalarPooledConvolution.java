package dev.lanewise.engine.kernel.scalar;

import dev.lanewise.engine.memory.Memory;
import java.lang.foreign.MemorySegment;

/** A convolution with ReLU and 2x2 max pooling behind it, as its definition reads. */
public final class ScalarPooledConvolution {
  private ScalarPooledConvolution() {}

  /**
   * An image's pooled outputs, {@code [pooledHeight][pooledWidth][filters]}. Strides in floats; operands are unchecked.
   *
   * @param outer rows of the kernel
   * @param steps floats of an image's row that the kernel sees
   * @param aColumn distance in the image from what one output sees to what its neighbour on the right sees
   * @param aBelow the same for its neighbour below
   * @param panel filters in a panel of the weights
   * @param bPanel distance of the panels
   */
  public static void run(
      int pooledHeight,
      int pooledWidth,
      int filters,
      int outer,
      int steps,
      MemorySegment a,
      long aOffset,
      long aColumn,
      long aBelow,
      long aOuter,
      MemorySegment b,
      long bOffset,
      int panel,
      long bPanel,
      MemorySegment bias,
      long biasOffset,
      MemorySegment c,
      long cOffset) {
    for (int y = 0; y < pooledHeight; y++) {
      for (int x = 0; x < pooledWidth; x++) {
        for (int f = 0; f < filters; f++) {
          long weights = bOffset + f / panel * bPanel + f % panel;
          float max = 0;
          for (int i = 0; i < 4; i++) {
            long seen = aOffset + (2L * y + i / 2) * aBelow + (2L * x + i % 2) * aColumn;
            float sum = Memory.get(bias, biasOffset + f);
            for (int r = 0; r < outer; r++) {
              sum = addProducts(sum, steps, a, seen + r * aOuter, b, weights + (long) r * steps * panel, panel);
            }
            max = Math.max(max, sum);
          }
          Memory.set(c, cOffset + ((long) y * pooledWidth + x) * filters + f, max);
        }
      }
    }
  }

  /** {@code sum} plus {@code a[k] * b[k * bStep]}: apart, since the JIT compilers take a small method within milliseconds. */
  private static float addProducts(
      float sum, int steps, MemorySegment a, long aOffset, MemorySegment b, long bOffset, int bStep) {
    float next = sum;
    for (int k = 0; k < steps; k++) {
      next = Math.fma(Memory.get(a, aOffset + k), Memory.get(b, bOffset + (long) k * bStep), next);
    }
    return next;
  }
}
