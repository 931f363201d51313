package dev.lanewise.engine.kernel.simd;

import static dev.lanewise.engine.kernel.simd.SimdWidth.LANES;

import java.lang.foreign.MemorySegment;

/**
 * A convolution with ReLU and 2x2 max pooling behind it. A tile is one window of the pooling, whose maximum is taken while
 * its 4 sums a filter are in registers. Filters are the outermost loop, so that a panel of weights stays in the L1 cache
 * while the image passes by. Immutable and thread-safe; the caller has checked every operand.
 */
public final class SimdPooledConvolution {
  private static final int PANEL = SimdProduct.PANEL;
  private static final int WINDOW = 4;

  private final int pooledHeight;
  private final int pooledWidth;
  private final int filters;
  private final long aColumn;
  private final long aBelow;
  private final int window;
  private final long bPanel;
  private final MicroKernels.Lazy[] kernels = new MicroKernels.Lazy[2];

  /**
   * Chooses the tiles.
   *
   * @param aColumn distance in the image from what one output sees to what its neighbour on the right sees
   * @param aBelow the same for its neighbour below
   * @param window floats of an image's row that the kernel sees
   * @param bPanel distance of the panels of the weights
   */
  public SimdPooledConvolution(
      int pooledHeight, int pooledWidth, int filters, long aColumn, long aBelow, int window, long bPanel) {
    this.pooledHeight = pooledHeight;
    this.pooledWidth = pooledWidth;
    this.filters = filters;
    this.aColumn = aColumn;
    this.aBelow = aBelow;
    this.window = window;
    this.bPanel = bPanel;
    int rest = filters % PANEL;
    if (filters >= PANEL) {
      kernels[0] = kernel(PANEL, aColumn, aBelow);
    }
    if (rest > 0) {
      kernels[1] = kernel(rest, aColumn, aBelow);
    }
  }

  private static MicroKernels.Lazy kernel(int width, long aColumn, long aBelow) {
    int vectors = (width + LANES - 1) / LANES;
    return MicroKernels.of(
        new TileShape(WINDOW, vectors, width % LANES, aColumn, aBelow, 1, PANEL, PANEL, true));
  }

  /** Computes an image's pooled outputs; see {@link MicroKernel} for the operands. */
  public void run(
      int outer,
      MemorySegment a,
      long aOffset,
      long aOuter,
      MemorySegment b,
      long bOffset,
      MemorySegment bias,
      long biasOffset,
      MemorySegment c,
      long cOffset) {
    for (int filter = 0; filter < filters; filter += PANEL) {
      MicroKernel kernel = kernels[filters - filter < PANEL ? 1 : 0].get();
      long panel = bOffset + filter / PANEL * bPanel;
      for (int y = 0; y < pooledHeight; y++) {
        kernel.run(
            outer, window, a, aOffset + 2L * y * aBelow, aOuter, b, panel, (long) window * PANEL, bias, biasOffset + filter,
            0, c, cOffset + (long) y * pooledWidth * filters + filter, filters, pooledWidth, 2 * aColumn);
      }
    }
  }
}
