package dev.lanewise.engine.kernel.scalar;

import dev.lanewise.engine.memory.Memory;
import java.lang.foreign.MemorySegment;

/** Dropout, the readable reference; the contract is in {@code kernel.Dropout}. */
public final class ScalarDropout {
  private static final long LOW = 0xFFFF_FFFFL;
  private static final int TILE = 32;

  private ScalarDropout() {}

  /**
   * See {@code kernel.Dropout#apply}.
   *
   * @param threshold words whose upper 23 bits are below are dropped
   * @param factor of the elements that are kept
   * @param stream counter word 1
   * @param high counter words 2 and 3
   * @param block counter word 0 of the first tile's first block
   */
  public static void apply(
      MemorySegment in, long inOffset, MemorySegment out, long outOffset, long length,
      int threshold, float factor, long seed, int stream, long high, int block) {
    for (long tile = 0; tile < length; tile += TILE) {
      for (int b = 0; b < 8; b++) {
        long c0 = (block + tile / 4 + b) & LOW;
        long c1 = stream & LOW;
        long c2 = high & LOW;
        long c3 = high >>> 32;
        int k0 = (int) seed;
        int k1 = (int) (seed >>> 32);
        for (int round = 0; round < 10; round++) {
          long p0 = 0xD2511F53L * c0;
          long p1 = 0xCD9E8D57L * c2;
          c0 = (p1 >>> 32) ^ c1 ^ (k0 & LOW);
          c2 = (p0 >>> 32) ^ c3 ^ (k1 & LOW);
          c1 = p1 & LOW;
          c3 = p0 & LOW;
          k0 += 0x9E3779B9;
          k1 += 0xBB67AE85;
        }
        long i = tile + 2L * b;
        element(in, inOffset + i, out, outOffset + i, (int) c0, threshold, factor);
        element(in, inOffset + i + 1, out, outOffset + i + 1, (int) c1, threshold, factor);
        if (tile + TILE / 2 < length) {
          i += TILE / 2;
          element(in, inOffset + i, out, outOffset + i, (int) c2, threshold, factor);
          element(in, inOffset + i + 1, out, outOffset + i + 1, (int) c3, threshold, factor);
        }
      }
    }
  }

  private static void element(
      MemorySegment in, long from, MemorySegment out, long to, int word, int threshold,
      float factor) {
    boolean kept = word >>> 9 >= threshold;
    Memory.set(out, to, kept ? Memory.get(in, from) * factor : 0f);
  }
}
