package dev.lanewise.engine.kernel.simd;

import static dev.lanewise.engine.kernel.simd.SimdSupport.BYTES;
import static dev.lanewise.engine.kernel.simd.SimdSupport.SPECIES;
import static dev.lanewise.engine.kernel.simd.SimdSupport.load;
import static dev.lanewise.engine.kernel.simd.SimdSupport.store;

import dev.lanewise.engine.memory.Window;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/** Activations a vector at a time. Operands are unchecked; lengths are multiples of 16. */
public final class SimdActivation {
  private static final FloatVector ZERO = FloatVector.zero(SPECIES);
  private static final FloatVector ONE = FloatVector.broadcast(SPECIES, 1f);

  private SimdActivation() {}

  /** See the facade. */
  public static void relu(
      MemorySegment in, long xOffset, MemorySegment out, long yOffset, long floats) {
    MemorySegment xs = Window.of(in, xOffset, floats);
    MemorySegment ys = Window.of(out, yOffset, floats);
    long bytes = floats * Float.BYTES;
    for (long i = 0; i < bytes; i += BYTES) {
      long at = i & Window.MASK;
      FloatVector x = load(xs, at);
      store(x.max(0f), ys, at);
    }
  }

  /** See the facade. */
  public static void reluBackward(
      MemorySegment out, long yOffset, MemorySegment dOut, long dyOffset, MemorySegment dIn, long dxOffset,
      long floats) {
    MemorySegment ys = Window.of(out, yOffset, floats);
    MemorySegment dys = Window.of(dOut, dyOffset, floats);
    MemorySegment dxs = Window.of(dIn, dxOffset, floats);
    long bytes = floats * Float.BYTES;
    for (long i = 0; i < bytes; i += BYTES) {
      long at = i & Window.MASK;
      FloatVector y = load(ys, at);
      FloatVector dy = load(dys, at);
      store(ZERO.blend(dy, y.compare(VectorOperators.GT, 0f)), dxs, at);
    }
  }

  /** See the facade. */
  public static void leakyRelu(
      MemorySegment in, long xOffset, float slope, MemorySegment out, long yOffset, long floats) {
    MemorySegment xs = Window.of(in, xOffset, floats);
    MemorySegment ys = Window.of(out, yOffset, floats);
    long bytes = floats * Float.BYTES;
    for (long i = 0; i < bytes; i += BYTES) {
      long at = i & Window.MASK;
      FloatVector x = load(xs, at);
      store(x.mul(slope).blend(x, x.compare(VectorOperators.GT, 0f)), ys, at);
    }
  }

  /** See the facade. */
  public static void leakyReluBackward(
      MemorySegment out, long yOffset, MemorySegment dOut, long dyOffset, float slope, MemorySegment dIn, long dxOffset,
      long floats) {
    MemorySegment ys = Window.of(out, yOffset, floats);
    MemorySegment dys = Window.of(dOut, dyOffset, floats);
    MemorySegment dxs = Window.of(dIn, dxOffset, floats);
    long bytes = floats * Float.BYTES;
    for (long i = 0; i < bytes; i += BYTES) {
      long at = i & Window.MASK;
      FloatVector y = load(ys, at);
      FloatVector dy = load(dys, at);
      store(dy.mul(slope).blend(dy, y.compare(VectorOperators.GT, 0f)), dxs, at);
    }
  }

  /** See the facade. */
  public static void tanh(
      MemorySegment in, long xOffset, MemorySegment out, long yOffset, long floats) {
    MemorySegment xs = Window.of(in, xOffset, floats);
    MemorySegment ys = Window.of(out, yOffset, floats);
    long bytes = floats * Float.BYTES;
    for (long i = 0; i < bytes; i += BYTES) {
      long at = i & Window.MASK;
      FloatVector x = load(xs, at);
      store(SimdMath.tanh(x), ys, at);
    }
  }

  /** See the facade. */
  public static void tanhBackward(
      MemorySegment out, long yOffset, MemorySegment dOut, long dyOffset, MemorySegment dIn, long dxOffset,
      long floats) {
    MemorySegment ys = Window.of(out, yOffset, floats);
    MemorySegment dys = Window.of(dOut, dyOffset, floats);
    MemorySegment dxs = Window.of(dIn, dxOffset, floats);
    long bytes = floats * Float.BYTES;
    for (long i = 0; i < bytes; i += BYTES) {
      long at = i & Window.MASK;
      FloatVector y = load(ys, at);
      FloatVector dy = load(dys, at);
      store(dy.mul(y.neg().fma(y, ONE)), dxs, at);
    }
  }

  /** See the facade. */
  public static void sigmoid(
      MemorySegment in, long xOffset, MemorySegment out, long yOffset, long floats) {
    MemorySegment xs = Window.of(in, xOffset, floats);
    MemorySegment ys = Window.of(out, yOffset, floats);
    long bytes = floats * Float.BYTES;
    for (long i = 0; i < bytes; i += BYTES) {
      long at = i & Window.MASK;
      FloatVector x = load(xs, at);
      store(SimdMath.sigmoid(x), ys, at);
    }
  }

  /** See the facade. */
  public static void sigmoidBackward(
      MemorySegment out, long yOffset, MemorySegment dOut, long dyOffset, MemorySegment dIn, long dxOffset,
      long floats) {
    MemorySegment ys = Window.of(out, yOffset, floats);
    MemorySegment dys = Window.of(dOut, dyOffset, floats);
    MemorySegment dxs = Window.of(dIn, dxOffset, floats);
    long bytes = floats * Float.BYTES;
    for (long i = 0; i < bytes; i += BYTES) {
      long at = i & Window.MASK;
      FloatVector y = load(ys, at);
      FloatVector dy = load(dys, at);
      store(dy.mul(y.mul(ONE.sub(y))), dxs, at);
    }
  }
}
