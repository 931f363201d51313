package dev.lanewise.engine.kernel;

import dev.lanewise.engine.kernel.simd.SimdCopy;
import dev.lanewise.engine.memory.Memory;
import java.lang.foreign.MemorySegment;

/**
 * Copies of weights in the order in which a {@link Product} reads them. Pure data movement: no twin is
 * needed. Thread-safe; allocates nothing.
 */
public final class Packing {
  private static final int PANEL = Product.PANEL;

  private Packing() {}

  /** Floats that {@code rows x columns} take in panels. */
  public static long panelFloats(int rows, int columns) {
    return (long) (columns + PANEL - 1) / PANEL * PANEL * rows;
  }

  /**
   * Lays a row-major matrix out in panels of {@link Product#PANEL} columns, each without gaps. What a last,
   * narrower panel lacks is left untouched.
   *
   * @param rowStride distance of the source's rows
   */
  public static void panels(
      MemorySegment source,
      long sourceOffset,
      int rows,
      int columns,
      long rowStride,
      MemorySegment target,
      long targetOffset) {
    Memory.check(source, sourceOffset, (rows - 1) * rowStride + columns);
    Memory.check(target, targetOffset, panelFloats(rows, columns));
    for (int first = 0; first < columns; first += PANEL) {
      int width = Math.min(PANEL, columns - first);
      long panel = targetOffset + (long) first * rows;
      rows(source, sourceOffset + first, rowStride, rows, width, target, panel, PANEL);
    }
  }

  /**
   * Copies a matrix from one distance of rows to another.
   *
   * @param sourceRow distance of the source's rows
   * @param targetRow distance of the target's rows; what lies between them is left untouched
   */
  static void rows(
      MemorySegment source,
      long sourceOffset,
      long sourceRow,
      int rows,
      int columns,
      MemorySegment target,
      long targetOffset,
      long targetRow) {
    Memory.check(source, sourceOffset, (rows - 1) * sourceRow + columns);
    Memory.check(target, targetOffset, (rows - 1) * targetRow + columns);
    if (Kernels.simd()) {
      SimdCopy.rows(source, sourceOffset, sourceRow, rows, columns, target, targetOffset, targetRow);
      return;
    }
    for (int row = 0; row < rows; row++) {
      Memory.copy(source, sourceOffset + row * sourceRow, target, targetOffset + row * targetRow, columns);
    }
  }

  /** Transposes a row-major {@code rows x columns} matrix without gaps. */
  public static void transpose(
      MemorySegment source, long sourceOffset, int rows, int columns, MemorySegment target, long targetOffset) {
    Memory.check(source, sourceOffset, (long) rows * columns);
    Memory.check(target, targetOffset, (long) rows * columns);
    // Eight rows at a time: each line of the target is then written while it is in the cache.
    for (int first = 0; first < rows; first += 8) {
      int last = Math.min(rows, first + 8);
      for (int column = 0; column < columns; column++) {
        for (int row = first; row < last; row++) {
          Memory.set(
              target,
              targetOffset + (long) column * rows + row,
              Memory.get(source, sourceOffset + (long) row * columns + column));
        }
      }
    }
  }
}
