package dev.lanewise.engine.kernel.simd;

import static dev.lanewise.engine.kernel.simd.SimdSupport.LANES;

import java.lang.foreign.MemorySegment;

/**
 * A product cut into register tiles, columns outermost, so that a panel of B stays in the L1 cache
 * while A passes by. Immutable and thread-safe; the caller has checked every operand.
 */
public final class SimdProduct {
  /** With 32 registers 12 rows by 2 vectors leave 8 for A and B; with 16 registers 6 by 2 leave 4. */
  private static final int MAX_ROWS = SimdSupport.BITS == 512 ? TileShape.MAX_ROWS : 6;

  /** Tiles of few rows need more vectors to hide the latency of fma. */
  private static final int MAX_ROWS_OF_FOUR_VECTORS = SimdSupport.BITS == 512 ? 3 : 2;

  private static final int PANEL = 32;

  private final int rows;
  private final int columns;
  private final int tallTiles;
  private final int low;
  private final int block;
  private final long aRow;
  private final long bPanel;
  
  /** By height (low, tall) and width (a whole block, what remains); null where none is needed. */
  private final MicroKernel[] kernels;

  /**
   * Chooses the tiles: of one height if a good one divides the rows, since each height is one more
   * kernel to compile; otherwise rows are shared out evenly, and two heights occur.
   *
   * @param bPanel distance of B's panels of 32 columns; 32 if B's rows are contiguous
   */
  public SimdProduct(int rows, int columns, long aRow, long aStep, long bStep, long bPanel) {
    this.rows = rows;
    this.columns = columns;
    this.aRow = aRow;
    this.bPanel = bPanel;
    int tiles = tiles(rows);
    low = rows / tiles;
    tallTiles = rows % tiles;
    int tallest = tallTiles > 0 ? low + 1 : low;
    boolean four = tallest <= MAX_ROWS_OF_FOUR_VECTORS && bPanel == PANEL;
    block = (four ? 4 : 2) * LANES;
    int rest = columns % block;
    kernels = new MicroKernel[4];
    for (int tall = 0; tall <= 1; tall++) {
      if (tall == 0 || tallTiles > 0) {
        if (columns >= block) {
          kernels[2 * tall] = kernel(low + tall, block, aStep, bStep);
        }
        if (rest > 0) {
          kernels[2 * tall + 1] = kernel(low + tall, rest, aStep, bStep);
        }
      }
    }
  }

  private static int tiles(int rows) {
    for (int height = MAX_ROWS; height > MAX_ROWS * 3 / 4; height--) {
      if (rows % height == 0) {
        return rows / height;
      }
    }
    return (rows + MAX_ROWS - 1) / MAX_ROWS;
  }

  private MicroKernel kernel(int height, int width, long aStep, long bStep) {
    int vectors = (width + LANES - 1) / LANES;
    return MicroKernels.of(
        new TileShape(height, vectors, width % LANES, height == 1 ? 0 : aRow, aStep, bStep));
  }

  /**
   * Computes the product; see {@link MicroKernel} for the operands.
   *
   * @param initColumn 1 if init has a value for each column, 0 if its first 64 values serve all
   */
  public void run(
      int outer,
      int steps,
      MemorySegment a,
      long aOffset,
      long aOuter,
      MemorySegment b,
      long bOffset,
      long bOuter,
      MemorySegment init,
      long initOffset,
      long initRow,
      int initColumn,
      float floor,
      MemorySegment c,
      long cOffset,
      long cRow) {
    for (int column = 0; column < columns; column += block) {
      int narrow = columns - column < block ? 1 : 0;
      long panel = bOffset + (column / PANEL) * bPanel + column % PANEL;
      long start = initOffset + (long) initColumn * column;
      int tile = 0;
      for (int row = 0; row < rows; tile++) {
        int tall = tile < tallTiles ? 1 : 0;
        MicroKernel kernel = kernels[2 * tall + narrow];
        kernel.run(
            outer, steps, a, aOffset + row * aRow, aOuter, b, panel, bOuter, init,
            start + row * initRow, initRow, floor, c, cOffset + row * cRow + column, cRow);
        row += low + tall;
      }
    }
  }
}
