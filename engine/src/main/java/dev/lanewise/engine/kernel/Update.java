package dev.lanewise.engine.kernel;

import dev.lanewise.engine.kernel.scalar.ScalarUpdate;
import dev.lanewise.engine.kernel.simd.SimdUpdate;
import dev.lanewise.engine.memory.Memory;
import dev.lanewise.engine.memory.Window;
import java.lang.foreign.MemorySegment;

/**
 * The optimizer updates: one fused pass over flat segments, in which the gradient's shards are
 * added, scaled, clipped and decayed, and parameters and slots are updated in place. It runs at the
 * speed of memory; each operand is read once and written at most once.
 *
 * <p>Operands common to all rules, in floats:
 *
 * <ul>
 *   <li>{@code w}: parameters; elements {@code [from, to)} are updated. Both bounds are multiples
 *       of 16.
 *   <li>{@code g}, {@code shards}, {@code pitch}: gradients. That of element i is {@code ((g[i] +
 *       g[i + pitch]) + g[i + 2 pitch]) + ...}, always in this order. They are only read.
 *   <li>{@code slots}, {@code slotPitch}: the rule's state; slot s of element i is at {@code s
 *       slotPitch + i}.
 *   <li>{@code scale}, {@code limit}, {@code l2}: the rule sees {@code g = clamp(scale g, -limit,
 *       limit) + l2 w}. 1, infinity and 0 change nothing.
 *   <li>{@code decay}: decoupled decay. {@code w += decay w} comes before the rule's own change, so
 *       that decay is {@code -rate lambda}; 0 changes nothing. (As 0 times infinity is NaN, an
 *       infinite parameter becomes NaN even so.)
 * </ul>
 *
 * <p>Where a rule has factors rather than a rate, or two epsilons, it is because frameworks
 * disagree about their places; {@code optim} computes them from the hyper-parameters. Every
 * product-sum is a fused multiply-add, {@code sqrt} and division are exact by IEEE, and a NaN in
 * the gradient becomes one in the parameter.
 *
 * <p>All methods throw {@link IndexOutOfBoundsException} if an operand does not have the whole
 * extent, {@link IllegalArgumentException} for bounds that are not multiples of 16 or for shards or
 * slots that span more than 32 GiB, and {@link IllegalStateException} for memory that was freed.
 * Operands may not overlap. Calls on disjoint ranges may run on several threads at a time; none of
 * them allocates.
 */
public final class Update {
  private Update() {}

  /**
   * The sum of the squares of a range of summed gradients, for norms: {@code fma(g, g, sum)} on 16
   * logical lanes (lane i takes elements from + i, from + i + 16, ...), which are then added as a
   * tree.
   *
   * @return the sum of squares; infinite from a norm of about 1.8e19
   */
  public static float sumOfSquares(MemorySegment g, int shards, long pitch, long from, long to) {
    check(g, g, shards, pitch, from, to);
    return Kernels.SIMD
        ? SimdUpdate.sumOfSquares(g, shards, pitch, from, to)
        : ScalarUpdate.sumOfSquares(g, shards, pitch, from, to);
  }

  /**
   * Adds the shards of a gradient into the first one, for batches with more shards than have memory. A scalar
   * loop at every width: a batch of a thousand samples needs it a few times.
   */
  public static void sum(MemorySegment g, int shards, long pitch, long from, long to) {
    check(g, g, shards, pitch, from, to);
    for (long i = from; i < to; i++) {
      float sum = Memory.get(g, i);
      for (int shard = 1; shard < shards; shard++) {
        sum += Memory.get(g, shard * pitch + i);
      }
      Memory.set(g, i, sum);
    }
  }

  /**
   * Gradient descent, without state: {@code w -= rate g}.
   *
   * @param rate the learning rate
   */
  public static void sgd(
      MemorySegment w, MemorySegment g, int shards, long pitch, long from, long to,
      float scale, float limit, float l2, float decay,
      float rate) {
    check(w, g, shards, pitch, from, to);
    if (Kernels.SIMD) {
      SimdUpdate.sgd(
          w, g, shards, pitch, from, to, scale, limit, l2, decay,
          rate);
    } else {
      ScalarUpdate.sgd(
          w, g, shards, pitch, from, to, scale, limit, l2, decay,
          rate);
    }
  }

  /**
   * Gradient descent with momentum: {@code v = momentum v + inner g; w += outer v}, and with
   * Nesterov's look ahead {@code w += outer (momentum v + inner g)}. Slot 0 is v.
   *
   * @param momentum the share of v that stays
   * @param inner factor of the gradient: {@code -rate} (Keras) or 1 (PyTorch)
   * @param outer factor of the step: 1 (Keras) or {@code -rate} (PyTorch)
   * @param nesterov whether to look ahead
   */
  public static void momentum(
      MemorySegment w, MemorySegment g, int shards, long pitch,
      MemorySegment slots, long slotPitch, long from, long to,
      float scale, float limit, float l2, float decay,
      float momentum, float inner, float outer, boolean nesterov) {
    check(w, g, shards, pitch, from, to);
    checkSlots(slots, slotPitch, 1, from, to);
    if (Kernels.SIMD) {
      SimdUpdate.momentum(
          w, g, shards, pitch, slots, slotPitch, from, to, scale, limit, l2, decay,
          momentum, inner, outer, nesterov);
    } else {
      ScalarUpdate.momentum(
          w, g, shards, pitch, slots, slotPitch, from, to, scale, limit, l2, decay,
          momentum, inner, outer, nesterov);
    }
  }

  /**
   * Adagrad: {@code v += g^2; w -= rate (g / (sqrt(v + inside) + outside))}. Slot 0 is v.
   *
   * @param rate the learning rate
   * @param inside epsilon inside of the root, or 0
   * @param outside epsilon outside of the root, or 0
   */
  public static void adagrad(
      MemorySegment w, MemorySegment g, int shards, long pitch,
      MemorySegment slots, long slotPitch, long from, long to,
      float scale, float limit, float l2, float decay,
      float rate, float inside, float outside) {
    check(w, g, shards, pitch, from, to);
    checkSlots(slots, slotPitch, 1, from, to);
    if (Kernels.SIMD) {
      SimdUpdate.adagrad(
          w, g, shards, pitch, slots, slotPitch, from, to, scale, limit, l2, decay,
          rate, inside, outside);
    } else {
      ScalarUpdate.adagrad(
          w, g, shards, pitch, slots, slotPitch, from, to, scale, limit, l2, decay,
          rate, inside, outside);
    }
  }

  /**
   * RMSprop: {@code v += rest (g^2 - v); u = g / (sqrt(v + inside) + outside); w -= outer u}.
   * Centred: {@code mean += rest (g - mean)}, and {@code max(v - mean^2, 0)} takes the place of v
   * in u. With momentum: {@code b = momentum b + inner u}, and b takes the place of u in w. The
   * slots are v, the mean if there is one, b if there is one.
   *
   * @param rest 1 - rho
   * @param inside epsilon inside of the root, or 0
   * @param outside epsilon outside of the root, or 0
   * @param centered whether the variance takes the place of the mean square
   * @param hasMomentum whether steps gather momentum
   * @param momentum the share of b that stays
   * @param inner factor of u in b
   * @param outer factor of the step
   */
  public static void rmsprop(
      MemorySegment w, MemorySegment g, int shards, long pitch,
      MemorySegment slots, long slotPitch, long from, long to,
      float scale, float limit, float l2, float decay, float rest, float inside, float outside,
      boolean centered, boolean hasMomentum, float momentum, float inner, float outer) {
    check(w, g, shards, pitch, from, to);
    checkSlots(slots, slotPitch, 1 + (centered ? 1 : 0) + (hasMomentum ? 1 : 0), from, to);
    if (Kernels.SIMD) {
      SimdUpdate.rmsprop(
          w, g, shards, pitch, slots, slotPitch, from, to, scale, limit, l2, decay,
          rest, inside, outside, centered, hasMomentum, momentum, inner, outer);
    } else {
      ScalarUpdate.rmsprop(
          w, g, shards, pitch, slots, slotPitch, from, to, scale, limit, l2, decay,
          rest, inside, outside, centered, hasMomentum, momentum, inner, outer);
    }
  }

  /**
   * Adam: {@code m += rest1 (g - m); v += rest2 (g^2 - v); w -= rate (m / (sqrt(v) + epsilon))}.
   * With AMSGrad, {@code top = max(top, v)} takes the place of v in w. The slots are m, v, top.
   * Bias corrections are part of rate and epsilon.
   *
   * @param rate the learning rate with its bias correction
   * @param rest1 1 - beta1
   * @param rest2 1 - beta2
   * @param epsilon epsilon outside of the root
   * @param amsgrad whether to keep the largest v
   */
  public static void adam(
      MemorySegment w, MemorySegment g, int shards, long pitch,
      MemorySegment slots, long slotPitch, long from, long to,
      float scale, float limit, float l2, float decay,
      float rate, float rest1, float rest2, float epsilon, boolean amsgrad) {
    check(w, g, shards, pitch, from, to);
    checkSlots(slots, slotPitch, amsgrad ? 3 : 2, from, to);
    if (Kernels.SIMD) {
      SimdUpdate.adam(
          w, g, shards, pitch, slots, slotPitch, from, to, scale, limit, l2, decay,
          rate, rest1, rest2, epsilon, amsgrad);
    } else {
      ScalarUpdate.adam(
          w, g, shards, pitch, slots, slotPitch, from, to, scale, limit, l2, decay,
          rate, rest1, rest2, epsilon, amsgrad);
    }
  }

  /**
   * Nadam: m and v as in Adam; {@code w -= (gradientRate g + momentRate m) / (sqrt(v) + epsilon)}.
   * The slots are m, v.
   *
   * @param gradientRate the learning rate of the gradient with its bias correction
   * @param momentRate the learning rate of m with its bias correction
   * @param rest1 1 - beta1
   * @param rest2 1 - beta2
   * @param epsilon epsilon outside of the root
   */
  public static void nadam(
      MemorySegment w, MemorySegment g, int shards, long pitch,
      MemorySegment slots, long slotPitch, long from, long to,
      float scale, float limit, float l2, float decay,
      float gradientRate, float momentRate, float rest1, float rest2, float epsilon) {
    check(w, g, shards, pitch, from, to);
    checkSlots(slots, slotPitch, 2, from, to);
    if (Kernels.SIMD) {
      SimdUpdate.nadam(
          w, g, shards, pitch, slots, slotPitch, from, to, scale, limit, l2, decay,
          gradientRate, momentRate, rest1, rest2, epsilon);
    } else {
      ScalarUpdate.nadam(
          w, g, shards, pitch, slots, slotPitch, from, to, scale, limit, l2, decay,
          gradientRate, momentRate, rest1, rest2, epsilon);
    }
  }

  /**
   * Adamax: {@code m += rest1 (g - m); top = max(beta2 top, |g| + inside); w -= rate (m / (top +
   * outside))}. The slots are m, top.
   *
   * @param rate the learning rate with its bias correction
   * @param rest1 1 - beta1
   * @param beta2 the share of top that stays
   * @param inside epsilon inside of the maximum, or 0
   * @param outside epsilon outside of the maximum, or 0
   */
  public static void adamax(
      MemorySegment w, MemorySegment g, int shards, long pitch,
      MemorySegment slots, long slotPitch, long from, long to,
      float scale, float limit, float l2, float decay,
      float rate, float rest1, float beta2, float inside, float outside) {
    check(w, g, shards, pitch, from, to);
    checkSlots(slots, slotPitch, 2, from, to);
    if (Kernels.SIMD) {
      SimdUpdate.adamax(
          w, g, shards, pitch, slots, slotPitch, from, to, scale, limit, l2, decay,
          rate, rest1, beta2, inside, outside);
    } else {
      ScalarUpdate.adamax(
          w, g, shards, pitch, slots, slotPitch, from, to, scale, limit, l2, decay,
          rate, rest1, beta2, inside, outside);
    }
  }

  /**
   * Adadelta: {@code v += rest (g^2 - v); u = sqrt((moved + epsilon) / (v + epsilon)) g; moved +=
   * rest (u^2 - moved); w -= rate u}. The slots are v, moved.
   *
   * @param rate the learning rate
   * @param rest 1 - rho
   * @param epsilon epsilon inside of both roots
   */
  public static void adadelta(
      MemorySegment w, MemorySegment g, int shards, long pitch,
      MemorySegment slots, long slotPitch, long from, long to,
      float scale, float limit, float l2, float decay,
      float rate, float rest, float epsilon) {
    check(w, g, shards, pitch, from, to);
    checkSlots(slots, slotPitch, 2, from, to);
    if (Kernels.SIMD) {
      SimdUpdate.adadelta(
          w, g, shards, pitch, slots, slotPitch, from, to, scale, limit, l2, decay,
          rate, rest, epsilon);
    } else {
      ScalarUpdate.adadelta(
          w, g, shards, pitch, slots, slotPitch, from, to, scale, limit, l2, decay,
          rate, rest, epsilon);
    }
  }

  /**
   * Lion: {@code w -= rate sign(beta1 m + rest1 g)}, then {@code m += rest2 (g - m)}. Slot 0 is m.
   * The sign of zero is zero and that of NaN is NaN.
   *
   * @param rate the learning rate
   * @param beta1 the share of m in the sign
   * @param rest1 1 - beta1
   * @param rest2 1 - beta2
   */
  public static void lion(
      MemorySegment w, MemorySegment g, int shards, long pitch,
      MemorySegment slots, long slotPitch, long from, long to,
      float scale, float limit, float l2, float decay,
      float rate, float beta1, float rest1, float rest2) {
    check(w, g, shards, pitch, from, to);
    checkSlots(slots, slotPitch, 1, from, to);
    if (Kernels.SIMD) {
      SimdUpdate.lion(
          w, g, shards, pitch, slots, slotPitch, from, to, scale, limit, l2, decay,
          rate, beta1, rest1, rest2);
    } else {
      ScalarUpdate.lion(
          w, g, shards, pitch, slots, slotPitch, from, to, scale, limit, l2, decay,
          rate, beta1, rest1, rest2);
    }
  }

  private static void check(
      MemorySegment w, MemorySegment g, int shards, long pitch, long from, long to) {
    if (((from | to) & (Memory.BLOCK - 1)) != 0 || from > to) {
      throw new IllegalArgumentException(
          "not a range of whole blocks of " + Memory.BLOCK + ": " + from + " to " + to);
    }
    if (shards < 1 || pitch < 0) {
      throw new IllegalArgumentException(shards + " shards, " + pitch + " floats apart");
    }
    Memory.check(w, from, to - from);
    checkSpan(g, shards, pitch, from, to);
  }

  private static void checkSlots(
      MemorySegment slots, long slotPitch, int count, long from, long to) {
    if (slotPitch < 0) {
      throw new IllegalArgumentException("slots " + slotPitch + " floats apart");
    }
    checkSpan(slots, count, slotPitch, from, to);
  }

  /** Several ranges of one segment, which kernels reach through one window. */
  private static void checkSpan(
      MemorySegment segment, int count, long pitch, long from, long to) {
    double span = (count - 1.0) * pitch + (to - from); // in double: no overflow
    if (span * Float.BYTES > Window.MASK) {
      throw new IllegalArgumentException("an operand that spans " + span + " floats");
    }
    Memory.check(segment, from, (long) span);
  }
}
