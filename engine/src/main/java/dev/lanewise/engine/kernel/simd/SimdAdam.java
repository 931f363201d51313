package dev.lanewise.engine.kernel.simd;

import static dev.lanewise.engine.kernel.simd.SimdSupport.SPECIES;
import static dev.lanewise.engine.kernel.simd.SimdSupport.load;
import static dev.lanewise.engine.kernel.simd.SimdSupport.store;
import static dev.lanewise.engine.kernel.simd.SimdWidth.BYTES;
import static jdk.incubator.vector.FloatVector.broadcast;

import dev.lanewise.engine.memory.Window;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/** The two variants of Adam, a loop for each for the reasons given at {@link SimdUpdate}. */
final class SimdAdam {
  private SimdAdam() {}

  /** Adam without AMSGrad's maximum. */
  static void plain(
      MemorySegment w, MemorySegment g, int shards, long pitch,
      MemorySegment slots, long slotPitch, long from, long to,
      float scale, float limit, float l2, float decay,
      float rate, float rest1, float rest2, float epsilon) {
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
      FloatVector u = m.div(v.sqrt().add(epsilon));
      store(broadcast(SPECIES, -rate).fma(u, broadcast(SPECIES, decay).fma(x, x)), ww, p);
    }
  }

  /** With the largest second moment so far, in the third slot. */
  static void amsgrad(
      MemorySegment w, MemorySegment g, int shards, long pitch,
      MemorySegment slots, long slotPitch, long from, long to,
      float scale, float limit, float l2, float decay,
      float rate, float rest1, float rest2, float epsilon) {
    MemorySegment ww = Window.of(w, from, to - from);
    MemorySegment wg = Window.of(g, from, (shards - 1) * pitch + to - from);
    MemorySegment ws = Window.of(slots, from, 2 * slotPitch + to - from);
    long bytes = (to - from) * Float.BYTES;
    long shardBytes = pitch * Float.BYTES;
    long slotBytes = slotPitch * Float.BYTES;
    for (long o = 0; o < bytes; o += BYTES) {
      long p = o & Window.MASK;
      long p1 = (o + slotBytes) & Window.MASK;
      long p2 = (o + 2 * slotBytes) & Window.MASK;
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
      FloatVector top = load(ws, p2).max(v);
      store(top, ws, p2);
      FloatVector u = m.div(top.sqrt().add(epsilon));
      store(broadcast(SPECIES, -rate).fma(u, broadcast(SPECIES, decay).fma(x, x)), ww, p);
    }
  }
}
