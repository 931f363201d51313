package dev.lanewise.engine.kernel.scalar;

import dev.lanewise.engine.memory.Memory;
import java.lang.foreign.MemorySegment;

/** Sums over rows, the readable reference; the contract is in {@code kernel.Reduction}. */
public final class ScalarReduction {
  private ScalarReduction() {}

  /** See {@code kernel.Reduction#columnSum}. */
  public static void columnSum(
      MemorySegment source,
      long offset,
      int rows,
      int columns,
      int rowPitch,
      MemorySegment destination,
      long destinationOffset,
      boolean accumulate) {
    for (int c = 0; c < columns; c++) {
      long top = offset + c;
      float sum =
          (chain(source, top, 0, rows, rowPitch) + chain(source, top, 1, rows, rowPitch))
              + (chain(source, top, 2, rows, rowPitch) + chain(source, top, 3, rows, rowPitch));
      float before = accumulate ? Memory.get(destination, destinationOffset + c) : 0f;
      Memory.set(destination, destinationOffset + c, before + sum);
    }
  }

  /** The sum over every fourth row of one column. */
  private static float chain(MemorySegment source, long top, int first, int rows, long rowPitch) {
    float sum = 0f;
    for (int r = first; r < rows; r += 4) {
      sum += Memory.get(source, top + r * rowPitch);
    }
    return sum;
  }
}
