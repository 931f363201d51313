package dev.lanewise.engine.kernel;

import dev.lanewise.engine.memory.Memory;
import java.lang.foreign.MemorySegment;

/**
 * Inverted dropout (Srivastava et al. 2014, scaled while training as frameworks do). The mask is a function of
 * seed, layer, training step and element; the backward pass computes it again instead of storing it.
 *
 * <p>A scalar loop at every width: nearly all of its time goes into the integer arithmetic of {@link Philox}.
 * Static, thread-safe for disjoint outputs, without allocation.
 */
public final class Dropout {
  private static final long MAX_ELEMENTS = 1L << 36;

  private Dropout() {}

  /**
   * {@code y = kept ? x / (1 - rate) : +0}; applied to {@code dy}, the gradient. In place is allowed.
   *
   * @param floats length, even
   * @param rate probability of dropping an element, 0 to below 1
   * @param layer number of the layer, 0 to 8,388,607
   * @param step number of the training step, at least 0 and below 2<sup>27</sup>
   * @param firstElement place of the first element in the batch, even
   * @throws IndexOutOfBoundsException if an operand does not lie within its segment
   */
  public static void apply(
      MemorySegment x,
      long xOffset,
      MemorySegment y,
      long yOffset,
      long floats,
      float rate,
      long seed,
      int layer,
      long step,
      long firstElement) {
    Memory.check(x, xOffset, floats);
    Memory.check(y, yOffset, floats);
    if (floats % 2 != 0 || firstElement % 2 != 0 || firstElement + floats > MAX_ELEMENTS) {
      throw new IllegalArgumentException("elements " + firstElement + " and " + floats + " behind");
    }
    int purpose = Philox.DROPOUT | layer << 8;
    long dropBelow = (long) (rate * 0x1p32);
    float scale = 1f / (1f - rate);
    for (long i = 0; i < floats; i += 2) {
      long bits = Philox.bits(seed, purpose, step * MAX_ELEMENTS + firstElement + i);
      boolean first = (bits & 0xFFFF_FFFFL) >= dropBelow;
      boolean second = bits >>> 32 >= dropBelow;
      Memory.set(y, yOffset + i, first ? Memory.get(x, xOffset + i) * scale : 0f);
      Memory.set(y, yOffset + i + 1, second ? Memory.get(x, xOffset + i + 1) * scale : 0f);
    }
  }
}
