package dev.lanewise.engine.kernel.simd;

import java.lang.foreign.MemorySegment;

/**
 * One tile of a product: {@code C[i][j] = max(floor, init[i][j] + sum over r, k of A[i][r][k] *
 * B[r][k][j])}, each element one chain of fused multiply-adds in ascending (r, k).
 */
interface MicroKernel {
  /** Bounds of the loops and strides, which let C2 prove that an access lies inside its window. */
  long STEP_MASK = 0xFFFF;

  long OUTER_MASK = 0x3FF;
  long OUTER_STRIDE_MASK = 0x7F_FFFF;
  long ROW_STRIDE_MASK = 0xFFF_FFFF;

  /**
   * Computes the tile. Operands are unchecked; strides and offsets are in floats.
   *
   * @param outer trips of the outer loop of the sum, at most {@link #OUTER_MASK}
   * @param steps trips of the inner loop, at most {@link #STEP_MASK}
   * @param aOuter distance in A from one outer trip to the next
   * @param bOuter distance in B from one outer trip to the next
   * @param init where the chains start, for example a bias, zeros or C itself
   * @param initRow distance of init's rows, 0 to start every row alike
   * @param floor lower bound of the result: 0 for ReLU, negative infinity for none
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
      MemorySegment init,
      long initOffset,
      long initRow,
      float floor,
      MemorySegment c,
      long cOffset,
      long cRow);
}
