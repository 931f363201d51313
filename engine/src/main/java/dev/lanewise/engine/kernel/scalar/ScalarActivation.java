package dev.lanewise.engine.kernel.scalar;

import dev.lanewise.engine.memory.Memory;
import java.lang.foreign.MemorySegment;

/** Activations one element at a time; the oracle of the SIMD twin. Operands are unchecked. */
public final class ScalarActivation {
  private ScalarActivation() {}

  /** See the facade. */
  public static void relu(
      MemorySegment in, long xOffset, MemorySegment out, long yOffset, long floats) {
    for (long i = 0; i < floats; i++) {
      float x = Memory.get(in, xOffset + i);
      Memory.set(out, yOffset + i, Math.max(x, 0f));
    }
  }

  /** See the facade. */
  public static void reluBackward(
      MemorySegment out, long yOffset, MemorySegment dOut, long dyOffset, MemorySegment dIn, long dxOffset,
      long floats) {
    for (long i = 0; i < floats; i++) {
      float y = Memory.get(out, yOffset + i);
      float dy = Memory.get(dOut, dyOffset + i);
      Memory.set(dIn, dxOffset + i, y > 0 ? dy : 0f);
    }
  }

  /** See the facade. */
  public static void leakyRelu(
      MemorySegment in, long xOffset, float slope, MemorySegment out, long yOffset, long floats) {
    for (long i = 0; i < floats; i++) {
      float x = Memory.get(in, xOffset + i);
      Memory.set(out, yOffset + i, x > 0 ? x : slope * x);
    }
  }

  /** See the facade. */
  public static void leakyReluBackward(
      MemorySegment out, long yOffset, MemorySegment dOut, long dyOffset, float slope, MemorySegment dIn, long dxOffset,
      long floats) {
    for (long i = 0; i < floats; i++) {
      float y = Memory.get(out, yOffset + i);
      float dy = Memory.get(dOut, dyOffset + i);
      Memory.set(dIn, dxOffset + i, y > 0 ? dy : slope * dy);
    }
  }

  /** See the facade. */
  public static void tanh(
      MemorySegment in, long xOffset, MemorySegment out, long yOffset, long floats) {
    for (long i = 0; i < floats; i++) {
      float x = Memory.get(in, xOffset + i);
      Memory.set(out, yOffset + i, ScalarMath.tanh(x));
    }
  }

  /** See the facade. */
  public static void tanhBackward(
      MemorySegment out, long yOffset, MemorySegment dOut, long dyOffset, MemorySegment dIn, long dxOffset,
      long floats) {
    for (long i = 0; i < floats; i++) {
      float y = Memory.get(out, yOffset + i);
      float dy = Memory.get(dOut, dyOffset + i);
      Memory.set(dIn, dxOffset + i, dy * Math.fma(-y, y, 1f));
    }
  }

  /** See the facade. */
  public static void sigmoid(
      MemorySegment in, long xOffset, MemorySegment out, long yOffset, long floats) {
    for (long i = 0; i < floats; i++) {
      float x = Memory.get(in, xOffset + i);
      Memory.set(out, yOffset + i, ScalarMath.sigmoid(x));
    }
  }

  /** See the facade. */
  public static void sigmoidBackward(
      MemorySegment out, long yOffset, MemorySegment dOut, long dyOffset, MemorySegment dIn, long dxOffset,
      long floats) {
    for (long i = 0; i < floats; i++) {
      float y = Memory.get(out, yOffset + i);
      float dy = Memory.get(dOut, dyOffset + i);
      Memory.set(dIn, dxOffset + i, dy * (y * (1f - y)));
    }
  }
}
