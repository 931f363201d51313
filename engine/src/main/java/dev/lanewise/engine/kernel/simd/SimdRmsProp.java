package dev.lanewise.engine.kernel.simd;

import static dev.lanewise.engine.kernel.simd.SimdSupport.SPECIES;
import static dev.lanewise.engine.kernel.simd.SimdSupport.load;
import static dev.lanewise.engine.kernel.simd.SimdSupport.store;
import static dev.lanewise.engine.kernel.simd.SimdWidth.BYTES;
import static jdk.incubator.vector.FloatVector.broadcast;

import dev.lanewise.engine.memory.Window;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/**
 * The four variants of RMSprop, a loop for each for the reasons given at {@link SimdUpdate}:
 * together they would not be inlined.
 */
final class SimdRmsProp {
  private SimdRmsProp() {}

  /** Without mean and momentum; slot 0 is the mean square. */
  static void plain(
      MemorySegment w, MemorySegment g, int shards, long pitch,
      MemorySegment slots, long from, long to,
      float scale, float limit, float l2, float decay, float rest, float inside, float outside,
      float outer) {
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
      FloatVector v = load(ws, p);
      v = broadcast(SPECIES, rest).fma(d.fma(d, v.neg()), v);
      store(v, ws, p);
      FloatVector u = d.div(v.add(inside).sqrt().add(outside));
      store(broadcast(SPECIES, -outer).fma(u, broadcast(SPECIES, decay).fma(x, x)), ww, p);
    }
  }

  /** With momentum in slot 1. */
  static void plainMomentum(
      MemorySegment w, MemorySegment g, int shards, long pitch,
      MemorySegment slots, long slotPitch, long from, long to,
      float scale, float limit, float l2, float decay, float rest, float inside, float outside,
      float momentum, float inner, float outer) {
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
      v = broadcast(SPECIES, rest).fma(d.fma(d, v.neg()), v);
      store(v, ws, p);
      FloatVector u = d.div(v.add(inside).sqrt().add(outside));
      FloatVector b = broadcast(SPECIES, inner).fma(u, load(ws, p1).mul(momentum));
      store(b, ws, p1);
      store(broadcast(SPECIES, -outer).fma(b, broadcast(SPECIES, decay).fma(x, x)), ww, p);
    }
  }

  /** With the mean in slot 1. */
  static void centered(
      MemorySegment w, MemorySegment g, int shards, long pitch,
      MemorySegment slots, long slotPitch, long from, long to,
      float scale, float limit, float l2, float decay, float rest, float inside, float outside,
      float outer) {
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
      v = broadcast(SPECIES, rest).fma(d.fma(d, v.neg()), v);
      store(v, ws, p);
      FloatVector mean = load(ws, p1);
      mean = broadcast(SPECIES, rest).fma(d.sub(mean), mean);
      store(mean, ws, p1);
      v = mean.neg().fma(mean, v).max(0f);
      FloatVector u = d.div(v.add(inside).sqrt().add(outside));
      store(broadcast(SPECIES, -outer).fma(u, broadcast(SPECIES, decay).fma(x, x)), ww, p);
    }
  }

  /** With the mean in slot 1 and momentum in slot 2. */
  static void centeredMomentum(
      MemorySegment w, MemorySegment g, int shards, long pitch,
      MemorySegment slots, long slotPitch, long from, long to,
      float scale, float limit, float l2, float decay, float rest, float inside, float outside,
      float momentum, float inner, float outer) {
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
      FloatVector v = load(ws, p);
      v = broadcast(SPECIES, rest).fma(d.fma(d, v.neg()), v);
      store(v, ws, p);
      FloatVector mean = load(ws, p1);
      mean = broadcast(SPECIES, rest).fma(d.sub(mean), mean);
      store(mean, ws, p1);
      v = mean.neg().fma(mean, v).max(0f);
      FloatVector u = d.div(v.add(inside).sqrt().add(outside));
      FloatVector b = broadcast(SPECIES, inner).fma(u, load(ws, p2).mul(momentum));
      store(b, ws, p2);
      store(broadcast(SPECIES, -outer).fma(b, broadcast(SPECIES, decay).fma(x, x)), ww, p);
    }
  }
}
