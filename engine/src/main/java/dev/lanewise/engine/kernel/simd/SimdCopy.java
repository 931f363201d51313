package dev.lanewise.engine.kernel.simd;

import static dev.lanewise.engine.kernel.simd.SimdSupport.load;
import static dev.lanewise.engine.kernel.simd.SimdSupport.store;
import static dev.lanewise.engine.kernel.simd.SimdWidth.LANES;

import dev.lanewise.engine.memory.Window;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.VectorMask;

/** Copies of many short rows, for which the library's bulk copy takes longer to begin than to copy. */
public final class SimdCopy {
  private SimdCopy() {}

  /** See {@code kernel.Packing#rows}. */
  public static void rows(
      MemorySegment source,
      long sourceOffset,
      long sourceRow,
      int rows,
      int columns,
      MemorySegment target,
      long targetOffset,
      long targetRow) {
    MemorySegment from = Window.of(source, sourceOffset, (rows - 1) * sourceRow + columns);
    MemorySegment to = Window.of(target, targetOffset, (rows - 1) * targetRow + columns);
    for (int row = 0; row < rows; row++) {
      long i = Lanes.bytes(row * sourceRow);
      long o = Lanes.bytes(row * targetRow);
      int column = 0;
      for (; column <= columns - LANES; column += LANES) {
        long p = Lanes.bytes(column);
        store(load(from, (i + p) & Window.MASK), to, (o + p) & Window.MASK);
      }
      if (column < columns && columns > LANES) {
        // A whole vector that ends with the row, part of it for the second time, takes less than a masked one.
        long p = Lanes.bytes(columns - LANES);
        store(load(from, (i + p) & Window.MASK), to, (o + p) & Window.MASK);
      } else if (column < columns) {
        VectorMask<Float> some = Lanes.mask(columns - column);
        long p = Lanes.bytes(column);
        Lanes.store(Lanes.load(from, (i + p) & Window.MASK, some), to, (o + p) & Window.MASK, some);
      }
    }
  }
}
