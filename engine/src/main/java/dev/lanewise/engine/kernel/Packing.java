package dev.lanewise.engine.kernel;

import dev.lanewise.engine.kernel.simd.SimdCopy;
import dev.lanewise.engine.memory.Memory;
import dev.lanewise.engine.memory.Window;
import java.lang.foreign.MemorySegment;

/**
 * Copies of weights in the order in which a {@link Product} reads them. Pure data movement: no twin is
 * needed. Thread-safe; allocates nothing.
 */
public final class Packing {
  private static final int PANEL = Product.PANEL;

  /** As many cache lines as a block of a transposition reads at a time. */
  private static final int TRANSPOSED_ROWS = 64;

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
    // A block of rows at a time: what one column reads is still in the cache when its neighbours are read.
    for (int row = 0; row < rows; row += TRANSPOSED_ROWS) {
      int count = Math.min(TRANSPOSED_ROWS, rows - row);
      for (int column = 0; column < columns; column++) {
        column(
            source, sourceOffset + (long) row * columns + column, columns, count, target,
            targetOffset + (long) column * rows + row);
      }
    }
  }

  /** Copies elements that lie a row apart next to each other; without bounds checks, which take longer than the copies. */
  private static void column(
      MemorySegment source, long sourceOffset, int columns, int count, MemorySegment target, long targetOffset) {
    MemorySegment from = Window.whole(source);
    MemorySegment to = Window.whole(target);
    long f = Window.base(source, sourceOffset);
    long t = Window.base(target, targetOffset);
    long stride = (long) columns * Float.BYTES;
    int i = 0;
    for (; i <= count - 4; i += 4) {
      float a = from.get(Memory.FLOAT, f);
      float b = from.get(Memory.FLOAT, f + stride);
      float c = from.get(Memory.FLOAT, f + 2 * stride);
      float d = from.get(Memory.FLOAT, f + 3 * stride);
      to.set(Memory.FLOAT, t, a);
      to.set(Memory.FLOAT, t + Float.BYTES, b);
      to.set(Memory.FLOAT, t + 2 * Float.BYTES, c);
      to.set(Memory.FLOAT, t + 3 * Float.BYTES, d);
      f = (f + 4 * stride) & Window.ADDRESS_MASK;
      t = (t + 4 * Float.BYTES) & Window.ADDRESS_MASK;
    }
    for (; i < count; i++) {
      to.set(Memory.FLOAT, t, from.get(Memory.FLOAT, f));
      f = (f + stride) & Window.ADDRESS_MASK;
      t = (t + Float.BYTES) & Window.ADDRESS_MASK;
    }
  }
}
