package dev.lanewise.engine.kernel;

import dev.lanewise.engine.kernel.scalar.ScalarActivation;
import dev.lanewise.engine.kernel.simd.SimdActivation;
import dev.lanewise.engine.memory.Memory;
import java.lang.foreign.MemorySegment;

/**
 * Activations, element by element, and their gradients from the outputs {@code y}. Lengths are multiples of
 * 16 floats. Operands may be the same memory (in place), but may not overlap partly.
 *
 * <p>Static, thread-safe for disjoint outputs, without allocation. All methods throw {@link
 * IndexOutOfBoundsException} if an operand does not lie within its segment and {@link
 * IllegalArgumentException} if a length is not a multiple of 16.
 */
public final class Activation {
  private Activation() {}

  /** {@code y = max(x, 0)} as {@link Math#max}: NaN stays NaN, -0 becomes +0. */
  public static void relu(
      MemorySegment x, long xOffset, MemorySegment y, long yOffset, long floats) {
    check(floats);
    Memory.check(x, xOffset, floats);
    Memory.check(y, yOffset, floats);
    if (Kernels.SIMD) {
      SimdActivation.relu(x, xOffset, y, yOffset, floats);
    } else {
      ScalarActivation.relu(x, xOffset, y, yOffset, floats);
    }
  }

  /** Gradient of {@link #relu}: {@code dx = y > 0 ? dy : +0}; where y is NaN, +0. */
  public static void reluBackward(
      MemorySegment y, long yOffset, MemorySegment dy, long dyOffset, MemorySegment dx, long dxOffset,
      long floats) {
    check(floats);
    Memory.check(y, yOffset, floats);
    Memory.check(dy, dyOffset, floats);
    Memory.check(dx, dxOffset, floats);
    if (Kernels.SIMD) {
      SimdActivation.reluBackward(y, yOffset, dy, dyOffset, dx, dxOffset, floats);
    } else {
      ScalarActivation.reluBackward(y, yOffset, dy, dyOffset, dx, dxOffset, floats);
    }
  }

  /** {@code y = x > 0 ? x : slope * x}; NaN stays NaN. */
  public static void leakyRelu(
      MemorySegment x, long xOffset, float slope, MemorySegment y, long yOffset, long floats) {
    check(floats);
    Memory.check(x, xOffset, floats);
    Memory.check(y, yOffset, floats);
    if (Kernels.SIMD) {
      SimdActivation.leakyRelu(x, xOffset, slope, y, yOffset, floats);
    } else {
      ScalarActivation.leakyRelu(x, xOffset, slope, y, yOffset, floats);
    }
  }

  /** Gradient of {@link #leakyRelu}: {@code dx = y > 0 ? dy : slope * dy}; where y is NaN, {@code slope * dy}. */
  public static void leakyReluBackward(
      MemorySegment y, long yOffset, MemorySegment dy, long dyOffset, float slope, MemorySegment dx, long dxOffset,
      long floats) {
    check(floats);
    Memory.check(y, yOffset, floats);
    Memory.check(dy, dyOffset, floats);
    Memory.check(dx, dxOffset, floats);
    if (Kernels.SIMD) {
      SimdActivation.leakyReluBackward(y, yOffset, dy, dyOffset, slope, dx, dxOffset, floats);
    } else {
      ScalarActivation.leakyReluBackward(y, yOffset, dy, dyOffset, slope, dx, dxOffset, floats);
    }
  }

  /** Hyperbolic tangent; see the numeric contract for its error bound. NaN stays NaN. */
  public static void tanh(
      MemorySegment x, long xOffset, MemorySegment y, long yOffset, long floats) {
    check(floats);
    Memory.check(x, xOffset, floats);
    Memory.check(y, yOffset, floats);
    if (Kernels.SIMD) {
      SimdActivation.tanh(x, xOffset, y, yOffset, floats);
    } else {
      ScalarActivation.tanh(x, xOffset, y, yOffset, floats);
    }
  }

  /** Gradient of {@link #tanh}: {@code dx = dy * (1 - y * y)}, computed as {@code dy * fma(-y, y, 1)}. */
  public static void tanhBackward(
      MemorySegment y, long yOffset, MemorySegment dy, long dyOffset, MemorySegment dx, long dxOffset,
      long floats) {
    check(floats);
    Memory.check(y, yOffset, floats);
    Memory.check(dy, dyOffset, floats);
    Memory.check(dx, dxOffset, floats);
    if (Kernels.SIMD) {
      SimdActivation.tanhBackward(y, yOffset, dy, dyOffset, dx, dxOffset, floats);
    } else {
      ScalarActivation.tanhBackward(y, yOffset, dy, dyOffset, dx, dxOffset, floats);
    }
  }

  /** {@code y = 1 / (1 + exp(-x))}. NaN stays NaN. */
  public static void sigmoid(
      MemorySegment x, long xOffset, MemorySegment y, long yOffset, long floats) {
    check(floats);
    Memory.check(x, xOffset, floats);
    Memory.check(y, yOffset, floats);
    if (Kernels.SIMD) {
      SimdActivation.sigmoid(x, xOffset, y, yOffset, floats);
    } else {
      ScalarActivation.sigmoid(x, xOffset, y, yOffset, floats);
    }
  }

  /** Gradient of {@link #sigmoid}: {@code dx = dy * (y * (1 - y))}. */
  public static void sigmoidBackward(
      MemorySegment y, long yOffset, MemorySegment dy, long dyOffset, MemorySegment dx, long dxOffset,
      long floats) {
    check(floats);
    Memory.check(y, yOffset, floats);
    Memory.check(dy, dyOffset, floats);
    Memory.check(dx, dxOffset, floats);
    if (Kernels.SIMD) {
      SimdActivation.sigmoidBackward(y, yOffset, dy, dyOffset, dx, dxOffset, floats);
    } else {
      ScalarActivation.sigmoidBackward(y, yOffset, dy, dyOffset, dx, dxOffset, floats);
    }
  }

  private static void check(long floats) {
    if (floats < 0 || floats % Memory.BLOCK != 0) {
      throw new IllegalArgumentException("length " + floats + " is not a multiple of " + Memory.BLOCK);
    }
  }
}
