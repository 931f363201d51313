package dev.lanewise.engine.kernel.simd;

import static dev.lanewise.engine.kernel.simd.SimdSupport.SPECIES;
import static dev.lanewise.engine.kernel.simd.SimdWidth.LANES;

import dev.lanewise.engine.memory.Window;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShuffle;

/**
 * Masked vectors, the sum of 16 logical lanes, and other pieces of kernels that return vectors. Such
 * methods must be inlined, or their vectors become objects; those of the {@code Simd*} classes take
 * and return none, so that each may be compiled on its own.
 *
 * <p>A loop treats whole vectors and the masked rest in separate code. One helper that chose between
 * the two by a branch would merge two vectors behind it, and C2 then keeps vectors as objects.
 */
final class Lanes {
  private static final int LOGICAL = 16;
  private static final ByteOrder ORDER = ByteOrder.nativeOrder();
  private static final FloatVector NUMBERS = FloatVector.zero(SPECIES).addIndex(1);
  private static final VectorShuffle<Float> BY_8 = shift(8);
  private static final VectorShuffle<Float> BY_4 = shift(4);
  private static final VectorShuffle<Float> BY_2 = shift(2);
  private static final VectorShuffle<Float> BY_1 = shift(1);

  private Lanes() {}

  private static VectorShuffle<Float> shift(int by) {
    return VectorShuffle.fromOp(SPECIES, lane -> (lane + by) & (LANES - 1));
  }

  /**
   * The first {@code left} lanes; all of them from {@code LANES} on, none up to 0. Free of branches,
   * unlike the library's {@code indexInRange}, because masks become objects in the same way.
   */
  static VectorMask<Float> mask(int left) {
    return NUMBERS.compare(VectorOperators.LT, (float) left);
  }

  /** A number of floats in bytes, provably within a window. */
  static long bytes(long floats) {
    return (floats * Float.BYTES) & Window.MASK;
  }

  /** A row's length in whole blocks of logical lanes. */
  static int blocks(int floats) {
    return (floats + LOGICAL - 1) & -LOGICAL;
  }

  /** Loads the lanes of a mask, +0 in the others; {@code offset} in bytes. */
  static FloatVector load(MemorySegment window, long offset, VectorMask<Float> mask) {
    return FloatVector.fromMemorySegment(SPECIES, window, offset, ORDER, mask);
  }

  /** Stores the lanes of a mask; {@code offset} in bytes. */
  static void store(FloatVector vector, MemorySegment window, long offset, VectorMask<Float> mask) {
    vector.intoMemorySegment(window, offset, ORDER, mask);
  }

  /**
   * Folds 16 lanes held in {@code 16 / LANES} vectors (a alone at 512 bit, a and b at 256, all at 128)
   * in the engine's fixed order: lane i takes in lane i + w for w = 8, 4, 2, 1. The library's {@code
   * reduceLanes(ADD)} leaves the order open.
   */
  static float sum(FloatVector a, FloatVector b, FloatVector c, FloatVector d) {
    FloatVector s = a;
    if (LANES == 16) {
      s = s.add(s.rearrange(BY_8));
    } else if (LANES == 8) {
      s = s.add(b);
    } else {
      s = s.add(c).add(b.add(d));
    }
    if (LANES >= 8) {
      s = s.add(s.rearrange(BY_4));
    }
    s = s.add(s.rearrange(BY_2));
    return s.add(s.rearrange(BY_1)).lane(0);
  }

  /** Where a value is greater than the best so far or the first NaN. */
  static VectorMask<Float> better(FloatVector value, FloatVector best) {
    return value.compare(VectorOperators.LE, best).not().and(best.compare(VectorOperators.EQ, best));
  }

  /** Position 0 to 3 of the first of four values that equals their maximum; -1 if it is not above 0. */
  static FloatVector code(
      FloatVector v0, FloatVector v1, FloatVector v2, FloatVector max) {
    FloatVector position =
        FloatVector.broadcast(SPECIES, 3f)
            .blend(2f, v2.compare(VectorOperators.EQ, max))
            .blend(1f, v1.compare(VectorOperators.EQ, max))
            .blend(0f, v0.compare(VectorOperators.EQ, max));
    return FloatVector.broadcast(SPECIES, -1f).blend(position, max.compare(VectorOperators.GT, 0f));
  }

  /**
   * Which words reach a threshold by their upper 23 bits, one bit each: words c on even lanes, d on
   * odd ones.
   */
  static long atLeast(LongVector c, LongVector d, int threshold) {
    return c.or(d.lanewise(VectorOperators.LSHL, 32))
        .reinterpretAsInts()
        .lanewise(VectorOperators.LSHR, 9)
        .compare(VectorOperators.GE, threshold)
        .toLong();
  }
}
