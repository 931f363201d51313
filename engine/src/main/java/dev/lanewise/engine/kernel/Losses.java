package dev.lanewise.engine.kernel;

import dev.lanewise.engine.kernel.scalar.ScalarLosses;
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
    return Kernels.SIMD
        ? SimdLosses.softmaxCrossEntropy(
            logits, offset, pitch, rows, classes, labels, labelOffset, scale, gradient,
            gradientOffset)
        : ScalarLosses.softmaxCrossEntropy(
            logits, offset, pitch, rows, classes, labels, labelOffset, scale, gradient,
            gradientOffset);
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
    return Kernels.SIMD
        ? SimdLosses.meanSquaredError(
            logits, offset, pitch, rows, outputs, targets, targetOffset, targetPitch, scale,
            gradient, gradientOffset)
        : ScalarLosses.meanSquaredError(
            logits, offset, pitch, rows, outputs, targets, targetOffset, targetPitch, scale,
            gradient, gradientOffset);
  }

  /**
   * Binary cross-entropy on logits, the mean over a row's outputs as in Keras. An element's loss is
   * {@code max(x, 0) - x * t + log(1 + exp(-|x|))}, which neither overflows nor cancels; gradient
   * {@code scale / outputs * (sigmoid(x) - t)}. An infinite logit gives a NaN loss.
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
    return Kernels.SIMD
        ? SimdLosses.binaryCrossEntropy(
            logits, offset, pitch, rows, outputs, targets, targetOffset, targetPitch, scale,
            gradient, gradientOffset)
        : ScalarLosses.binaryCrossEntropy(
            logits, offset, pitch, rows, outputs, targets, targetOffset, targetPitch, scale,
            gradient, gradientOffset);
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
    if (Kernels.SIMD) {
      SimdLosses.softmax(logits, offset, pitch, rows, classes, out, outOffset);
    } else {
      ScalarLosses.softmax(logits, offset, pitch, rows, classes, out, outOffset);
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
    if (Kernels.SIMD) {
      SimdLosses.sigmoid(logits, offset, pitch, rows, outputs, out, outOffset);
    } else {
      ScalarLosses.sigmoid(logits, offset, pitch, rows, outputs, out, outOffset);
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
    if (rows < 0 || columns < 1 || pitch < columns) {
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
