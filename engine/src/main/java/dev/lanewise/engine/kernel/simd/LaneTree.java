package dev.lanewise.engine.kernel.simd;

import static dev.lanewise.engine.kernel.simd.SimdSupport.LANES;
import static dev.lanewise.engine.kernel.simd.SimdSupport.SPECIES;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorShuffle;

/**
 * The sum of 16 logical lanes in the engine's fixed order: by halves, lane i taking in lane i + w for
 * w = 8, 4, 2, 1. The library's {@code reduceLanes(ADD)} leaves the order open.
 */
final class LaneTree {
  private static final VectorShuffle<Float> BY_8 = shift(8);
  private static final VectorShuffle<Float> BY_4 = shift(4);
  private static final VectorShuffle<Float> BY_2 = shift(2);
  private static final VectorShuffle<Float> BY_1 = shift(1);

  private LaneTree() {}

  private static VectorShuffle<Float> shift(int by) {
    return VectorShuffle.fromOp(SPECIES, lane -> (lane + by) & (LANES - 1));
  }

  /**
   * Folds 16 lanes held in {@code 16 / LANES} vectors: a alone at 512 bit, a and b at 256, all at 128.
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
}
