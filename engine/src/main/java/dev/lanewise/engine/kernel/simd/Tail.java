package dev.lanewise.engine.kernel.simd;

import static dev.lanewise.engine.kernel.simd.SimdSupport.LANES;
import static dev.lanewise.engine.kernel.simd.SimdSupport.SPECIES;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/** Vectors of which only the first {@code left} lanes exist in memory; any {@code left}. */
final class Tail {
  private static final ByteOrder ORDER = ByteOrder.nativeOrder();

  private Tail() {}

  /** The lanes that exist. */
  static VectorMask<Float> mask(int left) {
    return SPECIES.indexInRange(0, left);
  }

  /** Loads the lanes that exist, +0 in the others; {@code offset} in bytes. */
  static FloatVector load(MemorySegment window, long offset, int left) {
    return left >= LANES ? SimdSupport.load(window, offset) : load(window, offset, mask(left));
  }

  /** Loads the lanes of a mask, +0 in the others; {@code offset} in bytes. */
  static FloatVector load(MemorySegment window, long offset, VectorMask<Float> mask) {
    return FloatVector.fromMemorySegment(SPECIES, window, offset, ORDER, mask);
  }

  /** Stores the lanes that exist; {@code offset} in bytes. */
  static void store(FloatVector vector, MemorySegment window, long offset, int left) {
    if (left >= LANES) {
      SimdSupport.store(vector, window, offset);
    } else {
      store(vector, window, offset, mask(left));
    }
  }

  /** Stores the lanes of a mask; {@code offset} in bytes. */
  static void store(FloatVector vector, MemorySegment window, long offset, VectorMask<Float> mask) {
    vector.intoMemorySegment(window, offset, ORDER, mask);
  }
}
