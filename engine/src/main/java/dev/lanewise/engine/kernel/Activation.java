package dev.lanewise.engine.kernel;

import dev.lanewise.engine.kernel.scalar.ScalarActivation;
import dev.lanewise.engine.kernel.simd.SimdActivation;
import dev.lanewise.engine.memory.Memory;
import java.lang.foreign.MemorySegment;

/**
 * Activations, element by element. Lengths are multiples of 16 floats, the padding of every tensor
 * included. Each method may work in place: an output may be an input (same segment, same offset), but
 * must not overlap one otherwise.
 *
 * <p>Backward passes need the forward pass's <em>output</em> y, not its input. What they write is the
 * gradient by the input: {@code dx = dy * f'(x)}, f' expressed by y.
 *
 * <p>Offsets and lengths are in floats. Static, thread-safe for disjoint outputs, without allocation.
 * All methods throw {@link IndexOutOfBoundsException} if an operand does not lie within its segment,
 * and {@link IllegalArgumentException} if a length or a slope is out of range.
 */
public final class Activation {
  private Activation() {}

  /**
   * {@code y = max(x, 0)} as {@link Math#max(float, float)}: NaN stays NaN, -0 becomes +0.
   *
   * @param x input
   * @param xOffset its first element
   * @param y output, may be x
   * @param yOffset its first element
   * @param length multiple of 16
   */
  public static void relu(
      MemorySegment x, long xOffset, MemorySegment y, long yOffset, long length) {
    check(x, xOffset, y, yOffset, length);
    if (Kernels.simd()) {
      SimdActivation.relu(x, xOffset, y, yOffset, length);
    } else {
      ScalarActivation.relu(x, xOffset, y, yOffset, length);
    }
  }

  /**
   * {@code dx = y > 0 ? dy : 0}; 0 where y is NaN.
   *
   * @param y output of {@link #relu}
   * @param yOffset its first element
   * @param dy gradient by the output
   * @param dyOffset its first element
   * @param dx receives the gradient by the input, may be dy or y
   * @param dxOffset its first element
   * @param length multiple of 16
   */
  public static void reluBackward(
      MemorySegment y, long yOffset, MemorySegment dy, long dyOffset,
      MemorySegment dx, long dxOffset, long length) {
    check(y, yOffset, dy, dyOffset, length);
    Memory.check(dx, dxOffset, length);
    if (Kernels.SIMD) {
      SimdActivation.reluBackward(y, yOffset, dy, dyOffset, dx, dxOffset, length);
    } else {
      ScalarActivation.reluBackward(y, yOffset, dy, dyOffset, dx, dxOffset, length);
    }
  }

  /**
   * {@code y = x > 0 ? x : slope * x}: NaN stays NaN, zeros keep their sign.
   *
   * @param slope of the negative half, greater than 0 and finite, so that y tells the sign of x
   * @param x input
   * @param xOffset its first element
   * @param y output, may be x
   * @param yOffset its first element
   * @param length multiple of 16
   */
  public static void leakyRelu(
      float slope, MemorySegment x, long xOffset, MemorySegment y, long yOffset, long length) {
    checkSlope(slope);
    check(x, xOffset, y, yOffset, length);
    if (Kernels.simd()) {
      SimdActivation.leakyRelu(slope, x, xOffset, y, yOffset, length);
    } else {
      ScalarActivation.leakyRelu(slope, x, xOffset, y, yOffset, length);
    }
  }

  /**
   * {@code dx = y > 0 ? dy : slope * dy}.
   *
   * @param slope of the negative half, greater than 0 and finite
   * @param y output of {@link #leakyRelu}
   * @param yOffset its first element
   * @param dy gradient by the output
   * @param dyOffset its first element
   * @param dx receives the gradient by the input, may be dy or y
   * @param dxOffset its first element
   * @param length multiple of 16
   */
  public static void leakyReluBackward(
      float slope, MemorySegment y, long yOffset, MemorySegment dy, long dyOffset,
      MemorySegment dx, long dxOffset, long length) {
    checkSlope(slope);
    check(y, yOffset, dy, dyOffset, length);
    Memory.check(dx, dxOffset, length);
    if (Kernels.SIMD) {
      SimdActivation.leakyReluBackward(slope, y, yOffset, dy, dyOffset, dx, dxOffset, length);
    } else {
      ScalarActivation.leakyReluBackward(slope, y, yOffset, dy, dyOffset, dx, dxOffset, length);
    }
  }

  /**
   * {@code y = tanh(x)} to 1.5 ulp: NaN stays NaN, zeros keep their sign.
   *
   * @param x input
   * @param xOffset its first element
   * @param y output, may be x
   * @param yOffset its first element
   * @param length multiple of 16
   */
  public static void tanh(
      MemorySegment x, long xOffset, MemorySegment y, long yOffset, long length) {
    check(x, xOffset, y, yOffset, length);
    if (Kernels.simd()) {
      SimdActivation.tanh(x, xOffset, y, yOffset, length);
    } else {
      ScalarActivation.tanh(x, xOffset, y, yOffset, length);
    }
  }

  /**
   * {@code dx = dy * (1 - y * y)}, the difference as one fma.
   *
   * @param y output of {@link #tanh}
   * @param yOffset its first element
   * @param dy gradient by the output
   * @param dyOffset its first element
   * @param dx receives the gradient by the input, may be dy or y
   * @param dxOffset its first element
   * @param length multiple of 16
   */
  public static void tanhBackward(
      MemorySegment y, long yOffset, MemorySegment dy, long dyOffset,
      MemorySegment dx, long dxOffset, long length) {
    check(y, yOffset, dy, dyOffset, length);
    Memory.check(dx, dxOffset, length);
    if (Kernels.SIMD) {
      SimdActivation.tanhBackward(y, yOffset, dy, dyOffset, dx, dxOffset, length);
    } else {
      ScalarActivation.tanhBackward(y, yOffset, dy, dyOffset, dx, dxOffset, length);
    }
  }

  /**
   * {@code y = 1 / (1 + exp(-x))} to 2.5 ulp: NaN stays NaN, 0 below -87.3.
   *
   * @param x input
   * @param xOffset its first element
   * @param y output, may be x
   * @param yOffset its first element
   * @param length multiple of 16
   */
  public static void sigmoid(
      MemorySegment x, long xOffset, MemorySegment y, long yOffset, long length) {
    check(x, xOffset, y, yOffset, length);
    if (Kernels.simd()) {
      SimdActivation.sigmoid(x, xOffset, y, yOffset, length);
    } else {
      ScalarActivation.sigmoid(x, xOffset, y, yOffset, length);
    }
  }

  /**
   * {@code dx = (dy * y) * (1 - y)}.
   *
   * @param y output of {@link #sigmoid}
   * @param yOffset its first element
   * @param dy gradient by the output
   * @param dyOffset its first element
   * @param dx receives the gradient by the input, may be dy or y
   * @param dxOffset its first element
   * @param length multiple of 16
   */
  public static void sigmoidBackward(
      MemorySegment y, long yOffset, MemorySegment dy, long dyOffset,
      MemorySegment dx, long dxOffset, long length) {
    check(y, yOffset, dy, dyOffset, length);
    Memory.check(dx, dxOffset, length);
    if (Kernels.SIMD) {
      SimdActivation.sigmoidBackward(y, yOffset, dy, dyOffset, dx, dxOffset, length);
    } else {
      ScalarActivation.sigmoidBackward(y, yOffset, dy, dyOffset, dx, dxOffset, length);
    }
  }

  private static void check(
      MemorySegment first, long firstOffset, MemorySegment second, long secondOffset, long length) {
    if (length % Memory.BLOCK != 0) {
      throw new IllegalArgumentException(
          "length " + length + " is no multiple of " + Memory.BLOCK);
    }
    Memory.check(first, firstOffset, length);
    Memory.check(second, secondOffset, length);
  }

  private static void checkSlope(float slope) {
    if (!(slope > 0f && slope <= Float.MAX_VALUE)) {
      throw new IllegalArgumentException("slope " + slope + " is not greater than 0 and finite");
    }
  }
}
