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
    int whole = rows & -4;
    for (int c = 0; c < columns; c++) {
      long top = offset + c;
      float p0 = sum(0f, source, top, 0, whole, 4, rowPitch);
      float p1 = sum(0f, source, top, 1, whole, 4, rowPitch);
      float p2 = sum(0f, source, top, 2, whole, 4, rowPitch);
      float p3 = sum(0f, source, top, 3, whole, 4, rowPitch);
      float sum = (sum(p0, source, top, whole, rows, 1, rowPitch) + p1) + (p2 + p3);
      float before = accumulate ? Memory.get(destination, destinationOffset + c) : 0f;
      Memory.set(destination, destinationOffset + c, before + sum);
    }
  }

  /** Adds the rows from, from + step, ... below to of one column to a sum. */
  private static float sum(
      float sum, MemorySegment source, long top, int from, int to, int step, long rowPitch) {
    for (int r = from; r < to; r += step) {
      sum += Memory.get(source, top + r * rowPitch);
    }
    return sum;
  }
}
