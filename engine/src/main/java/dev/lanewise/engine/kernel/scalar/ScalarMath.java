package dev.lanewise.engine.kernel.scalar;

/**
 * Elementary functions of floats, made of additions, products, divisions and fma in a fixed order, so
 * that the vector twin ({@code kernel.simd.SimdMath}) gives the same bits on every machine. The twin has
 * what its kernels need; a single logarithm a row is computed here.
 *
 * <p>The polynomials are minimax fits on the reduced range (Lawson's iteration on Chebyshev nodes in
 * double precision), the coefficients rounded to float one after the other, from the lowest power up,
 * the rest refitted after each. Range reduction is Cody and Waite's with ln 2 in two parts. The
 * largest errors, found by sweeps over the floats against {@link StrictMath} in double: exp 1.02 ulp,
 * log 0.8, log1p 1.2, tanh 1.5, sigmoid (from -87.3 on) 2.5; the tests assert these bounds. The twin
 * classes share the coefficients by value and not by reference: neither leans on the other.
 *
 * <p>A NaN gives NaN. Static, thread-safe, without allocation.
 */
public final class ScalarMath {
  /** 1.5 * 2^23: added to a small float, it leaves the nearest integer in the low bits. */
  private static final float ROUNDER = 0x1.8p23f;

  private static final int ROUNDER_BITS = 0x4B400000;
  private static final float LOG2_E = 0x1.715476p0f;

  /** ln 2 in 15 bits, so that its product with an exponent is exact, and the rest. */
  private static final float LN2_HIGH = 0x1.62e4p-1f;

  private static final float LN2_LOW = 0x1.7f7d1cp-20f;

  /** The largest float whose exponential is finite, and the one from which on it rounds to 0. */
  private static final float EXP_OVERFLOW = 0x1.62e42ep6f;

  private static final float EXP_UNDERFLOW = -0x1.9fe36ap6f;

  /** Up to here, exp(-a) is a normal float. */
  private static final float EXP_NORMAL = 87.3f;

  // (exp(r) - 1 - r) / r^2 for |r| <= ln(2) / 2; relative error of exp 3.1e-9
  private static final float E2 = 0x1.fffffcp-2f;
  private static final float E3 = 0x1.555494p-3f;
  private static final float E4 = 0x1.5558bep-5f;
  private static final float E5 = 0x1.123856p-7f;
  private static final float E6 = 0x1.6a3d04p-10f;

  /** Bits of sqrt(0.5), where the mantissa's range [sqrt(0.5), sqrt(2)) begins. */
  private static final int SQRT_HALF_BITS = 0x3F3504F3;

  // (log(1 + f) - f + f^2 / 2) / f^3 for 1 + f in [sqrt(0.5), sqrt(2)); relative error of log 5.9e-9
  private static final float L3 = 0x1.555554p-2f;
  private static final float L4 = -0x1.000226p-2f;
  private static final float L5 = 0x1.99a01cp-3f;
  private static final float L6 = -0x1.54728ap-3f;
  private static final float L7 = 0x1.22d92ep-3f;
  private static final float L8 = -0x1.0d8242p-3f;
  private static final float L9 = 0x1.055ec6p-3f;
  private static final float L10 = -0x1.38c9dep-4f;

  // (log(1 + u) - u) / u^2 for u in [0, 1]; relative error of log1p 5.3e-9
  private static final float P2 = -0x1.ffffd2p-2f;
  private static final float P3 = 0x1.554ddp-2f;
  private static final float P4 = -0x1.ff23e8p-3f;
  private static final float P5 = 0x1.934b6ep-3f;
  private static final float P6 = -0x1.3a43ep-3f;
  private static final float P7 = 0x1.b4b094p-4f;
  private static final float P8 = -0x1.d6b76p-5f;
  private static final float P9 = 0x1.492126p-6f;
  private static final float P10 = -0x1.af5e5p-9f;

  /** Below, tanh is an odd polynomial; above, it is 1 - 2e / (e + 1) with e = exp(-2a). */
  private static final float TANH_SMALL = 0.625f;

  // (tanh(a) - a) / a^3 as a polynomial of a^2 for a <= 0.625; relative error of tanh 4.6e-9
  private static final float T3 = -0x1.555532p-2f;
  private static final float T5 = 0x1.1106f6p-3f;
  private static final float T7 = -0x1.b835a4p-5f;
  private static final float T9 = 0x1.51f8cep-6f;
  private static final float T11 = -0x1.750ce4p-8f;

  private ScalarMath() {}

  /** e to the power of x: +0 below -103.97, infinity above 88.72, subnormal results as they are. */
  public static float exp(float x) {
    if (x > EXP_OVERFLOW) {
      return Float.POSITIVE_INFINITY;
    }
    if (x < EXP_UNDERFLOW) {
      return 0f;
    }
    float rounded = Math.fma(x, LOG2_E, ROUNDER);
    float n = rounded - ROUNDER;
    float r = Math.fma(n, -LN2_LOW, Math.fma(n, -LN2_HIGH, x));
    float q = Math.fma(Math.fma(Math.fma(Math.fma(E6, r, E5), r, E4), r, E3), r, E2);
    float p = 1f + Math.fma(q, r * r, r);
    // 2^n as two factors: one would overflow at 128 and could not reach the subnormals.
    int exponent = Float.floatToRawIntBits(rounded) - ROUNDER_BITS;
    int half = exponent >> 1;
    return p * powerOfTwo(half) * powerOfTwo(exponent - half);
  }

  /**
   * e to the power of -a for a of at least 0; 0 above 87.3, which is where floats begin to be
   * subnormal. Half of the work of {@link #exp}: neither does it overflow, nor needs its power of two
   * be split.
   */
  public static float expOfMinus(float a) {
    if (a > EXP_NORMAL) {
      return 0f;
    }
    float rounded = Math.fma(a, -LOG2_E, ROUNDER);
    float n = rounded - ROUNDER;
    // s = -r, so that odd powers change their sign.
    float s = Math.fma(n, LN2_LOW, Math.fma(n, LN2_HIGH, a));
    float q = Math.fma(Math.fma(Math.fma(Math.fma(E6, s, -E5), s, E4), s, -E3), s, E2);
    float p = Math.fma(Math.fma(q, s, -1f), s, 1f);
    return p * powerOfTwo(Float.floatToRawIntBits(rounded) - ROUNDER_BITS);
  }

  /** Natural logarithm: of 0 minus infinity, of a negative number NaN, of infinity infinity. */
  public static float log(float x) {
    if (!(x > 0f)) {
      return x == 0f ? Float.NEGATIVE_INFINITY : Float.NaN;
    }
    if (x == Float.POSITIVE_INFINITY) {
      return x;
    }
    boolean subnormal = x < Float.MIN_NORMAL;
    int bits = Float.floatToRawIntBits(subnormal ? x * 0x1p23f : x) - SQRT_HALF_BITS;
    float k = (float) ((bits >> 23) - (subnormal ? 23 : 0));
    float f = Float.intBitsToFloat((bits & 0x7FFFFF) + SQRT_HALF_BITS) - 1f;
    float high = Math.fma(Math.fma(Math.fma(L10, f, L9), f, L8), f, L7);
    float p = Math.fma(Math.fma(Math.fma(Math.fma(high, f, L6), f, L5), f, L4), f, L3);
    float r = Math.fma(f * f * f, p, k * LN2_LOW);
    return Math.fma(k, LN2_HIGH, f + Math.fma(-0.5f * f, f, r));
  }

  /** log(1 + u) for u in [0, 1], accurate for small u; meaningless outside. */
  public static float log1p(float u) {
    float high = Math.fma(Math.fma(Math.fma(Math.fma(P10, u, P9), u, P8), u, P7), u, P6);
    float p = Math.fma(Math.fma(Math.fma(Math.fma(high, u, P5), u, P4), u, P3), u, P2);
    return Math.fma(u * u, p, u);
  }

  /** Hyperbolic tangent; keeps the sign of a zero. */
  public static float tanh(float x) {
    float a = Math.abs(x);
    float y;
    if (a < TANH_SMALL) {
      float t = a * a;
      float p = Math.fma(Math.fma(Math.fma(Math.fma(T11, t, T9), t, T7), t, T5), t, T3);
      y = Math.fma(t * a, p, a);
    } else {
      float e = expOfMinus(a + a);
      y = 1f - (e + e) / (e + 1f);
    }
    return Math.copySign(y, x);
  }

  /** Logistic function 1 / (1 + exp(-x)); 0 below -87.3. Never forms exp of a positive number. */
  public static float sigmoid(float x) {
    float e = expOfMinus(Math.abs(x));
    return (x < 0f ? e : 1f) / (1f + e);
  }

  private static float powerOfTwo(int exponent) {
    return Float.intBitsToFloat((exponent + 127) << 23);
  }
}
