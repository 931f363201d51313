package dev.lanewise.engine.kernel.simd;

/**
 * What a micro-kernel is compiled for. Strides are in floats.
 *
 * @param rows rows of the tile, at least 1
 * @param vectors vectors in a row, 1 to {@link #MAX_VECTORS}; at most {@link #MAX_SUMS} sums in all
 * @param tail lanes of a row's last vector that exist, or 0 if all do
 * @param aRow distance of A's rows
 * @param aStep distance of A's elements from one step of the sum to the next
 * @param bStep distance of B's rows from one step of the sum to the next
 * @param relu whether {@code max(c, 0)} follows
 */
record TileShape(int rows, int vectors, int tail, long aRow, long aStep, long bStep, boolean relu) {
  static final int MAX_VECTORS = 4;
  static final int MAX_SUMS = 24;

  TileShape {
    if (rows < 1
        || vectors < 1
        || vectors > MAX_VECTORS
        || rows * vectors > MAX_SUMS
        || tail < 0
        || tail >= SimdSupport.LANES) {
      throw new IllegalArgumentException("no such tile: " + rows + "x" + vectors + ", tail " + tail);
    }
  }

  /**
   * Steps in a round of the loop. Few sums leave registers to load the next step ahead; with many, C2 would
   * spill.
   */
  int unroll() {
    return rows * vectors > (SimdSupport.FEW_REGISTERS ? 8 : 12) ? 1 : 2;
  }
}
