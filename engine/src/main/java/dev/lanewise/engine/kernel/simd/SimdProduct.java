package dev.lanewise.engine.kernel.simd;

import static dev.lanewise.engine.kernel.simd.SimdWidth.LANES;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * A product cut into register tiles, columns outermost, so that a panel of B stays in the L1 cache
 * while A passes by. Immutable and thread-safe; the caller has checked every operand.
 */
public final class SimdProduct {
  /** Columns in a panel of B. */
  public static final int PANEL = TileShape.PANEL_VECTORS * LANES;

  /**
   * Of 32 registers, 12 rows by 2 vectors or 6 by 4 leave 8 for A and B. Of 16, C2 fits 6 by 2 without spilling in some
   * shapes only, and 5 by 2 in all.
   */
  private static final int MAX_SUMS = SimdWidth.FEW_REGISTERS ? 10 : TileShape.MAX_SUMS;

  private static final int SUMS_UNDER_WAY = 8;

  /** Where sums that start at +0 are loaded from: as wide as the widest tile. */
  private static final MemorySegment ZEROS =
      Arena.global().allocate((long) TileShape.MAX_VECTORS * SimdWidth.BYTES, SimdWidth.BYTES);

  private final int columns;
  private final int block;

  /** By width, as the kernels; null where none is needed. */
  private final Cut[] cuts = new Cut[2];

  private final long aRow;
  private final long bPanel;

  /** By width (a whole block, what remains) and height (low, tall); null where none is needed. */
  private final MicroKernels.Lazy[] kernels;

  /**
   * Chooses the tiles.
   *
   * @param rows rows of C
   * @param bPanel distance of B's panels; {@link #PANEL} if B's rows are contiguous
   */
  public SimdProduct(int rows, int columns, long aRow, long aStep, long bStep, long bPanel, boolean relu) {
    this.columns = columns;
    this.aRow = aRow;
    this.bPanel = bPanel;
    // As many sums need fewer loads in four vectors than in two, but four leave too few of 16 registers.
    boolean wide = !SimdWidth.FEW_REGISTERS && bPanel == PANEL && columns >= 4 * LANES;
    int vectors = Math.max(wide ? 4 : TileShape.PANEL_VECTORS, fewRows(rows));
    block = vectors * LANES;
    kernels = new MicroKernels.Lazy[4];
    for (int narrow = 0; narrow <= 1; narrow++) {
      int width = narrow == 1 ? columns % block : Math.min(columns, block) / block * block;
      if (width > 0) {
        int most = MAX_SUMS / vectors;
        Cut cut = Cut.of(rows, width <= LANES ? Math.min(most, TileShape.MAX_SINGLE_ROWS) : most);
        cuts[narrow] = cut;
        kernels[narrow] = kernel(cut.height(), width, aStep, bStep, relu);
        if (cut.tall() > 0) {
          kernels[2 + narrow] = kernel(cut.height() + 1, width, aStep, bStep, relu);
        }
      }
    }
  }

  /**
   * Vectors in a row of the tile where rows are few. An fma's result takes as long as 8 fma to begin, so 8 sums must be
   * under way; 1 or 2 rows get them from several panels, and 3 from three vectors where B's rows are contiguous.
   */
  private int fewRows(int rows) {
    if (rows == 3 && bPanel == PANEL && columns >= 3 * LANES) {
      return 3;
    }
    int wanted = rows == 1 ? SUMS_UNDER_WAY : rows == 2 ? SUMS_UNDER_WAY / 2 : 1;
    while (wanted > TileShape.PANEL_VECTORS && (long) (wanted / 2) * LANES >= columns) {
      wanted /= 2;
    }
    return wanted;
  }

  private MicroKernels.Lazy kernel(int height, int width, long aStep, long bStep, boolean relu) {
    int vectors = (width + LANES - 1) / LANES;
    // The stride of a single row does not matter: one kernel serves all of them.
    long stride = height == 1 ? 0 : aRow;
    return MicroKernels.of(
        new TileShape(
            height, vectors, width % LANES, stride, 0, aStep, bStep, vectors > TileShape.PANEL_VECTORS ? bPanel : PANEL,
            relu));
  }

  /**
   * Computes products with the same B whose sums start at +0; see {@link MicroKernel} for the operands.
   *
   * @param batch how many
   * @param aBatch distance in A from one to the next
   * @param cBatch the same in C
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
      MemorySegment c,
      long cOffset,
      long cRow,
      int batch,
      long aBatch,
      long cBatch) {
    run(outer, steps, a, aOffset, aOuter, b, bOffset, bOuter, ZEROS, 0, 0, 0, 0, c, cOffset, cRow, batch, aBatch, cBatch);
  }

  /**
   * Computes products with the same B; see {@link MicroKernel} for the operands.
   *
   * @param startBatch distance in start from one product to the next
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
      MemorySegment start,
      long startOffset,
      long startRow,
      long startBatch,
      MemorySegment c,
      long cOffset,
      long cRow,
      int batch,
      long aBatch,
      long cBatch) {
    run(
        outer, steps, a, aOffset, aOuter, b, bOffset, bOuter, start, startOffset, startRow, startBatch, 1, c, cOffset, cRow,
        batch, aBatch, cBatch);
  }

  /**
   * Computes the products.
   *
   * @param startColumn distance of start's columns from one block of columns to the next, for each column: 1, or 0 where
   *     all blocks start from the same
   */
  private void run(
      int outer,
      int steps,
      MemorySegment a,
      long aOffset,
      long aOuter,
      MemorySegment b,
      long bOffset,
      long bOuter,
      MemorySegment start,
      long startOffset,
      long startRow,
      long startBatch,
      int startColumn,
      MemorySegment c,
      long cOffset,
      long cRow,
      int batch,
      long aBatch,
      long cBatch) {
    for (int column = 0; column < columns; column += block) {
      int narrow = columns - column < block ? 1 : 0;
      long panel = bOffset + (column / PANEL) * bPanel + column % PANEL;
      long from = startOffset + (long) column * startColumn;
      long to = cOffset + column;
      Cut cut = cuts[narrow];
      if (cut.single()) {
        kernels[narrow].get().run(
            outer, steps, a, aOffset, aOuter, b, panel, bOuter, start, from, startRow, c, to, cRow, batch, aBatch,
            startBatch, cBatch);
        continue;
      }
      for (int i = 0; i < batch; i++) {
        column(
            narrow, outer, steps, a, aOffset + i * aBatch, aOuter, b, panel, bOuter, start, from + i * startBatch, startRow, c,
            to + i * cBatch, cRow);
      }
    }
  }

  /** Computes one product's block of columns. */
  private void column(
      int narrow,
      int outer,
      int steps,
      MemorySegment a,
      long aOffset,
      long aOuter,
      MemorySegment b,
      long bOffset,
      long bOuter,
      MemorySegment start,
      long startOffset,
      long startRow,
      MemorySegment c,
      long cOffset,
      long cRow) {
    Cut cut = cuts[narrow];
    int tall = cut.tallRows();
    if (tall > 0) {
      int height = cut.height() + 1;
      kernels[2 + narrow].get().run(
          outer, steps, a, aOffset, aOuter, b, bOffset, bOuter, start, startOffset, startRow, c, cOffset, cRow, cut.tall(),
          height * aRow, height * startRow, height * cRow);
    }
    int height = cut.height();
    kernels[narrow].get().run(
        outer, steps, a, aOffset + tall * aRow, aOuter, b, bOffset, bOuter, start, startOffset + tall * startRow, startRow, c,
        cOffset + tall * cRow, cRow, cut.low(), height * aRow, height * startRow, height * cRow);
  }
}
