package dev.lanewise.engine.kernel.simd;

import static dev.lanewise.engine.kernel.simd.SimdWidth.LANES;

import java.lang.foreign.MemorySegment;

/**
 * A convolution with ReLU and 2x2 max pooling behind it. A tile is one to three windows of the pooling, whose maxima are
 * taken while their 4 sums a filter are in registers. Filters are the outermost loop, so that a panel of weights stays in the L1 cache
 * while the image passes by. Immutable and thread-safe; the caller has checked every operand.
 */
public final class SimdPooledConvolution {
  private static final int PANEL = SimdProduct.PANEL;

  /**
   * Windows in a tile of two vectors. One alone has just as many sums as must be under way; three have 24, as the tiles of
   * {@link SimdProduct} do, for which 16 registers do not suffice.
   */
  private static final int MAX_WINDOWS = SimdWidth.FEW_REGISTERS ? 1 : 3;

  private final int pooledHeight;
  private final int pooledWidth;
  private final int filters;
  private final long aColumn;
  private final long aBelow;
  private final int window;
  private final long bPanel;

  /** By width, as the kernels: how a row of windows is cut into tiles. */
  private final Cut[] cuts = new Cut[2];

  /** By width (a whole panel, what remains) and length (few windows, one more); null where none is needed. */
  private final MicroKernels.Lazy[] kernels = new MicroKernels.Lazy[4];

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
    for (int narrow = 0; narrow <= 1; narrow++) {
      int width = narrow == 1 ? filters % PANEL : Math.min(filters, PANEL) / PANEL * PANEL;
      if (width > 0) {
        int most = width <= LANES ? Math.min(MAX_WINDOWS, TileShape.MAX_SINGLE_ROWS / TileShape.WINDOW) : MAX_WINDOWS;
        Cut cut = Cut.of(pooledWidth, most);
        cuts[narrow] = cut;
        kernels[narrow] = kernel(cut.height(), width, aColumn, aBelow);
        if (cut.tall() > 0) {
          kernels[2 + narrow] = kernel(cut.height() + 1, width, aColumn, aBelow);
        }
      }
    }
  }

  private static MicroKernels.Lazy kernel(int windows, int width, long aColumn, long aBelow) {
    int vectors = (width + LANES - 1) / LANES;
    return MicroKernels.of(
        new TileShape(TileShape.WINDOW * windows, vectors, width % LANES, aColumn, aBelow, 1, PANEL, PANEL, true));
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
    long bOuter = (long) window * PANEL;
    long tileColumn = 2 * aColumn;
    for (int filter = 0; filter < filters; filter += PANEL) {
      int narrow = filters - filter < PANEL ? 1 : 0;
      long panel = bOffset + filter / PANEL * bPanel;
      Cut cut = cuts[narrow];
      int longer = cut.tallRows();
      for (int y = 0; y < pooledHeight; y++) {
        long image = aOffset + 2L * y * aBelow;
        long to = cOffset + (long) y * pooledWidth * filters + filter;
        if (longer > 0) {
          kernels[2 + narrow].get().run(
              outer, window, a, image, aOuter, b, panel, bOuter, bias, biasOffset + filter, 0, c, to, filters, cut.tall(),
              (cut.height() + 1) * tileColumn, 0, (cut.height() + 1L) * filters);
        }
        kernels[narrow].get().run(
            outer, window, a, image + longer * tileColumn, aOuter, b, panel, bOuter, bias, biasOffset + filter, 0, c,
            to + (long) longer * filters, filters, cut.low(), cut.height() * tileColumn, 0,
            (long) cut.height() * filters);
      }
    }
  }
}
