package dev.lanewise.engine.kernel.simd;

import static dev.lanewise.engine.kernel.simd.SimdSupport.SPECIES;
import static dev.lanewise.engine.kernel.simd.SimdSupport.load;
import static dev.lanewise.engine.kernel.simd.SimdSupport.store;
import static dev.lanewise.engine.kernel.simd.SimdWidth.BYTES;
import static dev.lanewise.engine.kernel.simd.SimdWidth.LANES;
import static jdk.incubator.vector.FloatVector.broadcast;

import dev.lanewise.engine.memory.Window;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * The optimizer updates, one vector at a time. {@code dev.lanewise.engine.kernel.Update} documents
 * operands and formulas and checks them; {@code ScalarUpdate} gives the same bits.
 *
 * <p>One loop a variant of a rule, in which a vector's worth of parameters stays in registers from
 * the sum over the shards to the store. Windows are made before the loop and the index is masked,
 * so that no bounds check remains in it. The form has its reasons, all found by vectors that turned
 * up as objects on the heap:
 *
 * <ul>
 *   <li>C2 inlines into a method until it has about 18,000 nodes. A load or a store takes 600 of
 *       them, a window 650, an operation 300: variants that shared a loop went over, hence a loop
 *       for each, and one window for all slots.
 *   <li>There are no helpers but loads and stores, and the loop over the shards is written out in
 *       each. Once C2 compiled a helper on its own, it may find it too large to inline elsewhere.
 *   <li>Of a vector that a loop carries, or that lives while a running loop is entered (on-stack
 *       replacement), C2 does not know the class. So it is an argument, never the receiver, of an
 *       operation; a product with 1 makes the class known; and constants become vectors inside of
 *       the loop, from where C2 moves them out itself.
 *   <li>Clipping stands behind a branch that goes the same way all through the loop and is foreseen. The library's
 *       minimum and maximum are some ten instructions, for NaN and -0, and most trainings clip nothing.
 * </ul>
 *
 * <p>All methods are static; calls on disjoint ranges may run on several threads.
 */
public final class SimdUpdate {
  private static final int LOGICAL_LANES = 16;

  private SimdUpdate() {}

  /** See {@code Update.sumOfSquares}. */
  public static float sumOfSquares(MemorySegment g, int shards, long pitch, long from, long to) {
    MemorySegment wg = Window.of(g, from, (shards - 1) * pitch + to - from);
    long bytes = (to - from) * Float.BYTES;
    long shardBytes = pitch * Float.BYTES;
    // The 16 logical lanes: one, two or four vectors; those a width has no use for stay zero.
    FloatVector a = FloatVector.zero(SPECIES);
    FloatVector b = a;
    FloatVector c = a;
    FloatVector d = a;
    for (long o = 0; o < bytes; o += LOGICAL_LANES * Float.BYTES) {
      FloatVector x = load(wg, o & Window.MASK);
      for (int shard = 1; shard < shards; shard++) {
        x = load(wg, (shard * shardBytes + o) & Window.MASK).add(x);
      }
      x = broadcast(SPECIES, 1f).mul(x);
      a = x.fma(x, a);
      if (LANES <= 8) {
        x = load(wg, (o + BYTES) & Window.MASK);
        for (int shard = 1; shard < shards; shard++) {
          x = load(wg, (shard * shardBytes + o + BYTES) & Window.MASK).add(x);
        }
        x = broadcast(SPECIES, 1f).mul(x);
        b = x.fma(x, b);
      }
      if (LANES == 4) {
        x = load(wg, (o + 2L * BYTES) & Window.MASK);
        for (int shard = 1; shard < shards; shard++) {
          x = load(wg, (shard * shardBytes + o + 2L * BYTES) & Window.MASK).add(x);
        }
        x = broadcast(SPECIES, 1f).mul(x);
        c = x.fma(x, c);
        x = load(wg, (o + 3L * BYTES) & Window.MASK);
        for (int shard = 1; shard < shards; shard++) {
          x = load(wg, (shard * shardBytes + o + 3L * BYTES) & Window.MASK).add(x);
        }
        x = broadcast(SPECIES, 1f).mul(x);
        d = x.fma(x, d);
      }
    }
    a = broadcast(SPECIES, 1f).mul(a);
    b = broadcast(SPECIES, 1f).mul(b);
    return Lanes.sum(a, b, c, d);
  }

  /** See {@code Update.sgd}. */
  public static void sgd(
      MemorySegment w, MemorySegment g, int shards, long pitch, long from, long to,
      float scale, float limit, float l2, float decay, float rate) {
    MemorySegment ww = Window.of(w, from, to - from);
    MemorySegment wg = Window.of(g, from, (shards - 1) * pitch + to - from);
    long bytes = (to - from) * Float.BYTES;
    long shardBytes = pitch * Float.BYTES;
    for (long o = 0; o < bytes; o += BYTES) {
      long p = o & Window.MASK;
      FloatVector d = load(wg, p);
      for (int shard = 1; shard < shards; shard++) {
        d = load(wg, (shard * shardBytes + o) & Window.MASK).add(d);
      }
      FloatVector x = load(ww, p);
      d = broadcast(SPECIES, scale).mul(d);
      if (limit != Float.POSITIVE_INFINITY) {
        d = d.min(limit).max(-limit);
      }
      d = broadcast(SPECIES, l2).fma(x, d);
      store(broadcast(SPECIES, -rate).fma(d, broadcast(SPECIES, decay).fma(x, x)), ww, p);
    }
  }

  /** See {@code Update.momentum}. */
  public static void momentum(
      MemorySegment w, MemorySegment g, int shards, long pitch,
      MemorySegment slots, long slotPitch, long from, long to,
      float scale, float limit, float l2, float decay,
      float momentum, float inner, float outer, boolean nesterov) {
    if (nesterov) {
      nesterov(
          w, g, shards, pitch, slots, from, to, scale, limit, l2, decay,
          momentum, inner, outer);
    } else {
      momentum(
          w, g, shards, pitch, slots, from, to, scale, limit, l2, decay,
          momentum, inner, outer);
    }
  }

  private static void momentum(
      MemorySegment w, MemorySegment g, int shards, long pitch,
      MemorySegment slots, long from, long to,
      float scale, float limit, float l2, float decay,
      float momentum, float inner, float outer) {
    MemorySegment ww = Window.of(w, from, to - from);
    MemorySegment wg = Window.of(g, from, (shards - 1) * pitch + to - from);
    MemorySegment ws = Window.of(slots, from, to - from);
    long bytes = (to - from) * Float.BYTES;
    long shardBytes = pitch * Float.BYTES;
    for (long o = 0; o < bytes; o += BYTES) {
      long p = o & Window.MASK;
      FloatVector d = load(wg, p);
      for (int shard = 1; shard < shards; shard++) {
        d = load(wg, (shard * shardBytes + o) & Window.MASK).add(d);
      }
      FloatVector x = load(ww, p);
      d = broadcast(SPECIES, scale).mul(d);
      if (limit != Float.POSITIVE_INFINITY) {
        d = d.min(limit).max(-limit);
      }
      d = broadcast(SPECIES, l2).fma(x, d);
      FloatVector v = broadcast(SPECIES, inner).fma(d, load(ws, p).mul(momentum));
      store(v, ws, p);
      store(broadcast(SPECIES, outer).fma(v, broadcast(SPECIES, decay).fma(x, x)), ww, p);
    }
  }

  private static void nesterov(
      MemorySegment w, MemorySegment g, int shards, long pitch,
      MemorySegment slots, long from, long to,
      float scale, float limit, float l2, float decay,
      float momentum, float inner, float outer) {
    MemorySegment ww = Window.of(w, from, to - from);
    MemorySegment wg = Window.of(g, from, (shards - 1) * pitch + to - from);
    MemorySegment ws = Window.of(slots, from, to - from);
    long bytes = (to - from) * Float.BYTES;
    long shardBytes = pitch * Float.BYTES;
    for (long o = 0; o < bytes; o += BYTES) {
      long p = o & Window.MASK;
      FloatVector d = load(wg, p);
      for (int shard = 1; shard < shards; shard++) {
        d = load(wg, (shard * shardBytes + o) & Window.MASK).add(d);
      }
      FloatVector x = load(ww, p);
      d = broadcast(SPECIES, scale).mul(d);
      if (limit != Float.POSITIVE_INFINITY) {
        d = d.min(limit).max(-limit);
      }
      d = broadcast(SPECIES, l2).fma(x, d);
      FloatVector v = broadcast(SPECIES, inner).fma(d, load(ws, p).mul(momentum));
      store(v, ws, p);
      FloatVector ahead = broadcast(SPECIES, inner).fma(d, v.mul(momentum));
      store(broadcast(SPECIES, outer).fma(ahead, broadcast(SPECIES, decay).fma(x, x)), ww, p);
    }
  }

  /** See {@code Update.adagrad}. */
  public static void adagrad(
      MemorySegment w, MemorySegment g, int shards, long pitch,
      MemorySegment slots, long slotPitch, long from, long to,
      float scale, float limit, float l2, float decay, float rate, float inside, float outside) {
    MemorySegment ww = Window.of(w, from, to - from);
    MemorySegment wg = Window.of(g, from, (shards - 1) * pitch + to - from);
    MemorySegment ws = Window.of(slots, from, to - from);
    long bytes = (to - from) * Float.BYTES;
    long shardBytes = pitch * Float.BYTES;
    for (long o = 0; o < bytes; o += BYTES) {
      long p = o & Window.MASK;
      FloatVector d = load(wg, p);
      for (int shard = 1; shard < shards; shard++) {
        d = load(wg, (shard * shardBytes + o) & Window.MASK).add(d);
      }
      FloatVector x = load(ww, p);
      d = broadcast(SPECIES, scale).mul(d);
      if (limit != Float.POSITIVE_INFINITY) {
        d = d.min(limit).max(-limit);
      }
      d = broadcast(SPECIES, l2).fma(x, d);
      FloatVector v = d.fma(d, load(ws, p));
      store(v, ws, p);
      FloatVector u = d.div(v.add(inside).sqrt().add(outside));
      store(broadcast(SPECIES, -rate).fma(u, broadcast(SPECIES, decay).fma(x, x)), ww, p);
    }
  }

  /** See {@code Update.rmsprop}. */
  public static void rmsprop(
      MemorySegment w, MemorySegment g, int shards, long pitch,
      MemorySegment slots, long slotPitch, long from, long to,
      float scale, float limit, float l2, float decay, float rest, float inside, float outside,
      boolean centered, boolean hasMomentum, float momentum, float inner, float outer) {
    if (centered && hasMomentum) {
      SimdRmsProp.centeredMomentum(
          w, g, shards, pitch, slots, slotPitch, from, to, scale, limit, l2, decay,
          rest, inside, outside, momentum, inner, outer);
    } else if (centered) {
      SimdRmsProp.centered(
          w, g, shards, pitch, slots, slotPitch, from, to, scale, limit, l2, decay,
          rest, inside, outside, outer);
    } else if (hasMomentum) {
      SimdRmsProp.plainMomentum(
          w, g, shards, pitch, slots, slotPitch, from, to, scale, limit, l2, decay,
          rest, inside, outside, momentum, inner, outer);
    } else {
      SimdRmsProp.plain(
          w, g, shards, pitch, slots, from, to, scale, limit, l2, decay,
          rest, inside, outside, outer);
    }
  }

  /** See {@code Update.adam}. */
  public static void adam(
      MemorySegment w, MemorySegment g, int shards, long pitch,
      MemorySegment slots, long slotPitch, long from, long to,
      float scale, float limit, float l2, float decay,
      float rate, float rest1, float rest2, float epsilon, boolean amsgrad) {
    if (amsgrad) {
      SimdAdam.amsgrad(
          w, g, shards, pitch, slots, slotPitch, from, to, scale, limit, l2, decay,
          rate, rest1, rest2, epsilon);
    } else {
      SimdAdam.plain(
          w, g, shards, pitch, slots, slotPitch, from, to, scale, limit, l2, decay,
          rate, rest1, rest2, epsilon);
    }
  }

  /** See {@code Update.nadam}. */
  public static void nadam(
      MemorySegment w, MemorySegment g, int shards, long pitch,
      MemorySegment slots, long slotPitch, long from, long to,
      float scale, float limit, float l2, float decay,
      float gradientRate, float momentRate, float rest1, float rest2, float epsilon) {
    MemorySegment ww = Window.of(w, from, to - from);
    MemorySegment wg = Window.of(g, from, (shards - 1) * pitch + to - from);
    MemorySegment ws = Window.of(slots, from, slotPitch + to - from);
    long bytes = (to - from) * Float.BYTES;
    long shardBytes = pitch * Float.BYTES;
    long slotBytes = slotPitch * Float.BYTES;
    for (long o = 0; o < bytes; o += BYTES) {
      long p = o & Window.MASK;
      long p1 = (o + slotBytes) & Window.MASK;
      FloatVector d = load(wg, p);
      for (int shard = 1; shard < shards; shard++) {
        d = load(wg, (shard * shardBytes + o) & Window.MASK).add(d);
      }
      FloatVector x = load(ww, p);
      d = broadcast(SPECIES, scale).mul(d);
      if (limit != Float.POSITIVE_INFINITY) {
        d = d.min(limit).max(-limit);
      }
      d = broadcast(SPECIES, l2).fma(x, d);
      FloatVector m = load(ws, p);
      FloatVector v = load(ws, p1);
      m = broadcast(SPECIES, rest1).fma(d.sub(m), m);
      v = broadcast(SPECIES, rest2).fma(d.fma(d, v.neg()), v);
      store(m, ws, p);
      store(v, ws, p1);
      FloatVector u = broadcast(SPECIES, momentRate).fma(m, d.mul(gradientRate));
      u = u.div(v.sqrt().add(epsilon));
      store(broadcast(SPECIES, decay).fma(x, x).sub(u), ww, p);
    }
  }

  /** See {@code Update.adamax}. */
  public static void adamax(
      MemorySegment w, MemorySegment g, int shards, long pitch,
      MemorySegment slots, long slotPitch, long from, long to,
      float scale, float limit, float l2, float decay,
      float rate, float rest1, float beta2, float inside, float outside) {
    MemorySegment ww = Window.of(w, from, to - from);
    MemorySegment wg = Window.of(g, from, (shards - 1) * pitch + to - from);
    MemorySegment ws = Window.of(slots, from, slotPitch + to - from);
    long bytes = (to - from) * Float.BYTES;
    long shardBytes = pitch * Float.BYTES;
    long slotBytes = slotPitch * Float.BYTES;
    for (long o = 0; o < bytes; o += BYTES) {
      long p = o & Window.MASK;
      long p1 = (o + slotBytes) & Window.MASK;
      FloatVector d = load(wg, p);
      for (int shard = 1; shard < shards; shard++) {
        d = load(wg, (shard * shardBytes + o) & Window.MASK).add(d);
      }
      FloatVector x = load(ww, p);
      d = broadcast(SPECIES, scale).mul(d);
      if (limit != Float.POSITIVE_INFINITY) {
        d = d.min(limit).max(-limit);
      }
      d = broadcast(SPECIES, l2).fma(x, d);
      FloatVector m = load(ws, p);
      m = broadcast(SPECIES, rest1).fma(d.sub(m), m);
      store(m, ws, p);
      FloatVector top = load(ws, p1).mul(beta2).max(d.abs().add(inside));
      store(top, ws, p1);
      FloatVector u = m.div(top.add(outside));
      store(broadcast(SPECIES, -rate).fma(u, broadcast(SPECIES, decay).fma(x, x)), ww, p);
    }
  }

  /** See {@code Update.adadelta}. */
  public static void adadelta(
      MemorySegment w, MemorySegment g, int shards, long pitch,
      MemorySegment slots, long slotPitch, long from, long to,
      float scale, float limit, float l2, float decay, float rate, float rest, float epsilon) {
    MemorySegment ww = Window.of(w, from, to - from);
    MemorySegment wg = Window.of(g, from, (shards - 1) * pitch + to - from);
    MemorySegment ws = Window.of(slots, from, slotPitch + to - from);
    long bytes = (to - from) * Float.BYTES;
    long shardBytes = pitch * Float.BYTES;
    long slotBytes = slotPitch * Float.BYTES;
    for (long o = 0; o < bytes; o += BYTES) {
      long p = o & Window.MASK;
      long p1 = (o + slotBytes) & Window.MASK;
      FloatVector d = load(wg, p);
      for (int shard = 1; shard < shards; shard++) {
        d = load(wg, (shard * shardBytes + o) & Window.MASK).add(d);
      }
      FloatVector x = load(ww, p);
      d = broadcast(SPECIES, scale).mul(d);
      if (limit != Float.POSITIVE_INFINITY) {
        d = d.min(limit).max(-limit);
      }
      d = broadcast(SPECIES, l2).fma(x, d);
      FloatVector v = load(ws, p);
      FloatVector moved = load(ws, p1);
      v = broadcast(SPECIES, rest).fma(d.fma(d, v.neg()), v);
      store(v, ws, p);
      FloatVector u = moved.add(epsilon).div(v.add(epsilon)).sqrt().mul(d);
      store(broadcast(SPECIES, rest).fma(u.fma(u, moved.neg()), moved), ws, p1);
      store(broadcast(SPECIES, -rate).fma(u, broadcast(SPECIES, decay).fma(x, x)), ww, p);
    }
  }

  /** See {@code Update.lion}. */
  public static void lion(
      MemorySegment w, MemorySegment g, int shards, long pitch,
      MemorySegment slots, long slotPitch, long from, long to,
      float scale, float limit, float l2, float decay,
      float rate, float beta1, float rest1, float rest2) {
    MemorySegment ww = Window.of(w, from, to - from);
    MemorySegment wg = Window.of(g, from, (shards - 1) * pitch + to - from);
    MemorySegment ws = Window.of(slots, from, to - from);
    long bytes = (to - from) * Float.BYTES;
    long shardBytes = pitch * Float.BYTES;
    for (long o = 0; o < bytes; o += BYTES) {
      long p = o & Window.MASK;
      FloatVector d = load(wg, p);
      for (int shard = 1; shard < shards; shard++) {
        d = load(wg, (shard * shardBytes + o) & Window.MASK).add(d);
      }
      FloatVector x = load(ww, p);
      d = broadcast(SPECIES, scale).mul(d);
      if (limit != Float.POSITIVE_INFINITY) {
        d = d.min(limit).max(-limit);
      }
      d = broadcast(SPECIES, l2).fma(x, d);
      FloatVector m = load(ws, p);
      FloatVector u = broadcast(SPECIES, beta1).fma(m, d.mul(rest1));
      store(broadcast(SPECIES, rest2).fma(d.sub(m), m), ws, p);
      // Zeros and NaN stay what they are.
      FloatVector sign = u.blend(1f, u.compare(VectorOperators.GT, 0f));
      sign = sign.blend(-1f, u.compare(VectorOperators.LT, 0f));
      store(broadcast(SPECIES, -rate).fma(sign, broadcast(SPECIES, decay).fma(x, x)), ww, p);
    }
  }
}
