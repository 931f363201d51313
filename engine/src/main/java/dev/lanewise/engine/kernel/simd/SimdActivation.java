package dev.lanewise.engine.kernel.simd;

import static dev.lanewise.engine.kernel.simd.SimdSupport.SPECIES;
import static dev.lanewise.engine.kernel.simd.SimdSupport.load;
import static dev.lanewise.engine.kernel.simd.SimdSupport.store;
import static dev.lanewise.engine.kernel.simd.SimdWidth.LANES;
import static jdk.incubator.vector.VectorOperators.GT;

import dev.lanewise.engine.memory.Window;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/** Activations with vectors along the tensor; the contract is in {@code kernel.Activation}. */
public final class SimdActivation {
  private SimdActivation() {}

  /** See {@code kernel.Activation#relu}. */
  public static void relu(
      MemorySegment x, long xOffset, MemorySegment y, long yOffset, long length) {
    MemorySegment in = Window.of(x, xOffset, length);
    MemorySegment out = Window.of(y, yOffset, length);
    FloatVector zero = FloatVector.zero(SPECIES);
    for (long i = 0; i < length; i += LANES) {
      long p = Lanes.bytes(i);
      FloatVector v = load(in, p);
      store(v.max(zero), out, p);
    }
  }

  /** See {@code kernel.Activation#reluBackward}. */
  public static void reluBackward(
      MemorySegment y, long yOffset, MemorySegment dy, long dyOffset,
      MemorySegment dx, long dxOffset, long length) {
    MemorySegment in = Window.of(y, yOffset, length);
    MemorySegment gradient = Window.of(dy, dyOffset, length);
    MemorySegment out = Window.of(dx, dxOffset, length);
    FloatVector zero = FloatVector.zero(SPECIES);
    for (long i = 0; i < length; i += LANES) {
      long p = Lanes.bytes(i);
      FloatVector v = load(in, p);
      FloatVector g = load(gradient, p);
      store(zero.blend(g, v.compare(GT, zero)), out, p);
    }
  }

  /** See {@code kernel.Activation#leakyRelu}. */
  public static void leakyRelu(
      float slope, MemorySegment x, long xOffset, MemorySegment y, long yOffset, long length) {
    MemorySegment in = Window.of(x, xOffset, length);
    MemorySegment out = Window.of(y, yOffset, length);
    FloatVector zero = FloatVector.zero(SPECIES);
    for (long i = 0; i < length; i += LANES) {
      long p = Lanes.bytes(i);
      FloatVector v = load(in, p);
      store(v.mul(slope).blend(v, v.compare(GT, zero)), out, p);
    }
  }

  /** See {@code kernel.Activation#leakyReluBackward}. */
  public static void leakyReluBackward(
      float slope, MemorySegment y, long yOffset, MemorySegment dy, long dyOffset,
      MemorySegment dx, long dxOffset, long length) {
    MemorySegment in = Window.of(y, yOffset, length);
    MemorySegment gradient = Window.of(dy, dyOffset, length);
    MemorySegment out = Window.of(dx, dxOffset, length);
    FloatVector zero = FloatVector.zero(SPECIES);
    for (long i = 0; i < length; i += LANES) {
      long p = Lanes.bytes(i);
      FloatVector v = load(in, p);
      FloatVector g = load(gradient, p);
      store(g.mul(slope).blend(g, v.compare(GT, zero)), out, p);
    }
  }

  /** See {@code kernel.Activation#tanh}. */
  public static void tanh(
      MemorySegment x, long xOffset, MemorySegment y, long yOffset, long length) {
    MemorySegment in = Window.of(x, xOffset, length);
    MemorySegment out = Window.of(y, yOffset, length);
    for (long i = 0; i < length; i += LANES) {
      long p = Lanes.bytes(i);
      FloatVector v = load(in, p);
      store(SimdMath.tanh(v), out, p);
    }
  }

  /** See {@code kernel.Activation#tanhBackward}. */
  public static void tanhBackward(
      MemorySegment y, long yOffset, MemorySegment dy, long dyOffset,
      MemorySegment dx, long dxOffset, long length) {
    MemorySegment in = Window.of(y, yOffset, length);
    MemorySegment gradient = Window.of(dy, dyOffset, length);
    MemorySegment out = Window.of(dx, dxOffset, length);
    FloatVector one = FloatVector.broadcast(SPECIES, 1f);
    for (long i = 0; i < length; i += LANES) {
      long p = Lanes.bytes(i);
      FloatVector v = load(in, p);
      FloatVector g = load(gradient, p);
      store(g.mul(v.neg().fma(v, one)), out, p);
    }
  }

  /** See {@code kernel.Activation#sigmoid}. */
  public static void sigmoid(
      MemorySegment x, long xOffset, MemorySegment y, long yOffset, long length) {
    MemorySegment in = Window.of(x, xOffset, length);
    MemorySegment out = Window.of(y, yOffset, length);
    for (long i = 0; i < length; i += LANES) {
      long p = Lanes.bytes(i);
      FloatVector v = load(in, p);
      store(SimdMath.sigmoid(v), out, p);
    }
  }

  /** See {@code kernel.Activation#sigmoidBackward}. */
  public static void sigmoidBackward(
      MemorySegment y, long yOffset, MemorySegment dy, long dyOffset,
      MemorySegment dx, long dxOffset, long length) {
    MemorySegment in = Window.of(y, yOffset, length);
    MemorySegment gradient = Window.of(dy, dyOffset, length);
    MemorySegment out = Window.of(dx, dxOffset, length);
    FloatVector one = FloatVector.broadcast(SPECIES, 1f);
    for (long i = 0; i < length; i += LANES) {
      long p = Lanes.bytes(i);
      FloatVector v = load(in, p);
      FloatVector g = load(gradient, p);
      store(g.mul(v).mul(one.sub(v)), out, p);
    }
  }
}
