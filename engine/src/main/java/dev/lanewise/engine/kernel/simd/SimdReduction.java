package dev.lanewise.engine.kernel.simd;

import static dev.lanewise.engine.kernel.simd.SimdSupport.BYTES;
import static dev.lanewise.engine.kernel.simd.SimdSupport.LANES;
import static dev.lanewise.engine.kernel.simd.SimdSupport.SPECIES;
import static dev.lanewise.engine.kernel.simd.SimdSupport.load;
import static dev.lanewise.engine.kernel.simd.SimdSupport.store;

import dev.lanewise.engine.memory.Memory;
import dev.lanewise.engine.memory.Window;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/**
 * Sums over rows with vectors along the columns; the contract is in {@code kernel.Reduction}. Two
 * vectors of columns with four partial sums each are eight chains: enough to hide the latency of an
 * addition, and few enough for 16 registers.
 */
public final class SimdReduction {
  private SimdReduction() {}

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
    if (rows == 0) {
      empty(columns, destination, destinationOffset, accumulate);
      return;
    }
    MemorySegment from = Window.of(source, offset, (rows - 1L) * rowPitch + columns);
    MemorySegment to = Window.of(destination, destinationOffset, columns);
    long pitch = rowPitch * (long) Float.BYTES;
    int c = 0;
    for (; c <= columns - 2 * LANES; c += 2 * LANES) {
      pair(from, c * (long) Float.BYTES, rows, pitch, to, accumulate);
    }
    for (; c < columns; c += LANES) {
      single(from, c * (long) Float.BYTES, rows, pitch, to, columns - c, accumulate);
    }
  }

  private static void pair(
      MemorySegment from, long column, int rows, long pitch, MemorySegment to, boolean accumulate) {
    FloatVector a0 = FloatVector.zero(SPECIES);
    FloatVector a1 = a0;
    FloatVector a2 = a0;
    FloatVector a3 = a0;
    FloatVector b0 = a0;
    FloatVector b1 = a0;
    FloatVector b2 = a0;
    FloatVector b3 = a0;
    long p = column;
    int r = 0;
    for (; r < rows - 3; r += 4) {
      long p0 = p & Window.MASK;
      long p1 = (p + pitch) & Window.MASK;
      long p2 = (p + 2 * pitch) & Window.MASK;
      long p3 = (p + 3 * pitch) & Window.MASK;
      a0 = a0.add(load(from, p0));
      b0 = b0.add(load(from, p0 + BYTES));
      a1 = a1.add(load(from, p1));
      b1 = b1.add(load(from, p1 + BYTES));
      a2 = a2.add(load(from, p2));
      b2 = b2.add(load(from, p2 + BYTES));
      a3 = a3.add(load(from, p3));
      b3 = b3.add(load(from, p3 + BYTES));
      p += 4 * pitch;
    }
    if (r < rows) {
      long q = p & Window.MASK;
      a0 = a0.add(load(from, q));
      b0 = b0.add(load(from, q + BYTES));
    }
    if (r + 1 < rows) {
      long q = (p + pitch) & Window.MASK;
      a1 = a1.add(load(from, q));
      b1 = b1.add(load(from, q + BYTES));
    }
    if (r + 2 < rows) {
      long q = (p + 2 * pitch) & Window.MASK;
      a2 = a2.add(load(from, q));
      b2 = b2.add(load(from, q + BYTES));
    }
    FloatVector a = a0.add(a1).add(a2.add(a3));
    FloatVector b = b0.add(b1).add(b2.add(b3));
    long o = column & Window.MASK;
    FloatVector zero = FloatVector.zero(SPECIES);
    store((accumulate ? load(to, o) : zero).add(a), to, o);
    store((accumulate ? load(to, o + BYTES) : zero).add(b), to, o + BYTES);
  }

  /** One vector of columns, of which {@code left} exist. */
  private static void single(
      MemorySegment from,
      long column,
      int rows,
      long pitch,
      MemorySegment to,
      int left,
      boolean accumulate) {
    VectorMask<Float> mask = Tail.mask(left);
    FloatVector a0 = FloatVector.zero(SPECIES);
    FloatVector a1 = a0;
    FloatVector a2 = a0;
    FloatVector a3 = a0;
    long p = column;
    int r = 0;
    for (; r < rows - 3; r += 4) {
      a0 = a0.add(Tail.load(from, p & Window.MASK, mask));
      a1 = a1.add(Tail.load(from, (p + pitch) & Window.MASK, mask));
      a2 = a2.add(Tail.load(from, (p + 2 * pitch) & Window.MASK, mask));
      a3 = a3.add(Tail.load(from, (p + 3 * pitch) & Window.MASK, mask));
      p += 4 * pitch;
    }
    if (r < rows) {
      a0 = a0.add(Tail.load(from, p & Window.MASK, mask));
    }
    if (r + 1 < rows) {
      a1 = a1.add(Tail.load(from, (p + pitch) & Window.MASK, mask));
    }
    if (r + 2 < rows) {
      a2 = a2.add(Tail.load(from, (p + 2 * pitch) & Window.MASK, mask));
    }
    FloatVector sum = a0.add(a1).add(a2.add(a3));
    long o = column & Window.MASK;
    FloatVector before = accumulate ? Tail.load(to, o, mask) : FloatVector.zero(SPECIES);
    Tail.store(before.add(sum), to, o, mask);
  }

  /** Without rows the sum is +0, which an addition still makes of -0. */
  private static void empty(int columns, MemorySegment destination, long offset, boolean accumulate) {
    for (int c = 0; c < columns; c++) {
      float before =
          accumulate ? Memory.get(destination, offset + c) : 0f;
      Memory.set(destination, offset + c, before + 0f);
    }
  }
}
