package dev.lanewise.engine.kernel.simd;

/**
 * How rows are cut into tiles: all of one height if a good one divides them, since each height is one more kernel to compile;
 * otherwise evenly, and two heights occur.
 *
 * @param tall tiles that are a row taller than the others; they come first
 * @param low the other tiles, at least 1
 * @param height rows of a low tile
 */
record Cut(int tall, int low, int height) {
  /**
   * Cuts rows up.
   *
   * @param most rows of a tile, at most
   */
  static Cut of(int rows, int most) {
    int tiles = tiles(rows, most);
    return new Cut(rows % tiles, tiles - rows % tiles, rows / tiles);
  }

  private static int tiles(int rows, int most) {
    for (int height = most; height * 4 > most * 3; height--) {
      if (rows % height == 0) {
        return rows / height;
      }
    }
    return (rows + most - 1) / most;
  }

  /** Whether all rows are one tile. */
  boolean single() {
    return tall + low == 1;
  }

  /** Rows of all tall tiles. */
  int tallRows() {
    return tall * (height + 1);
  }
}
