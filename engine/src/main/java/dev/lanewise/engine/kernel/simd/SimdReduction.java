package dev.lanewise.engine.kernel.simd;

import static dev.lanewise.engine.kernel.simd.SimdSupport.SPECIES;
import static dev.lanewise.engine.kernel.simd.SimdSupport.load;
import static dev.lanewise.engine.kernel.simd.SimdSupport.store;
import static dev.lanewise.engine.kernel.simd.SimdWidth.BYTES;
import static dev.lanewise.engine.kernel.simd.SimdWidth.LANES;

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
    int c = 0;
    for (; c <= columns - 2 * LANES; c += 2 * LANES) {
      pair(source, offset + c, rows, rowPitch, destination, destinationOffset + c, accumulate);
    }
    for (; c < columns; c += LANES) {
      int left = Math.min(columns - c, LANES);
      single(source, offset + c, rows, left, rowPitch, destination, destinationOffset + c, accumulate);
    }
  }

  // The windows are made where the loops are: passed to a method that is not inlined, they would be
  // objects on the heap.

  // A sum that a loop carries stands in argument position only: as a receiver its class may be unknown to
  // C2, and the call stays virtual. Hence load.add(sum), and fma with 1 for a plain addition of two sums.

  private static void pair(
      MemorySegment source,
      long offset,
      int rows,
      int rowPitch,
      MemorySegment destination,
      long destinationOffset,
      boolean accumulate) {
    MemorySegment from = Window.of(source, offset, (rows - 1L) * rowPitch + 2L * LANES);
    MemorySegment to = Window.of(destination, destinationOffset, 2L * LANES);
    long pitch = rowPitch * (long) Float.BYTES;
    FloatVector one = FloatVector.broadcast(SPECIES, 1f);
    FloatVector a0 = FloatVector.zero(SPECIES);
    FloatVector a1 = a0;
    FloatVector a2 = a0;
    FloatVector a3 = a0;
    FloatVector b0 = a0;
    FloatVector b1 = a0;
    FloatVector b2 = a0;
    FloatVector b3 = a0;
    long p = 0;
    int r = 0;
    for (; r < rows - 3; r += 4) {
      long p0 = p & Window.MASK;
      long p1 = (p + pitch) & Window.MASK;
      long p2 = (p + 2 * pitch) & Window.MASK;
      long p3 = (p + 3 * pitch) & Window.MASK;
      a0 = load(from, p0).add(a0);
      b0 = load(from, p0 + BYTES).add(b0);
      a1 = load(from, p1).add(a1);
      b1 = load(from, p1 + BYTES).add(b1);
      a2 = load(from, p2).add(a2);
      b2 = load(from, p2 + BYTES).add(b2);
      a3 = load(from, p3).add(a3);
      b3 = load(from, p3 + BYTES).add(b3);
      p += 4 * pitch;
    }
    for (; r < rows; r++) {
      long q = p & Window.MASK;
      a0 = load(from, q).add(a0);
      b0 = load(from, q + BYTES).add(b0);
      p += pitch;
    }
    FloatVector a = one.fma(one.fma(a0, a1), one.fma(a2, a3));
    FloatVector b = one.fma(one.fma(b0, b1), one.fma(b2, b3));
    if (accumulate) {
      store(load(to, 0).add(a), to, 0);
      store(load(to, BYTES).add(b), to, BYTES);
    } else {
      store(a, to, 0);
      store(b, to, BYTES);
    }
  }

  /** One vector of columns, of which {@code left} exist. */
  private static void single(
      MemorySegment source,
      long offset,
      int rows,
      int left,
      int rowPitch,
      MemorySegment destination,
      long destinationOffset,
      boolean accumulate) {
    MemorySegment from = Window.of(source, offset, (rows - 1L) * rowPitch + left);
    MemorySegment to = Window.of(destination, destinationOffset, left);
    long pitch = rowPitch * (long) Float.BYTES;
    VectorMask<Float> mask = Lanes.mask(left);
    FloatVector one = FloatVector.broadcast(SPECIES, 1f);
    FloatVector a0 = FloatVector.zero(SPECIES);
    FloatVector a1 = a0;
    FloatVector a2 = a0;
    FloatVector a3 = a0;
    long p = 0;
    int r = 0;
    for (; r < rows - 3; r += 4) {
      a0 = Lanes.load(from, p & Window.MASK, mask).add(a0);
      a1 = Lanes.load(from, (p + pitch) & Window.MASK, mask).add(a1);
      a2 = Lanes.load(from, (p + 2 * pitch) & Window.MASK, mask).add(a2);
      a3 = Lanes.load(from, (p + 3 * pitch) & Window.MASK, mask).add(a3);
      p += 4 * pitch;
    }
    for (; r < rows; r++) {
      a0 = Lanes.load(from, p & Window.MASK, mask).add(a0);
      p += pitch;
    }
    FloatVector sum = one.fma(one.fma(a0, a1), one.fma(a2, a3));
    if (accumulate) {
      Lanes.store(Lanes.load(to, 0, mask).add(sum), to, 0, mask);
    } else {
      Lanes.store(sum, to, 0, mask);
    }
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
