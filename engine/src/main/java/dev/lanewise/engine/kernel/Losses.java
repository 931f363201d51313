package dev.lanewise.engine.kernel;

import dev.lanewise.engine.kernel.scalar.ScalarLosses;
import dev.lanewise.engine.kernel.scalar.ScalarMath;
import dev.lanewise.engine.kernel.simd.SimdLosses;
import dev.lanewise.engine.memory.Memory;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Losses of a group of rows, their gradients by the logits, and probabilities.
 *
 * <p>Logits are {@code [rows][pitch]} floats of which the first {@code classes} of a row count. A
 * gradient has the same pitch and is written as a whole: the padding from {@code classes} up to the
 * pitch becomes +0. It may be the logits themselves (same segment, same offset), but must not overlap
 * them otherwise; with a null gradient only the loss is computed. What is written is {@code scale}
 * times the derivative of the sum of the row losses; for the mean over a batch, pass its reciprocal.
 *
 * <p>A row's loss is a float; the group's is their sum in double, rows ascending. Sums along a row use
 * 16 lanes, lane i adding the elements i, i + 16, ... from +0, folded by halves (8, 4, 2, 1). NaN in a
 * row makes its loss NaN, and with it the gradient of the whole row (softmax) or of the element.
 *
 * <p>Static, thread-safe for disjoint gradients, without allocation.
 */
public final class Losses {
  /** A column rounded up to whole blocks stays within an int. */
  private static final int MAX_COLUMNS = 1 << 30;

  /**
   * Rows of fewer elements take the scalar kernels, which compute the same bits. Of ten classes, they
   * cost 0.05 microseconds a row more once all is compiled, but until then vectors cost ten.
   */
  private static final int SHORT = 32;

  private Losses() {}

  /**
   * Cross-entropy of the softmax: row loss {@code log(sum of exp(x_j - m)) - (x_label - m)}, m being
   * the row's maximum; gradient {@code scale * (exp(x_j - m) / sum - [j == label])}. A logit of minus
   * infinity has probability 0; plus infinity gives NaN.
   *
   * @param logits {@code [rows][pitch]}
   * @param offset first logit, in floats
   * @param pitch floats from row to row, at least {@code classes}
   * @param rows at least 0
   * @param classes at least 1
   * @param labels ints, one a row, 0 to {@code classes - 1}
   * @param labelOffset first label, in ints
   * @param scale factor of the gradient
   * @param gradient receives the gradient, or null
   * @param gradientOffset first element, in floats; ignored without a gradient
   * @return the sum of the row losses
   * @throws IndexOutOfBoundsException if an operand does not lie within its segment, or a label is
   *     not a class
   * @throws IllegalArgumentException if a size is out of range
   */
  public static double softmaxCrossEntropy(
      MemorySegment logits,
      long offset,
      int pitch,
      int rows,
      int classes,
      MemorySegment labels,
      long labelOffset,
      float scale,
      @Nullable MemorySegment gradient,
      long gradientOffset) {
    checkMatrices(logits, offset, pitch, rows, classes, gradient, gradientOffset);
    checkLabels(labels, labelOffset, rows, classes);
    double loss = 0;
    for (int r = 0; r < rows; r++) {
      long x = offset + (long) r * pitch;
      long g = gradientOffset + (long) r * pitch;
      int label = label(labels, labelOffset + r);
      float max = max(logits, x, classes);
      float target = Memory.get(logits, x + label) - max;
      if (gradient == null) {
        loss += ScalarMath.log(sumOfExponentials(logits, x, classes, max)) - target;
      } else {
        float sum = exponentials(logits, x, classes, max, gradient, g);
        loss += ScalarMath.log(sum) - target;
        float p = Memory.get(gradient, g + label) / sum;
        divide(gradient, g, classes, sum, scale);
        Memory.set(gradient, g + label, (p - 1f) * scale);
        clearPadding(gradient, g, classes, pitch);
      }
    }
    return loss;
  }

  /**
   * Mean squared error, Keras's variant: row loss {@code sum((x_j - t_j)^2) / outputs}, gradient
   * {@code scale * 2 / outputs * (x_j - t_j)}.
   *
   * @param logits {@code [rows][pitch]}: the outputs
   * @param offset first output, in floats
   * @param pitch floats from row to row, at least {@code outputs}
   * @param rows at least 0
   * @param outputs at least 1
   * @param targets {@code [rows][targetPitch]} floats
   * @param targetOffset first target, in floats
   * @param targetPitch floats from row to row, at least {@code outputs}
   * @param scale factor of the gradient
   * @param gradient receives the gradient, or null
   * @param gradientOffset first element, in floats; ignored without a gradient
   * @return the sum of the row losses
   * @throws IndexOutOfBoundsException if an operand does not lie within its segment
   * @throws IllegalArgumentException if a size is out of range
   */
  public static double meanSquaredError(
      MemorySegment logits,
      long offset,
      int pitch,
      int rows,
      int outputs,
      MemorySegment targets,
      long targetOffset,
      int targetPitch,
      float scale,
      @Nullable MemorySegment gradient,
      long gradientOffset) {
    checkMatrices(logits, offset, pitch, rows, outputs, gradient, gradientOffset);
    checkMatrix(targets, targetOffset, targetPitch, rows, outputs);
    float factor = 2f * scale / outputs;
    double loss = 0;
    for (int r = 0; r < rows; r++) {
      long x = offset + (long) r * pitch;
      long t = targetOffset + (long) r * targetPitch;
      long g = gradientOffset + (long) r * pitch;
      float sum =
          vectors(outputs)
              ? SimdLosses.squares(logits, x, targets, t, outputs)
              : ScalarLosses.squares(logits, x, targets, t, outputs);
      loss += sum / outputs;
      if (gradient != null) {
        differences(logits, x, targets, t, outputs, factor, gradient, g);
        clearPadding(gradient, g, outputs, pitch);
      }
    }
    return loss;
  }

  /**
   * Binary cross-entropy on logits, the mean over a row's outputs as in Keras. An element's loss is
   * {@code max(x, 0) - x * t + log(1 + exp(-|x|))}, which neither overflows nor cancels; the two parts
   * before and after the second plus are summed along a row on their own. Gradient {@code scale /
   * outputs * (sigmoid(x) - t)}. An infinite logit gives a NaN loss.
   *
   * @param logits {@code [rows][pitch]}
   * @param offset first logit, in floats
   * @param pitch floats from row to row, at least {@code outputs}
   * @param rows at least 0
   * @param outputs at least 1
   * @param targets {@code [rows][targetPitch]} floats, usually 0 to 1
   * @param targetOffset first target, in floats
   * @param targetPitch floats from row to row, at least {@code outputs}
   * @param scale factor of the gradient
   * @param gradient receives the gradient, or null
   * @param gradientOffset first element, in floats; ignored without a gradient
   * @return the sum of the row losses
   * @throws IndexOutOfBoundsException if an operand does not lie within its segment
   * @throws IllegalArgumentException if a size is out of range
   */
  public static double binaryCrossEntropy(
      MemorySegment logits,
      long offset,
      int pitch,
      int rows,
      int outputs,
      MemorySegment targets,
      long targetOffset,
      int targetPitch,
      float scale,
      @Nullable MemorySegment gradient,
      long gradientOffset) {
    checkMatrices(logits, offset, pitch, rows, outputs, gradient, gradientOffset);
    checkMatrix(targets, targetOffset, targetPitch, rows, outputs);
    float factor = scale / outputs;
    double loss = 0;
    for (int r = 0; r < rows; r++) {
      long x = offset + (long) r * pitch;
      long t = targetOffset + (long) r * targetPitch;
      long g = gradientOffset + (long) r * pitch;
      float sum =
          vectors(outputs)
              ? SimdLosses.hinges(logits, x, targets, t, outputs)
                  + SimdLosses.corners(logits, x, outputs)
              : ScalarLosses.hinges(logits, x, targets, t, outputs)
                  + ScalarLosses.corners(logits, x, outputs);
      loss += sum / outputs;
      if (gradient != null) {
        sigmoids(logits, x, outputs, gradient, g);
        differences(gradient, g, targets, t, outputs, factor, gradient, g);
        clearPadding(gradient, g, outputs, pitch);
      }
    }
    return loss;
  }

  /**
   * Probabilities {@code exp(x_j - m) / sum of exp(x_k - m)}, m being the row's maximum.
   *
   * @param logits {@code [rows][pitch]}
   * @param offset first logit, in floats
   * @param pitch floats from row to row of both operands, at least {@code classes}
   * @param rows at least 0
   * @param classes at least 1
   * @param out {@code [rows][pitch]}, may be the logits; padding is written +0
   * @param outOffset first probability, in floats
   * @throws IndexOutOfBoundsException if an operand does not lie within its segment
   * @throws IllegalArgumentException if a size is out of range
   */
  public static void softmax(
      MemorySegment logits,
      long offset,
      int pitch,
      int rows,
      int classes,
      MemorySegment out,
      long outOffset) {
    checkMatrices(logits, offset, pitch, rows, classes, out, outOffset);
    for (int r = 0; r < rows; r++) {
      long x = offset + (long) r * pitch;
      long p = outOffset + (long) r * pitch;
      float sum = exponentials(logits, x, classes, max(logits, x, classes), out, p);
      divide(out, p, classes, sum, 1f);
      clearPadding(out, p, classes, pitch);
    }
  }

  /**
   * Probabilities {@code 1 / (1 + exp(-x))} of independent yes-or-no outputs.
   *
   * @param logits {@code [rows][pitch]}
   * @param offset first logit, in floats
   * @param pitch floats from row to row of both operands, at least {@code outputs}
   * @param rows at least 0
   * @param outputs at least 1
   * @param out {@code [rows][pitch]}, may be the logits; padding is written +0
   * @param outOffset first probability, in floats
   * @throws IndexOutOfBoundsException if an operand does not lie within its segment
   * @throws IllegalArgumentException if a size is out of range
   */
  public static void sigmoid(
      MemorySegment logits,
      long offset,
      int pitch,
      int rows,
      int outputs,
      MemorySegment out,
      long outOffset) {
    checkMatrices(logits, offset, pitch, rows, outputs, out, outOffset);
    for (int r = 0; r < rows; r++) {
      long p = outOffset + (long) r * pitch;
      sigmoids(logits, offset + (long) r * pitch, outputs, out, p);
      clearPadding(out, p, outputs, pitch);
    }
  }

  /**
   * How many rows have their maximum at the label; among equal maxima the first counts. A row with a
   * NaN is never right. A scalar loop at every width: it stops at the first greater logit, and a row
   * has few of them.
   *
   * @param logits {@code [rows][pitch]}
   * @param offset first logit, in floats
   * @param pitch floats from row to row, at least {@code classes}
   * @param rows at least 0
   * @param classes at least 1
   * @param labels ints, one a row, 0 to {@code classes - 1}
   * @param labelOffset first label, in ints
   * @return the number of rows predicted right
   * @throws IndexOutOfBoundsException if an operand does not lie within its segment, or a label is
   *     not a class
   * @throws IllegalArgumentException if a size is out of range
   */
  public static int argmaxRight(
      MemorySegment logits,
      long offset,
      int pitch,
      int rows,
      int classes,
      MemorySegment labels,
      long labelOffset) {
    checkMatrix(logits, offset, pitch, rows, classes);
    checkLabels(labels, labelOffset, rows, classes);
    int right = 0;
    for (int r = 0; r < rows; r++) {
      int label = label(labels, labelOffset + r);
      if (isFirstMaximum(logits, offset + (long) r * pitch, classes, label)) {
        right++;
      }
    }
    return right;
  }

  private static boolean vectors(int columns) {
    return Kernels.simd() && columns >= SHORT;
  }

  private static float max(MemorySegment logits, long x, int classes) {
    return vectors(classes)
        ? SimdLosses.max(logits, x, classes)
        : ScalarLosses.max(logits, x, classes);
  }

  /** Writes exp(x - max) and returns the sum. */
  private static float exponentials(
      MemorySegment logits, long x, int classes, float max, MemorySegment out, long o) {
    if (vectors(classes)) {
      SimdLosses.exponentials(logits, x, classes, max, out, o);
      return SimdLosses.sum(out, o, classes);
    }
    ScalarLosses.exponentials(logits, x, classes, max, out, o);
    return ScalarLosses.sum(out, o, classes);
  }

  private static float sumOfExponentials(MemorySegment logits, long x, int classes, float max) {
    return vectors(classes)
        ? SimdLosses.sumOfExponentials(logits, x, classes, max)
        : ScalarLosses.sumOfExponentials(logits, x, classes, max);
  }

  private static void divide(MemorySegment out, long o, int classes, float sum, float scale) {
    if (vectors(classes)) {
      SimdLosses.divide(out, o, classes, sum, scale);
    } else {
      ScalarLosses.divide(out, o, classes, sum, scale);
    }
  }

  private static void sigmoids(
      MemorySegment logits, long x, int outputs, MemorySegment out, long o) {
    if (vectors(outputs)) {
      SimdLosses.sigmoids(logits, x, outputs, out, o);
    } else {
      ScalarLosses.sigmoids(logits, x, outputs, out, o);
    }
  }

  private static void differences(
      MemorySegment values,
      long x,
      MemorySegment targets,
      long t,
      int outputs,
      float factor,
      MemorySegment out,
      long o) {
    if (vectors(outputs)) {
      SimdLosses.differences(values, x, targets, t, outputs, factor, out, o);
    } else {
      ScalarLosses.differences(values, x, targets, t, outputs, factor, out, o);
    }
  }

  private static void clearPadding(MemorySegment segment, long row, int columns, int pitch) {
    for (int j = columns; j < pitch; j++) {
      Memory.set(segment, row + j, 0f);
    }
  }

  private static boolean isFirstMaximum(MemorySegment logits, long row, int classes, int label) {
    float candidate = Memory.get(logits, row + label);
    for (int j = 0; j < classes; j++) {
      float other = Memory.get(logits, row + j);
      if (j < label ? !(other < candidate) : !(other <= candidate)) {
        return false;
      }
    }
    return true;
  }

  private static int label(MemorySegment labels, long index) {
    return labels.get(Memory.INT, index * Integer.BYTES);
  }

  private static void checkLabels(MemorySegment labels, long offset, int rows, int classes) {
    Memory.check(labels, offset, rows); // an int is as long as a float
    for (int r = 0; r < rows; r++) {
      int label = label(labels, offset + r);
      if (label < 0 || label >= classes) {
        throw new IndexOutOfBoundsException(
            "label " + label + " of row " + r + " is not one of " + classes + " classes");
      }
    }
  }

  private static void checkMatrix(
      MemorySegment segment, long offset, int pitch, int rows, int columns) {
    if (rows < 0 || columns < 1 || columns > MAX_COLUMNS || pitch < columns) {
      throw new IllegalArgumentException("rows " + rows + ", columns " + columns + ", pitch " + pitch);
    }
    Memory.check(segment, offset, rows == 0 ? 0 : (rows - 1L) * pitch + columns);
  }

  private static void checkMatrices(
      MemorySegment logits,
      long offset,
      int pitch,
      int rows,
      int columns,
      @Nullable MemorySegment gradient,
      long gradientOffset) {
    checkMatrix(logits, offset, pitch, rows, columns);
    if (gradient != null) {
      Memory.check(gradient, gradientOffset, (long) rows * pitch);
    }
  }
}
