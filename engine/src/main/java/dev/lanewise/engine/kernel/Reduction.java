package dev.lanewise.engine.kernel;

import dev.lanewise.engine.kernel.scalar.ScalarReduction;
import dev.lanewise.engine.kernel.simd.SimdReduction;
import dev.lanewise.engine.memory.Memory;
import java.lang.foreign.MemorySegment;

/**
 * Sums over the rows of a matrix: the gradient of a bias.
 *
 * <p>The order of additions is part of the contract: four partial sums a column, the p-th over the
 * rows p, p + 4, p + 8, ... in ascending order from +0; what is left of the rows after the last whole
 * four goes to the first of them; then {@code (p0 + p1) + (p2 + p3)}, and only then the earlier value
 * of the destination is added, on the left. One chain a column would be bound by the latency of an
 * addition wherever columns are few: 32 columns are two vectors of 512 bit.
 *
 * <p>Static, thread-safe for disjoint destinations, without allocation.
 */
public final class Reduction {
  private Reduction() {}

  /**
   * {@code destination[c] = (accumulate ? destination[c] : 0) + sum over r of source[r][c]}.
   *
   * @param source matrix of {@code rows} rows
   * @param offset its first element, in floats
   * @param rows at least 0
   * @param columns at least 1; columns beyond are not touched in either operand
   * @param rowPitch floats from one row to the next, at least {@code columns}
   * @param destination {@code columns} sums; must not overlap the source
   * @param destinationOffset its first element, in floats
   * @param accumulate whether the sums are added to what the destination holds
   * @throws IndexOutOfBoundsException if an operand does not lie within its segment
   * @throws IllegalArgumentException if a size is out of range
   */
  public static void columnSum(
      MemorySegment source,
      long offset,
      int rows,
      int columns,
      int rowPitch,
      MemorySegment destination,
      long destinationOffset,
      boolean accumulate) {
    if (rows < 0 || columns < 1 || rowPitch < columns) {
      throw new IllegalArgumentException(
          "rows " + rows + ", columns " + columns + ", row pitch " + rowPitch);
    }
    Memory.check(source, offset, rows == 0 ? 0 : (rows - 1L) * rowPitch + columns);
    Memory.check(destination, destinationOffset, columns);
    if (Kernels.SIMD) {
      SimdReduction.columnSum(
          source, offset, rows, columns, rowPitch, destination, destinationOffset, accumulate);
    } else {
      ScalarReduction.columnSum(
          source, offset, rows, columns, rowPitch, destination, destinationOffset, accumulate);
    }
  }
}
