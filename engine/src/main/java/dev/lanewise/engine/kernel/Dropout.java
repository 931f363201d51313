package dev.lanewise.engine.kernel;

import dev.lanewise.engine.kernel.scalar.ScalarDropout;
import dev.lanewise.engine.kernel.simd.SimdDropout;
import dev.lanewise.engine.memory.Memory;
import java.lang.foreign.MemorySegment;

/**
 * Inverted dropout (Srivastava et al. 2014): an element is kept with probability {@code 1 - rate} and
 * then multiplied by {@code 1 / (1 - rate)}, or else becomes +0. No mask is stored: whether an element
 * is kept is a function of (seed, stream, step, element), which the backward pass computes again.
 *
 * <p>The random bits come from {@link Philox}'s cipher: key = seed; counter words = number of the
 * block, stream, purpose and step. A tile of 32 elements takes 8 blocks of 4 words: block b of the tile
 * gives its words 0 and 1 to the elements 2b and 2b + 1 and its words 2 and 3 to the elements 16 + 2b
 * and 17 + 2b, an order in which vectors need no shuffle. An element is dropped if the upper 23 bits
 * of its word are below {@code rate * 2^23}, rounded.
 *
 * <p>Static, thread-safe for disjoint outputs, without allocation.
 */
public final class Dropout {
  private static final double WORDS = 0x1p23;

  private Dropout() {}

  /**
   * {@code out = kept(element) ? in * (1 / (1 - rate)) : 0}. Forward with the activations, backward
   * with their gradient.
   *
   * @param in activations, or the gradient by the output
   * @param inOffset its first element, in floats
   * @param out receives the result; may be {@code in} (same segment, same offset), must not overlap
   *     it otherwise
   * @param outOffset its first element, in floats
   * @param length multiple of 16
   * @param rate probability to drop an element, at least 0 and below 1
   * @param seed any value
   * @param stream number of the layer, so that layers drop independently
   * @param step number of the training step
   * @param element number of the first element within the batch, a multiple of 32 from 0 to 2^34
   * @throws IndexOutOfBoundsException if an operand does not lie within its segment
   * @throws IllegalArgumentException if a length, a rate or an element is out of range
   */
  public static void apply(
      MemorySegment in,
      long inOffset,
      MemorySegment out,
      long outOffset,
      long length,
      double rate,
      long seed,
      int stream,
      int step,
      long element) {
    if (length % Memory.BLOCK != 0 || element % (2 * Memory.BLOCK) != 0) {
      throw new IllegalArgumentException(
          "length " + length + " or element " + element + " is no multiple of 16 or 32");
    }
    if (element < 0 || element > 1L << 34 || length > 1L << 33) {
      throw new IllegalArgumentException("element " + element + ", length " + length);
    }
    if (!(rate >= 0 && rate < 1)) {
      throw new IllegalArgumentException("rate " + rate + " is not from 0 to below 1");
    }
    Memory.check(in, inOffset, length);
    Memory.check(out, outOffset, length);
    int threshold = (int) Math.round(rate * WORDS);
    float factor = (float) (1 / (1 - rate));
    long high = Philox.DROPOUT | (long) step << 32;
    int block = (int) (element / 4);
    if (Kernels.SIMD) {
      SimdDropout.apply(
          in, inOffset, out, outOffset, length, threshold, factor, seed, stream, high, block);
    } else {
      ScalarDropout.apply(
          in, inOffset, out, outOffset, length, threshold, factor, seed, stream, high, block);
    }
  }
}
