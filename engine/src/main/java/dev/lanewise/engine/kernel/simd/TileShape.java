package dev.lanewise.engine.kernel.simd;

/**
 * What a copy of the micro-kernel is compiled for. Strides are in floats.
 *
 * @param rows rows of the tile, 1 to {@link #MAX_ROWS}
 * @param vectors vectors in a row, 1 to {@link #MAX_VECTORS}; at most 2 above {@link #MAX_WIDE_ROWS} rows
 * @param tail lanes of a row's last vector that exist, or 0 if all do
 * @param aRow distance of A's rows
 * @param aStep distance of A's elements from one step of the sum to the next
 * @param bStep distance of B's rows from one step of the sum to the next
 */
record TileShape(int rows, int vectors, int tail, long aRow, long aStep, long bStep) {
  static final int MAX_ROWS = 12;
  static final int MAX_WIDE_ROWS = 3;
  static final int MAX_VECTORS = 4;

  TileShape {
    if (rows < 1
        || rows > MAX_ROWS
        || vectors < 1
        || vectors > (rows > MAX_WIDE_ROWS ? 2 : MAX_VECTORS)
        || tail < 0
        || tail >= SimdSupport.LANES) {
      throw new IllegalArgumentException("no such tile: " + rows + "x" + vectors + ", tail " + tail);
    }
  }
}
