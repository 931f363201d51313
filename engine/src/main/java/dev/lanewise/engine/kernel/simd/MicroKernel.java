package dev.lanewise.engine.kernel.simd;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodType;

/**
 * Tiles of a product or of several with the same B: {@code C[i][j] = start[i][j] + sum over r, k of A[i][r][k] * B[r][k][j]},
 * then ReLU if the tile has one, each element one chain of fused multiply-adds in ascending (r, k). A tile that pools has
 * one row in C, the maxima of its own.
 */
interface MicroKernel {
  /** Bound of the distance of rows, which lets C2 prove that an access lies inside its window. */
  long ROW_STRIDE_MASK = 0xFFF_FFFF;

  /** The type of {@link #run}. */
  MethodType RUN = methodType();

  private static MethodType methodType() {
    return MethodType.methodType(
        void.class, int.class, int.class, MemorySegment.class, long.class, long.class, MemorySegment.class,
        long.class, long.class, MemorySegment.class, long.class, long.class, MemorySegment.class, long.class,
        long.class, int.class, long.class, long.class, long.class);
  }

  /**
   * Computes the tiles. Operands are unchecked; strides and offsets are in floats.
   *
   * @param outer trips of the outer loop of the sum
   * @param steps trips of the inner loop
   * @param aOuter distance in A from one outer trip to the next
   * @param bOuter distance in B from one outer trip to the next
   * @param start where the chains start: C itself, or a bias
   * @param startRow distance of the rows of start; 0 for a bias, and yet a variable: a vector that C2 knows to be the
   *     start of many sums makes its register allocator spill them in the loop
   * @param tiles how many
   * @param aTile distance in A from one tile to the next
   * @param startTile the same in start
   * @param cTile the same in C
   */
  void run(
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
      long cRow,
      int tiles,
      long aTile,
      long startTile,
      long cTile);
}
