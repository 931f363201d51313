package dev.lanewise.engine.kernel.simd;

import static dev.lanewise.engine.kernel.simd.SimdSupport.SPECIES;
import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LT;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;

/**
 * Elementary functions of float vectors: the operations of {@code kernel.scalar.ScalarMath} in the
 * same order, with blends for its branches. Range reduction, the origin of the coefficients and the
 * error bounds stand there. The vector library's own transcendental operators differ in their bits
 * from one CPU to the next and are not used.
 *
 * <p>Constants are vectors and not broadcast in place: far fewer nodes for C2, which stops to inline
 * a loop at a limit of nodes and then makes objects of its vectors.
 */
final class SimdMath {
  private static final FloatVector ROUNDER = constant(0x1.8p23f);
  private static final int ROUNDER_BITS = 0x4B400000;
  private static final FloatVector LOG2_E = constant(0x1.715476p0f);
  private static final FloatVector MINUS_LOG2_E = constant(-0x1.715476p0f);
  private static final FloatVector LN2_HIGH = constant(0x1.62e4p-1f);
  private static final FloatVector LN2_LOW = constant(0x1.7f7d1cp-20f);
  private static final FloatVector MINUS_LN2_HIGH = constant(-0x1.62e4p-1f);
  private static final FloatVector MINUS_LN2_LOW = constant(-0x1.7f7d1cp-20f);
  private static final FloatVector ONE = constant(1f);
  private static final FloatVector MINUS_ONE = constant(-1f);
  private static final FloatVector ZERO = constant(0f);
  private static final FloatVector INFINITY = constant(Float.POSITIVE_INFINITY);
  private static final FloatVector EXP_OVERFLOW = constant(0x1.62e42ep6f);
  private static final FloatVector EXP_UNDERFLOW = constant(-0x1.9fe36ap6f);
  private static final FloatVector EXP_NORMAL = constant(87.3f);
  private static final FloatVector MINUS_E3 = constant(-0x1.555494p-3f);
  private static final FloatVector MINUS_E5 = constant(-0x1.123856p-7f);
  private static final FloatVector E2 = constant(0x1.fffffcp-2f);
  private static final FloatVector E3 = constant(0x1.555494p-3f);
  private static final FloatVector E4 = constant(0x1.5558bep-5f);
  private static final FloatVector E5 = constant(0x1.123856p-7f);
  private static final FloatVector E6 = constant(0x1.6a3d04p-10f);
  private static final FloatVector P2 = constant(-0x1.ffffd2p-2f);
  private static final FloatVector P3 = constant(0x1.554ddp-2f);
  private static final FloatVector P4 = constant(-0x1.ff23e8p-3f);
  private static final FloatVector P5 = constant(0x1.934b6ep-3f);
  private static final FloatVector P6 = constant(-0x1.3a43ep-3f);
  private static final FloatVector P7 = constant(0x1.b4b094p-4f);
  private static final FloatVector P8 = constant(-0x1.d6b76p-5f);
  private static final FloatVector P9 = constant(0x1.492126p-6f);
  private static final FloatVector P10 = constant(-0x1.af5e5p-9f);
  private static final FloatVector TANH_SMALL = constant(0.625f);
  private static final FloatVector T3 = constant(-0x1.555532p-2f);
  private static final FloatVector T5 = constant(0x1.1106f6p-3f);
  private static final FloatVector T7 = constant(-0x1.b835a4p-5f);
  private static final FloatVector T9 = constant(0x1.51f8cep-6f);
  private static final FloatVector T11 = constant(-0x1.750ce4p-8f);

  private SimdMath() {}

  static FloatVector exp(FloatVector x) {
    FloatVector rounded = x.fma(LOG2_E, ROUNDER);
    FloatVector n = rounded.sub(ROUNDER);
    FloatVector r = n.fma(MINUS_LN2_LOW, n.fma(MINUS_LN2_HIGH, x));
    FloatVector q = E6.fma(r, E5).fma(r, E4).fma(r, E3).fma(r, E2);
    FloatVector p = q.fma(r.mul(r), r).add(ONE);
    IntVector exponent = rounded.reinterpretAsInts().sub(ROUNDER_BITS);
    IntVector half = exponent.lanewise(ASHR, 1);
    return p.mul(powerOfTwo(half))
        .mul(powerOfTwo(exponent.sub(half)))
        .blend(INFINITY, x.compare(GT, EXP_OVERFLOW))
        .blend(ZERO, x.compare(LT, EXP_UNDERFLOW));
  }

  /** exp(-a) for a of at least 0. */
  static FloatVector expOfMinus(FloatVector a) {
    FloatVector rounded = a.fma(MINUS_LOG2_E, ROUNDER);
    FloatVector n = rounded.sub(ROUNDER);
    FloatVector s = n.fma(LN2_LOW, n.fma(LN2_HIGH, a));
    FloatVector q = E6.fma(s, MINUS_E5).fma(s, E4).fma(s, MINUS_E3).fma(s, E2);
    FloatVector p = q.fma(s, MINUS_ONE).fma(s, ONE);
    IntVector exponent = rounded.reinterpretAsInts().sub(ROUNDER_BITS);
    return p.mul(powerOfTwo(exponent)).blend(ZERO, a.compare(GT, EXP_NORMAL));
  }

  static FloatVector log1p(FloatVector u) {
    FloatVector p =
        P10.fma(u, P9)
            .fma(u, P8)
            .fma(u, P7)
            .fma(u, P6)
            .fma(u, P5)
            .fma(u, P4)
            .fma(u, P3)
            .fma(u, P2);
    return u.mul(u).fma(p, u);
  }

  static FloatVector tanh(FloatVector x) {
    FloatVector a = x.abs();
    FloatVector t = a.mul(a);
    FloatVector p = T11.fma(t, T9).fma(t, T7).fma(t, T5).fma(t, T3);
    FloatVector small = t.mul(a).fma(p, a);
    FloatVector e = expOfMinus(a.add(a));
    FloatVector large = ONE.sub(e.add(e).div(e.add(ONE)));
    FloatVector y = large.blend(small, a.compare(LT, TANH_SMALL));
    IntVector sign = x.reinterpretAsInts().and(Integer.MIN_VALUE);
    return y.reinterpretAsInts().or(sign).reinterpretAsFloats();
  }

  static FloatVector sigmoid(FloatVector x) {
    FloatVector e = expOfMinus(x.abs());
    return ONE.blend(e, x.compare(LT, ZERO)).div(e.add(ONE));
  }

  private static FloatVector constant(float value) {
    return FloatVector.broadcast(SPECIES, value);
  }

  private static FloatVector powerOfTwo(IntVector exponent) {
    return exponent.add(127).lanewise(LSHL, 23).reinterpretAsFloats();
  }
}
