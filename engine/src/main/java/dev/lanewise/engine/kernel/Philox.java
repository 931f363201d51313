package dev.lanewise.engine.kernel;

/**
 * Counter-based random numbers: a pure function of (seed, purpose, index), so that nothing depends on
 * who asks first. Philox4x32 with 10 rounds, from Salmon, Moraes, Dror and Shaw, "Parallel random
 * numbers: as easy as 1, 2, 3" (SC 2011).
 *
 * <p>The seed is the cipher's 64-bit key; the 128-bit counter holds the index in its lower words and
 * the purpose in the third. Numbers for different seeds, purposes or indices are independent for
 * every practical use. Not for cryptography.
 *
 * <p>All methods are static, thread-safe, allocate nothing and return the same bits on every machine.
 */
public final class Philox {
  /** Purpose: initial values of parameters. */
  public static final int INIT = 1;

  /** Purpose: the order of samples in an epoch. */
  public static final int SHUFFLE = 2;

  /** Purpose: dropout masks. */
  public static final int DROPOUT = 3;

  /** First multiplier of a round. */
  public static final int MULTIPLIER_0 = 0xD2511F53;

  /** Second multiplier of a round. */
  public static final int MULTIPLIER_1 = 0xCD9E8D57;

  /** What the first key word grows by from round to round: the golden ratio. */
  public static final int KEY_STEP_0 = 0x9E3779B9;

  /** What the second key word grows by from round to round: the square root of 3, less 1. */
  public static final int KEY_STEP_1 = 0xBB67AE85;

  /** Rounds of the cipher. */
  public static final int ROUNDS = 10;

  private static final long LOW = 0xFFFF_FFFFL;

  private Philox() {}

  /**
   * 64 uniformly distributed bits.
   *
   * @param seed any value
   * @param purpose what the numbers are for, one of this class's constants
   * @param index any value
   */
  public static long bits(long seed, int purpose, long index) {
    return block(index, purpose & LOW, seed, false);
  }

  /**
   * Uniformly distributed in [0, 1): a multiple of 2<sup>-24</sup>.
   *
   * @param seed any value
   * @param purpose what the numbers are for, one of this class's constants
   * @param index any value
   */
  public static float uniform(long seed, int purpose, long index) {
    return (bits(seed, purpose, index) >>> 40) * 0x1p-24f;
  }

  /**
   * Uniformly distributed in [0, 1): a multiple of 2<sup>-53</sup>.
   *
   * @param seed any value
   * @param purpose what the numbers are for, one of this class's constants
   * @param index any value
   */
  public static double uniformDouble(long seed, int purpose, long index) {
    return (bits(seed, purpose, index) >>> 11) * 0x1p-53;
  }

  /**
   * Normally distributed, mean 0, standard deviation 1, by the Box-Muller transform of two 32-bit
   * uniform numbers: magnitudes reach 6.76. {@link StrictMath} makes it the same on every machine.
   *
   * @param seed any value
   * @param purpose what the numbers are for, one of this class's constants
   * @param index any value
   */
  public static double gaussian(long seed, int purpose, long index) {
    long bits = bits(seed, purpose, index);
    // The half keeps the logarithm's argument away from 0.
    double u = ((bits >>> 32) + 0.5) * 0x1p-32;
    double v = (bits & LOW) * 0x1p-32;
    return StrictMath.sqrt(-2 * StrictMath.log(u)) * StrictMath.cos(2 * StrictMath.PI * v);
  }

  /**
   * One half of the cipher's block.
   *
   * @param counterLow counter words 0 (lower half) and 1
   * @param counterHigh counter words 2 (lower half) and 3
   * @param key key words 0 (lower half) and 1
   * @param upper false for output words 0 (lower half) and 1, true for words 2 and 3
   */
  public static long block(long counterLow, long counterHigh, long key, boolean upper) {
    long c0 = counterLow & LOW;
    long c1 = counterLow >>> 32;
    long c2 = counterHigh & LOW;
    long c3 = counterHigh >>> 32;
    int k0 = (int) key;
    int k1 = (int) (key >>> 32);
    for (int round = 0; round < ROUNDS; round++) {
      // Both factors are below 2^32, so the low 64 bits are the whole product.
      long p0 = (MULTIPLIER_0 & LOW) * c0;
      long p1 = (MULTIPLIER_1 & LOW) * c2;
      c0 = (p1 >>> 32) ^ c1 ^ (k0 & LOW);
      c2 = (p0 >>> 32) ^ c3 ^ (k1 & LOW);
      c1 = p1 & LOW;
      c3 = p0 & LOW;
      k0 += KEY_STEP_0;
      k1 += KEY_STEP_1;
    }
    return upper ? c2 | c3 << 32 : c0 | c1 << 32;
  }
}
