package dev.lanewise.engine.kernel.scalar;

import dev.lanewise.engine.memory.Memory;
import java.lang.foreign.MemorySegment;

/** Activations, the readable reference; the contract is in {@code kernel.Activation}. */
public final class ScalarActivation {
  private ScalarActivation() {}

  /** See {@code kernel.Activation#relu}. */
  public static void relu(
      MemorySegment x, long xOffset, MemorySegment y, long yOffset, long length) {
    for (long i = 0; i < length; i++) {
      float v = Memory.get(x, xOffset + i);
      Memory.set(y, yOffset + i, Math.max(v, 0f));
    }
  }

  /** See {@code kernel.Activation#reluBackward}. */
  public static void reluBackward(
      MemorySegment y, long yOffset, MemorySegment dy, long dyOffset,
      MemorySegment dx, long dxOffset, long length) {
    for (long i = 0; i < length; i++) {
      float v = Memory.get(y, yOffset + i);
      float g = Memory.get(dy, dyOffset + i);
      Memory.set(dx, dxOffset + i, v > 0f ? g : 0f);
    }
  }

  /** See {@code kernel.Activation#leakyRelu}. */
  public static void leakyRelu(
      float slope, MemorySegment x, long xOffset, MemorySegment y, long yOffset, long length) {
    for (long i = 0; i < length; i++) {
      float v = Memory.get(x, xOffset + i);
      Memory.set(y, yOffset + i, v > 0f ? v : v * slope);
    }
  }

  /** See {@code kernel.Activation#leakyReluBackward}. */
  public static void leakyReluBackward(
      float slope, MemorySegment y, long yOffset, MemorySegment dy, long dyOffset,
      MemorySegment dx, long dxOffset, long length) {
    for (long i = 0; i < length; i++) {
      float v = Memory.get(y, yOffset + i);
      float g = Memory.get(dy, dyOffset + i);
      Memory.set(dx, dxOffset + i, v > 0f ? g : g * slope);
    }
  }

  /** See {@code kernel.Activation#tanh}. */
  public static void tanh(
      MemorySegment x, long xOffset, MemorySegment y, long yOffset, long length) {
    for (long i = 0; i < length; i++) {
      float v = Memory.get(x, xOffset + i);
      Memory.set(y, yOffset + i, ScalarMath.tanh(v));
    }
  }

  /** See {@code kernel.Activation#tanhBackward}. */
  public static void tanhBackward(
      MemorySegment y, long yOffset, MemorySegment dy, long dyOffset,
      MemorySegment dx, long dxOffset, long length) {
    for (long i = 0; i < length; i++) {
      float v = Memory.get(y, yOffset + i);
      float g = Memory.get(dy, dyOffset + i);
      Memory.set(dx, dxOffset + i, g * Math.fma(-v, v, 1f));
    }
  }

  /** See {@code kernel.Activation#sigmoid}. */
  public static void sigmoid(
      MemorySegment x, long xOffset, MemorySegment y, long yOffset, long length) {
    for (long i = 0; i < length; i++) {
      float v = Memory.get(x, xOffset + i);
      Memory.set(y, yOffset + i, ScalarMath.sigmoid(v));
    }
  }

  /** See {@code kernel.Activation#sigmoidBackward}. */
  public static void sigmoidBackward(
      MemorySegment y, long yOffset, MemorySegment dy, long dyOffset,
      MemorySegment dx, long dxOffset, long length) {
    for (long i = 0; i < length; i++) {
      float v = Memory.get(y, yOffset + i);
      float g = Memory.get(dy, dyOffset + i);
      Memory.set(dx, dxOffset + i, (g * v) * (1f - v));
    }
  }
}
