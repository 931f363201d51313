package dev.lanewise.engine.kernel.simd;

/**
 * What a micro-kernel is compiled for. Strides are in floats.
 *
 * @param rows rows of the tile, at least 1
 * @param vectors vectors in a row, 1 to {@link #MAX_VECTORS}; at most {@link #MAX_SUMS} sums in all
 * @param tail lanes of a row's last vector that exist, or 0 if all do
 * @param aRow distance of A's rows
 * @param aBelow 0; or, of a tile whose rows are 2x2 windows side by side, 4 rows each that become their maximum, the
 *     distance in A from a window's upper 2 to its lower 2
 * @param aStep distance of A's elements from one step of the sum to the next
 * @param bStep distance of B's rows from one step of the sum to the next
 * @param bPanel distance of B's panels, each of 2 vectors
 * @param relu whether {@code max(c, 0)} follows
 */
record TileShape(
    int rows, int vectors, int tail, long aRow, long aBelow, long aStep, long bStep, long bPanel, boolean relu) {
  static final int PANEL_VECTORS = 2;

  /** Rows that become one where a tile pools. */
  static final int WINDOW = 4;

  static final int MAX_VECTORS = 8;
  static final int MAX_SUMS = 24;

  /**
   * Rows of a tile of a single vector. 8 sums are enough to keep the units busy; with more, C2 would pass its limit of
   * nodes within the loop, not know the class of some sums, and make objects of them in some processes.
   */
  static final int MAX_SINGLE_ROWS = 8;

  private static final int MAX_SINGLE_ROWS_UNROLLED = 3;

  TileShape {
    if (rows < 1
        || vectors < 1
        || vectors > MAX_VECTORS
        || rows * vectors > MAX_SUMS
        || tail < 0
        || tail >= SimdWidth.LANES
        || (aBelow > 0 && rows % WINDOW != 0)) {
      throw new IllegalArgumentException("no such tile: " + rows + "x" + vectors + ", tail " + tail);
    }
  }

  /** Whether the rows are 2x2 windows, of which the maxima are wanted. */
  boolean pools() {
    return aBelow > 0;
  }

  /** Rows that a tile writes. */
  int outputRows() {
    return pools() ? rows / WINDOW : rows;
  }

  /** Where a row of A begins, in bytes. */
  long aBytes(int row) {
    return (pools() ? (row / WINDOW * 2 + row % 2) * aRow + row / 2 % 2 * aBelow : row * aRow) * Float.BYTES;
  }

  /** Where a vector of B's row begins, in bytes. */
  long bBytes(int vector) {
    return vector / PANEL_VECTORS * bPanel * Float.BYTES + (long) vector % PANEL_VECTORS * SimdWidth.BYTES;
  }

  /**
   * Steps in a round of the loop. Of 32 registers, few sums leave enough to load the next step ahead. Of 16 they
   * do not: C2 would spill in some processes. A single vector with few rows stays below C2's limit of nodes.
   */
  int unroll() {
    int most = vectors == 1 ? MAX_SINGLE_ROWS_UNROLLED : 12;
    return SimdWidth.FEW_REGISTERS || rows * vectors > most ? 1 : 2;
  }
}
