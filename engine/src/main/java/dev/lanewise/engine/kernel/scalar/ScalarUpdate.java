package dev.lanewise.engine.kernel.scalar;

import static dev.lanewise.engine.memory.Memory.get;
import static dev.lanewise.engine.memory.Memory.set;

import java.lang.foreign.MemorySegment;

/**
 * The optimizer updates, one element at a time: the readable reference for {@code
 * dev.lanewise.engine.kernel.Update}, which documents operands and formulas and checks them.
 *
 * <p>Every expression is in the order in which the SIMD twin computes it; both give the same bits.
 * All methods are static; calls on disjoint ranges may run on several threads.
 */
public final class ScalarUpdate {
  private static final int LOGICAL_LANES = 16;

  private ScalarUpdate() {}

  /** See {@code Update.sumOfSquares}. */
  public static float sumOfSquares(MemorySegment g, int shards, long pitch, long from, long to) {
    return tree(g, shards, pitch, from, to, 0, 1);
  }

  /** The fixed tree over 16 lanes from its root: at every level, lane i takes in lane i + width. */
  private static float tree(
      MemorySegment g, int shards, long pitch, long from, long to, int lane, int width) {
    if (width < LOGICAL_LANES) {
      return tree(g, shards, pitch, from, to, lane, 2 * width)
          + tree(g, shards, pitch, from, to, lane + width, 2 * width);
    }
    float squares = 0;
    for (long i = from + lane; i < to; i += LOGICAL_LANES) {
      float sum = sum(g, shards, pitch, i);
      squares = Math.fma(sum, sum, squares);
    }
    return squares;
  }

  /** See {@code Update.sgd}. */
  public static void sgd(
      MemorySegment w, MemorySegment g, int shards, long pitch, long from, long to,
      float scale, float limit, float l2, float decay, float rate) {
    for (long i = from; i < to; i++) {
      float x = get(w, i);
      float d = gradient(g, shards, pitch, i, x, scale, limit, l2);
      set(w, i, Math.fma(-rate, d, decayed(x, decay)));
    }
  }

  /** See {@code Update.momentum}. */
  public static void momentum(
      MemorySegment w, MemorySegment g, int shards, long pitch,
      MemorySegment slots, long slotPitch, long from, long to,
      float scale, float limit, float l2, float decay,
      float momentum, float inner, float outer, boolean nesterov) {
    for (long i = from; i < to; i++) {
      float x = get(w, i);
      float d = gradient(g, shards, pitch, i, x, scale, limit, l2);
      float v = Math.fma(inner, d, momentum * get(slots, i));
      set(slots, i, v);
      float ahead = nesterov ? Math.fma(inner, d, momentum * v) : v;
      set(w, i, Math.fma(outer, ahead, decayed(x, decay)));
    }
  }

  /** See {@code Update.adagrad}. */
  public static void adagrad(
      MemorySegment w, MemorySegment g, int shards, long pitch,
      MemorySegment slots, long slotPitch, long from, long to,
      float scale, float limit, float l2, float decay, float rate, float inside, float outside) {
    for (long i = from; i < to; i++) {
      float x = get(w, i);
      float d = gradient(g, shards, pitch, i, x, scale, limit, l2);
      float v = Math.fma(d, d, get(slots, i));
      set(slots, i, v);
      float u = d / (root(v + inside) + outside);
      set(w, i, Math.fma(-rate, u, decayed(x, decay)));
    }
  }

  /** See {@code Update.rmsprop}. */
  public static void rmsprop(
      MemorySegment w, MemorySegment g, int shards, long pitch,
      MemorySegment slots, long slotPitch, long from, long to,
      float scale, float limit, float l2, float decay, float rest, float inside, float outside,
      boolean centered, boolean hasMomentum, float momentum, float inner, float outer) {
    long momentumSlot = centered ? 2 * slotPitch : slotPitch;
    for (long i = from; i < to; i++) {
      float x = get(w, i);
      float d = gradient(g, shards, pitch, i, x, scale, limit, l2);
      float v = get(slots, i);
      v = towards(v, Math.fma(d, d, -v), rest);
      set(slots, i, v);
      if (centered) {
        float mean = get(slots, slotPitch + i);
        mean = towards(mean, d - mean, rest);
        set(slots, slotPitch + i, mean);
        v = Math.max(Math.fma(-mean, mean, v), 0f);
      }
      float u = d / (root(v + inside) + outside);
      if (hasMomentum) {
        u = Math.fma(inner, u, momentum * get(slots, momentumSlot + i));
        set(slots, momentumSlot + i, u);
      }
      set(w, i, Math.fma(-outer, u, decayed(x, decay)));
    }
  }

  /** See {@code Update.adam}. */
  public static void adam(
      MemorySegment w, MemorySegment g, int shards, long pitch,
      MemorySegment slots, long slotPitch, long from, long to,
      float scale, float limit, float l2, float decay,
      float rate, float rest1, float rest2, float epsilon, boolean amsgrad) {
    for (long i = from; i < to; i++) {
      float x = get(w, i);
      float d = gradient(g, shards, pitch, i, x, scale, limit, l2);
      float m = get(slots, i);
      float v = get(slots, slotPitch + i);
      m = towards(m, d - m, rest1);
      v = towards(v, Math.fma(d, d, -v), rest2);
      set(slots, i, m);
      set(slots, slotPitch + i, v);
      if (amsgrad) {
        v = Math.max(get(slots, 2 * slotPitch + i), v);
        set(slots, 2 * slotPitch + i, v);
      }
      float u = m / (root(v) + epsilon);
      set(w, i, Math.fma(-rate, u, decayed(x, decay)));
    }
  }

  /** See {@code Update.nadam}. */
  public static void nadam(
      MemorySegment w, MemorySegment g, int shards, long pitch,
      MemorySegment slots, long slotPitch, long from, long to,
      float scale, float limit, float l2, float decay,
      float gradientRate, float momentRate, float rest1, float rest2, float epsilon) {
    for (long i = from; i < to; i++) {
      float x = get(w, i);
      float d = gradient(g, shards, pitch, i, x, scale, limit, l2);
      float m = get(slots, i);
      float v = get(slots, slotPitch + i);
      m = towards(m, d - m, rest1);
      v = towards(v, Math.fma(d, d, -v), rest2);
      set(slots, i, m);
      set(slots, slotPitch + i, v);
      float u = Math.fma(momentRate, m, gradientRate * d) / (root(v) + epsilon);
      set(w, i, decayed(x, decay) - u);
    }
  }

  /** See {@code Update.adamax}. */
  public static void adamax(
      MemorySegment w, MemorySegment g, int shards, long pitch,
      MemorySegment slots, long slotPitch, long from, long to,
      float scale, float limit, float l2, float decay,
      float rate, float rest1, float beta2, float inside, float outside) {
    for (long i = from; i < to; i++) {
      float x = get(w, i);
      float d = gradient(g, shards, pitch, i, x, scale, limit, l2);
      float m = get(slots, i);
      m = towards(m, d - m, rest1);
      set(slots, i, m);
      float top = Math.max(beta2 * get(slots, slotPitch + i), Math.abs(d) + inside);
      set(slots, slotPitch + i, top);
      float u = m / (top + outside);
      set(w, i, Math.fma(-rate, u, decayed(x, decay)));
    }
  }

  /** See {@code Update.adadelta}. */
  public static void adadelta(
      MemorySegment w, MemorySegment g, int shards, long pitch,
      MemorySegment slots, long slotPitch, long from, long to,
      float scale, float limit, float l2, float decay, float rate, float rest, float epsilon) {
    for (long i = from; i < to; i++) {
      float x = get(w, i);
      float d = gradient(g, shards, pitch, i, x, scale, limit, l2);
      float v = get(slots, i);
      float moved = get(slots, slotPitch + i);
      v = towards(v, Math.fma(d, d, -v), rest);
      set(slots, i, v);
      float u = root((moved + epsilon) / (v + epsilon)) * d;
      set(slots, slotPitch + i, towards(moved, Math.fma(u, u, -moved), rest));
      set(w, i, Math.fma(-rate, u, decayed(x, decay)));
    }
  }

  /** See {@code Update.lion}. */
  public static void lion(
      MemorySegment w, MemorySegment g, int shards, long pitch,
      MemorySegment slots, long slotPitch, long from, long to,
      float scale, float limit, float l2, float decay,
      float rate, float beta1, float rest1, float rest2) {
    for (long i = from; i < to; i++) {
      float x = get(w, i);
      float d = gradient(g, shards, pitch, i, x, scale, limit, l2);
      float m = get(slots, i);
      float u = Math.fma(beta1, m, rest1 * d);
      set(slots, i, towards(m, d - m, rest2));
      float sign = u > 0 ? 1 : u < 0 ? -1 : u; // zeros and NaN stay what they are
      set(w, i, Math.fma(-rate, sign, decayed(x, decay)));
    }
  }

  /** The gradient of element i as the rule sees it: summed, scaled, clipped, with L2 decay. */
  private static float gradient(
      MemorySegment g, int shards, long pitch, long i, float x, float scale, float limit,
      float l2) {
    float d = sum(g, shards, pitch, i) * scale;
    return Math.fma(l2, x, Math.max(Math.min(d, limit), -limit));
  }

  /** The shards of element i, in ascending order. */
  private static float sum(MemorySegment g, int shards, long pitch, long i) {
    float sum = get(g, i);
    for (int shard = 1; shard < shards; shard++) {
      sum += get(g, shard * pitch + i);
    }
    return sum;
  }

  /** The parameter after decoupled decay, which has the sign of a change: -rate * decay. */
  private static float decayed(float x, float decay) {
    return Math.fma(decay, x, x);
  }

  /** A moving average one step on: average + rest * difference. */
  private static float towards(float average, float difference, float rest) {
    return Math.fma(rest, difference, average);
  }

  /** Exact by IEEE: a root in double rounds to the nearest float for every float. */
  private static float root(float x) {
    return (float) Math.sqrt(x);
  }
}
