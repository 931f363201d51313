package dev.lanewise.engine.kernel;

import dev.lanewise.engine.kernel.scalar.ScalarPooling;
import dev.lanewise.engine.kernel.simd.SimdPooling;
import dev.lanewise.engine.memory.Memory;
import java.lang.foreign.MemorySegment;

/**
 * Pooling of one image in NHWC order: {@code [h][w][c]} to {@code [outH][outW][c]}, channel by
 * channel.
 *
 * <p>Output (y, x) looks at the window of {@code kh} x {@code kw} inputs whose corner is {@code (y *
 * strideH - padTop, x * strideW - padLeft)}; what of it lies outside of the image does not exist:
 * minus infinity to a maximum, and not counted by an average. Every window must hold at least one
 * input. Windows are walked in ascending row, then column; where they overlap, gradients are added in
 * ascending order of the outputs.
 *
 * <p>The maximum of a window is its first NaN, or else its first element that no other exceeds; that
 * element's position {@code ky * kw + kx} is recorded as a float and receives the gradient. -0.0 and
 * +0.0 are equal, so the first of them is the maximum.
 *
 * <p>Offsets are in floats. Operands must not overlap. Static, thread-safe for disjoint outputs,
 * without allocation. All methods throw {@link IndexOutOfBoundsException} if an operand does not lie
 * within its segment, and {@link IllegalArgumentException} if a size is out of range.
 */
public final class Pooling {
  /** Positions of a window stay below 2^24, where floats count exactly. */
  private static final int MAX_WINDOW = 1 << 12;

  /** A position plus a window stays within an int. */
  private static final int MAX_SIZE = 1 << 30;

  private Pooling() {}

  /**
   * Largest input of each window.
   *
   * @param in {@code [h][w][c]}
   * @param inOffset its first element
   * @param h input rows, at least 1
   * @param w input columns, at least 1
   * @param c channels, at least 1
   * @param kh window rows, at least 1
   * @param kw window columns, at least 1
   * @param strideH rows from window to window, at least 1
   * @param strideW columns from window to window, at least 1
   * @param padTop rows of padding above, 0 to {@code kh - 1}
   * @param padLeft columns of padding at the left, 0 to {@code kw - 1}
   * @param outH output rows, at least 1
   * @param outW output columns, at least 1
   * @param out receives the maxima, {@code [outH][outW][c]}
   * @param outOffset its first element
   * @param codes receives the positions of the maxima, {@code [outH][outW][c]}
   * @param codesOffset its first element
   */
  public static void maxForward(
      MemorySegment in, long inOffset, int h, int w, int c,
      int kh, int kw, int strideH, int strideW, int padTop, int padLeft, int outH, int outW,
      MemorySegment out, long outOffset, MemorySegment codes, long codesOffset) {
    long outputs = check(h, w, c, kh, kw, strideH, strideW, padTop, padLeft, outH, outW);
    Memory.check(in, inOffset, size(h, w, c));
    Memory.check(out, outOffset, outputs);
    Memory.check(codes, codesOffset, outputs);
    if (Kernels.simd()) {
      SimdPooling.maxForward(
          in, inOffset, h, w, c, kh, kw, strideH, strideW, padTop, padLeft, outH, outW,
          out, outOffset, codes, codesOffset);
    } else {
      ScalarPooling.maxForward(
          in, inOffset, h, w, c, kh, kw, strideH, strideW, padTop, padLeft, outH, outW,
          out, outOffset, codes, codesOffset);
    }
  }

  /**
   * Gradient of {@link #maxForward} by its input: each output's gradient is added to the input whose
   * position its code holds. A code that is no position within the image adds to nothing.
   *
   * @param dOut gradient by the output, {@code [outH][outW][c]}
   * @param dOutOffset its first element
   * @param codes what the forward pass recorded
   * @param codesOffset its first element
   * @param h input rows
   * @param w input columns
   * @param c channels
   * @param kh window rows
   * @param kw window columns
   * @param strideH rows from window to window
   * @param strideW columns from window to window
   * @param padTop rows of padding above
   * @param padLeft columns of padding at the left
   * @param outH output rows
   * @param outW output columns
   * @param dIn receives the gradient by the input, {@code [h][w][c]}, zeros included
   * @param dInOffset its first element
   */
  public static void maxBackward(
      MemorySegment dOut, long dOutOffset, MemorySegment codes, long codesOffset,
      int h, int w, int c,
      int kh, int kw, int strideH, int strideW, int padTop, int padLeft, int outH, int outW,
      MemorySegment dIn, long dInOffset) {
    long outputs = check(h, w, c, kh, kw, strideH, strideW, padTop, padLeft, outH, outW);
    Memory.check(dOut, dOutOffset, outputs);
    Memory.check(codes, codesOffset, outputs);
    Memory.check(dIn, dInOffset, size(h, w, c));
    if (Kernels.SIMD) {
      SimdPooling.maxBackward(
          dOut, dOutOffset, codes, codesOffset, h, w, c, kh, kw, strideH, strideW,
          padTop, padLeft, outH, outW, dIn, dInOffset);
    } else {
      ScalarPooling.maxBackward(
          dOut, dOutOffset, codes, codesOffset, h, w, c, kh, kw, strideH, strideW,
          padTop, padLeft, outH, outW, dIn, dInOffset);
    }
  }

  /**
   * Mean of each window: the sum of its inputs in order, from +0, divided by their number. Padding is
   * not counted, as in Keras and TensorFlow.
   *
   * @param in {@code [h][w][c]}
   * @param inOffset its first element
   * @param h input rows
   * @param w input columns
   * @param c channels
   * @param kh window rows
   * @param kw window columns
   * @param strideH rows from window to window
   * @param strideW columns from window to window
   * @param padTop rows of padding above
   * @param padLeft columns of padding at the left
   * @param outH output rows
   * @param outW output columns
   * @param out receives the means, {@code [outH][outW][c]}
   * @param outOffset its first element
   */
  public static void averageForward(
      MemorySegment in, long inOffset, int h, int w, int c,
      int kh, int kw, int strideH, int strideW, int padTop, int padLeft, int outH, int outW,
      MemorySegment out, long outOffset) {
    long outputs = check(h, w, c, kh, kw, strideH, strideW, padTop, padLeft, outH, outW);
    Memory.check(in, inOffset, size(h, w, c));
    Memory.check(out, outOffset, outputs);
    if (Kernels.simd()) {
      SimdPooling.averageForward(
          in, inOffset, h, w, c, kh, kw, strideH, strideW, padTop, padLeft, outH, outW,
          out, outOffset);
    } else {
      ScalarPooling.averageForward(
          in, inOffset, h, w, c, kh, kw, strideH, strideW, padTop, padLeft, outH, outW,
          out, outOffset);
    }
  }

  /**
   * Gradient of {@link #averageForward} by its input: each output's gradient, divided by the number of
   * inputs in its window, is added to each of them.
   *
   * @param dOut gradient by the output, {@code [outH][outW][c]}
   * @param dOutOffset its first element
   * @param h input rows
   * @param w input columns
   * @param c channels
   * @param kh window rows
   * @param kw window columns
   * @param strideH rows from window to window
   * @param strideW columns from window to window
   * @param padTop rows of padding above
   * @param padLeft columns of padding at the left
   * @param outH output rows
   * @param outW output columns
   * @param dIn receives the gradient by the input, {@code [h][w][c]}, zeros included
   * @param dInOffset its first element
   */
  public static void averageBackward(
      MemorySegment dOut, long dOutOffset, int h, int w, int c,
      int kh, int kw, int strideH, int strideW, int padTop, int padLeft, int outH, int outW,
      MemorySegment dIn, long dInOffset) {
    long outputs = check(h, w, c, kh, kw, strideH, strideW, padTop, padLeft, outH, outW);
    Memory.check(dOut, dOutOffset, outputs);
    Memory.check(dIn, dInOffset, size(h, w, c));
    if (Kernels.SIMD) {
      SimdPooling.averageBackward(
          dOut, dOutOffset, h, w, c, kh, kw, strideH, strideW, padTop, padLeft, outH, outW,
          dIn, dInOffset);
    } else {
      ScalarPooling.averageBackward(
          dOut, dOutOffset, h, w, c, kh, kw, strideH, strideW, padTop, padLeft, outH, outW,
          dIn, dInOffset);
    }
  }

  /**
   * Mean of each channel over all positions: {@link Reduction#columnSum}, divided by their number.
   *
   * @param in {@code [positions][c]}
   * @param inOffset its first element
   * @param positions rows times columns, at least 1
   * @param c channels, at least 1
   * @param out receives the means, {@code [c]}
   * @param outOffset its first element
   */
  public static void globalAverageForward(
      MemorySegment in, long inOffset, int positions, int c, MemorySegment out, long outOffset) {
    checkPositive(positions, c);
    Memory.check(in, inOffset, size(positions, 1, c));
    Memory.check(out, outOffset, c);
    if (Kernels.simd()) {
      SimdPooling.globalAverageForward(in, inOffset, positions, c, out, outOffset);
    } else {
      ScalarPooling.globalAverageForward(in, inOffset, positions, c, out, outOffset);
    }
  }

  /**
   * Gradient of {@link #globalAverageForward} by its input: {@code dOut[c] / positions} everywhere.
   *
   * @param dOut gradient by the output, {@code [c]}
   * @param dOutOffset its first element
   * @param positions rows times columns, at least 1
   * @param c channels, at least 1
   * @param dIn receives the gradient by the input, {@code [positions][c]}
   * @param dInOffset its first element
   */
  public static void globalAverageBackward(
      MemorySegment dOut, long dOutOffset, int positions, int c, MemorySegment dIn, long dInOffset) {
    checkPositive(positions, c);
    Memory.check(dOut, dOutOffset, c);
    Memory.check(dIn, dInOffset, size(positions, 1, c));
    if (Kernels.SIMD) {
      SimdPooling.globalAverageBackward(dOut, dOutOffset, positions, c, dIn, dInOffset);
    } else {
      ScalarPooling.globalAverageBackward(dOut, dOutOffset, positions, c, dIn, dInOffset);
    }
  }

  /**
   * The 2 x 2 maxima of a band of two rows that already went through a ReLU. The codes fold the ReLU's
   * derivative in: 0 to 3 is the position of the first maximum, row by row, and -1 says that the
   * maximum is not greater than 0 (or NaN), so that nobody gets the gradient.
   *
   * @param rows the band, {@code [2][width][channels]}, none of it less than +0
   * @param offset its first element
   * @param width columns, even, at least 2
   * @param channels at least 1
   * @param out receives the maxima, {@code [width / 2][channels]}
   * @param outOffset its first element
   * @param codes receives the codes, {@code [width / 2][channels]}
   * @param codesOffset its first element
   */
  public static void maxPool2x2Relu(
      MemorySegment rows, long offset, int width, int channels,
      MemorySegment out, long outOffset, MemorySegment codes, long codesOffset) {
    checkPositive(width, channels);
    if (width % 2 != 0) {
      throw new IllegalArgumentException("width " + width + " is odd");
    }
    Memory.check(rows, offset, size(2, width, channels));
    Memory.check(out, outOffset, size(width / 2, 1, channels));
    Memory.check(codes, codesOffset, size(width / 2, 1, channels));
    int done = 0;
    if (Kernels.simd()) {
      done = SimdPooling.maxPool2x2Relu(
          rows, offset, width, channels, out, outOffset, codes, codesOffset);
    }
    if (done < channels) {
      ScalarPooling.maxPool2x2Relu(
          rows, offset, width, channels, done, out, outOffset, codes, codesOffset);
    }
  }

  /**
   * Gradient of {@link #maxPool2x2Relu} and the ReLU before it by the ReLU's input.
   *
   * @param dOut gradient by the maxima, {@code [outWidth][channels]}
   * @param dOutOffset its first element
   * @param codes what the forward pass recorded
   * @param codesOffset its first element
   * @param outWidth maxima in a row, at least 1
   * @param channels at least 1
   * @param dBand receives both rows of {@code 2 * outWidth * channels} elements, zeros included
   * @param bandOffset its first element
   * @param rowPitch floats from the first row to the second, at least {@code 2 * outWidth * channels};
   *     what lies between the rows is left alone
   */
  public static void unpool2x2Relu(
      MemorySegment dOut, long dOutOffset, MemorySegment codes, long codesOffset,
      int outWidth, int channels, MemorySegment dBand, long bandOffset, int rowPitch) {
    checkPositive(outWidth, channels);
    long row = size(2, outWidth, channels);
    if (rowPitch < row) {
      throw new IllegalArgumentException("row pitch " + rowPitch + " is below " + row);
    }
    Memory.check(dOut, dOutOffset, row / 2);
    Memory.check(codes, codesOffset, row / 2);
    Memory.check(dBand, bandOffset, rowPitch + row);
    int done = 0;
    if (Kernels.SIMD) {
      done = SimdPooling.unpool2x2Relu(
          dOut, dOutOffset, codes, codesOffset, outWidth, channels, dBand, bandOffset, rowPitch);
    }
    if (done < channels) {
      ScalarPooling.unpool2x2Relu(
          dOut, dOutOffset, codes, codesOffset, outWidth, channels, done, dBand, bandOffset, rowPitch);
    }
  }

  private static long size(int h, int w, int c) {
    return Math.multiplyExact((long) h * w, c);
  }

  private static void checkPositive(int first, int second) {
    if (first < 1 || second < 1) {
      throw new IllegalArgumentException("sizes " + first + " and " + second + " must be positive");
    }
  }

  /**
   * Checks the geometry of a pooling; every operation here does so.
   *
   * @return the number of outputs
   * @throws IllegalArgumentException if a size is out of its range, or if a window would lie in the padding alone
   */
  public static long check(
      int h, int w, int c,
      int kh, int kw, int strideH, int strideW, int padTop, int padLeft, int outH, int outW) {
    checkPositive(h, w);
    checkPositive(c, 1);
    checkAxis("rows", h, kh, strideH, padTop, outH);
    checkAxis("columns", w, kw, strideW, padLeft, outW);
    return size(outH, outW, c);
  }

  private static void checkAxis(String axis, int size, int window, int stride, int pad, int out) {
    boolean sane =
        size <= MAX_SIZE
            && window >= 1
            && window <= MAX_WINDOW
            && stride >= 1
            && pad >= 0
            && pad < window
            && out >= 1;
    if (!sane || (out - 1L) * stride - pad >= size) {
      throw new IllegalArgumentException(
          axis + ": input " + size + ", window " + window + ", stride " + stride
              + ", padding before " + pad + ", output " + out + " leave a window without input");
    }
  }
}
