package dev.lanewise.engine.kernel.simd;

import static dev.lanewise.engine.kernel.simd.SimdSupport.SPECIES;
import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.EQ;
import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.I2F;
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
 */
final class SimdMath {
  private static final float ROUNDER = 0x1.8p23f;
  private static final int ROUNDER_BITS = 0x4B400000;
  private static final float LOG2_E = 0x1.715476p0f;
  private static final float LN2_HIGH = 0x1.62e4p-1f;
  private static final float LN2_LOW = 0x1.7f7d1cp-20f;
  private static final float EXP_OVERFLOW = 0x1.62e42ep6f;
  private static final float EXP_UNDERFLOW = -0x1.9fe36ap6f;
  private static final float E2 = 0x1.fffffcp-2f;
  private static final float E3 = 0x1.555494p-3f;
  private static final float E4 = 0x1.5558bep-5f;
  private static final float E5 = 0x1.123856p-7f;
  private static final float E6 = 0x1.6a3d04p-10f;
  private static final int SQRT_HALF_BITS = 0x3F3504F3;
  private static final float L3 = 0x1.555554p-2f;
  private static final float L4 = -0x1.000226p-2f;
  private static final float L5 = 0x1.99a01cp-3f;
  private static final float L6 = -0x1.54728ap-3f;
  private static final float L7 = 0x1.22d92ep-3f;
  private static final float L8 = -0x1.0d8242p-3f;
  private static final float L9 = 0x1.055ec6p-3f;
  private static final float L10 = -0x1.38c9dep-4f;
  private static final float TANH_SMALL = 0.625f;
  private static final float T3 = -0x1.555532p-2f;
  private static final float T5 = 0x1.1106f6p-3f;
  private static final float T7 = -0x1.b835a4p-5f;
  private static final float T9 = 0x1.51f8cep-6f;
  private static final float T11 = -0x1.750ce4p-8f;

  private SimdMath() {}

  static FloatVector exp(FloatVector x) {
    FloatVector rounded = x.fma(constant(LOG2_E), constant(ROUNDER));
    FloatVector n = rounded.sub(ROUNDER);
    FloatVector r = n.fma(constant(-LN2_LOW), n.fma(constant(-LN2_HIGH), x));
    FloatVector q =
        constant(E6)
            .fma(r, constant(E5))
            .fma(r, constant(E4))
            .fma(r, constant(E3))
            .fma(r, constant(E2));
    FloatVector p = q.fma(r.mul(r), r).add(1f);
    IntVector exponent = rounded.reinterpretAsInts().sub(ROUNDER_BITS);
    IntVector half = exponent.lanewise(ASHR, 1);
    return p.mul(powerOfTwo(half))
        .mul(powerOfTwo(exponent.sub(half)))
        .blend(Float.POSITIVE_INFINITY, x.compare(GT, EXP_OVERFLOW))
        .blend(0f, x.compare(LT, EXP_UNDERFLOW));
  }

  static FloatVector log(FloatVector x) {
    VectorMask<Float> subnormal = x.compare(LT, Float.MIN_NORMAL);
    IntVector bits =
        x.blend(x.mul(0x1p23f), subnormal).reinterpretAsInts().sub(SQRT_HALF_BITS);
    FloatVector exponent = (FloatVector) bits.lanewise(ASHR, 23).convert(I2F, 0);
    FloatVector k = exponent.blend(exponent.sub(23f), subnormal);
    FloatVector f = bits.and(0x7FFFFF).add(SQRT_HALF_BITS).reinterpretAsFloats().sub(1f);
    FloatVector p =
        constant(L10)
            .fma(f, constant(L9))
            .fma(f, constant(L8))
            .fma(f, constant(L7))
            .fma(f, constant(L6))
            .fma(f, constant(L5))
            .fma(f, constant(L4))
            .fma(f, constant(L3));
    FloatVector r = f.mul(f).mul(f).fma(p, k.mul(LN2_LOW));
    FloatVector y = k.fma(constant(LN2_HIGH), f.add(f.mul(-0.5f).fma(f, r)));
    return y.blend(Float.NaN, x.compare(GT, 0f).not())
        .blend(Float.NEGATIVE_INFINITY, x.compare(EQ, 0f))
        .blend(Float.POSITIVE_INFINITY, x.compare(EQ, Float.POSITIVE_INFINITY));
  }

  static FloatVector log1p(FloatVector u) {
    FloatVector w = u.add(1f);
    return log(w).add(u.sub(w.sub(1f)).div(w));
  }

  static FloatVector tanh(FloatVector x) {
    FloatVector a = x.abs();
    FloatVector t = a.mul(a);
    FloatVector p =
        constant(T11)
            .fma(t, constant(T9))
            .fma(t, constant(T7))
            .fma(t, constant(T5))
            .fma(t, constant(T3));
    FloatVector small = t.mul(a).fma(p, a);
    FloatVector large = constant(1f).sub(constant(2f).div(exp(a.add(a)).add(1f)));
    FloatVector y = large.blend(small, a.compare(LT, TANH_SMALL));
    IntVector sign = x.reinterpretAsInts().and(Integer.MIN_VALUE);
    return y.reinterpretAsInts().or(sign).reinterpretAsFloats();
  }

  static FloatVector sigmoid(FloatVector x) {
    FloatVector e = exp(x.abs().neg());
    return constant(1f).blend(e, x.compare(LT, 0f)).div(e.add(1f));
  }

  static FloatVector softplus(FloatVector x) {
    return x.max(0f).add(log1p(exp(x.abs().neg())));
  }

  private static FloatVector constant(float value) {
    return FloatVector.broadcast(SPECIES, value);
  }

  private static FloatVector powerOfTwo(IntVector exponent) {
    return exponent.add(127).lanewise(LSHL, 23).reinterpretAsFloats();
  }
}
