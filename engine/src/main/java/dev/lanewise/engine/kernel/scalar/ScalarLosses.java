package dev.lanewise.engine.kernel.scalar;

import dev.lanewise.engine.memory.Memory;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Losses, the readable reference; the contract is in {@code kernel.Losses}. A row's sum is a recursion
 * over the tree of 16 lanes: node (i, w) is what lane i holds after the fold by w.
 */
public final class ScalarLosses {
  private static final int LOGICAL_LANES = 16;

  private ScalarLosses() {}

  /** See {@code kernel.Losses#softmaxCrossEntropy}. */
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
    double loss = 0;
    for (int r = 0; r < rows; r++) {
      long x = offset + (long) r * pitch;
      long g = gradientOffset + (long) r * pitch;
      int label = labels.get(Memory.INT, (labelOffset + r) * Integer.BYTES);
      float max = max(logits, x, classes);
      float target = Memory.get(logits, x + label) - max;
      float sum = exponentials(logits, x, classes, max, gradient, g, 0, 1);
      loss += ScalarMath.log(sum) - target;
      if (gradient != null) {
        for (int j = 0; j < classes; j++) {
          float p = Memory.get(gradient, g + j) / sum;
          Memory.set(gradient, g + j, (j == label ? p - 1f : p) * scale);
        }
        clearPadding(gradient, g, classes, pitch);
      }
    }
    return loss;
  }

  /** See {@code kernel.Losses#softmax}. */
  public static void softmax(
      MemorySegment logits,
      long offset,
      int pitch,
      int rows,
      int classes,
      MemorySegment out,
      long outOffset) {
    for (int r = 0; r < rows; r++) {
      long x = offset + (long) r * pitch;
      long p = outOffset + (long) r * pitch;
      float max = max(logits, x, classes);
      float sum = exponentials(logits, x, classes, max, out, p, 0, 1);
      for (int j = 0; j < classes; j++) {
        Memory.set(out, p + j, Memory.get(out, p + j) / sum);
      }
      clearPadding(out, p, classes, pitch);
    }
  }

  /** See {@code kernel.Losses#sigmoid}. */
  public static void sigmoid(
      MemorySegment logits,
      long offset,
      int pitch,
      int rows,
      int outputs,
      MemorySegment out,
      long outOffset) {
    for (int r = 0; r < rows; r++) {
      long x = offset + (long) r * pitch;
      long p = outOffset + (long) r * pitch;
      for (int j = 0; j < outputs; j++) {
        Memory.set(out, p + j, ScalarMath.sigmoid(Memory.get(logits, x + j)));
      }
      clearPadding(out, p, outputs, pitch);
    }
  }

  /** See {@code kernel.Losses#meanSquaredError}. */
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
    float factor = 2f * scale / outputs;
    double loss = 0;
    for (int r = 0; r < rows; r++) {
      long x = offset + (long) r * pitch;
      long t = targetOffset + (long) r * targetPitch;
      long g = gradientOffset + (long) r * pitch;
      loss += squares(logits, x, targets, t, outputs, 0, 1) / outputs;
      if (gradient != null) {
        for (int j = 0; j < outputs; j++) {
          float difference = Memory.get(logits, x + j) - Memory.get(targets, t + j);
          Memory.set(gradient, g + j, difference * factor);
        }
        clearPadding(gradient, g, outputs, pitch);
      }
    }
    return loss;
  }

  /** See {@code kernel.Losses#binaryCrossEntropy}. */
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
    float factor = scale / outputs;
    double loss = 0;
    for (int r = 0; r < rows; r++) {
      long x = offset + (long) r * pitch;
      long t = targetOffset + (long) r * targetPitch;
      long g = gradientOffset + (long) r * pitch;
      loss += entropies(logits, x, targets, t, outputs, 0, 1) / outputs;
      if (gradient != null) {
        for (int j = 0; j < outputs; j++) {
          float p = ScalarMath.sigmoid(Memory.get(logits, x + j));
          Memory.set(gradient, g + j, (p - Memory.get(targets, t + j)) * factor);
        }
        clearPadding(gradient, g, outputs, pitch);
      }
    }
    return loss;
  }

  private static float max(MemorySegment logits, long x, int classes) {
    float max = Float.NEGATIVE_INFINITY;
    for (int j = 0; j < classes; j++) {
      max = Math.max(max, Memory.get(logits, x + j));
    }
    return max;
  }

  /** Sum of exp(x - max) in node (lane, width) of the tree; keeps each term where wanted. */
  private static float exponentials(
      MemorySegment logits,
      long x,
      int classes,
      float max,
      @Nullable MemorySegment terms,
      long t,
      int lane,
      int width) {
    if (width < LOGICAL_LANES) {
      return exponentials(logits, x, classes, max, terms, t, lane, 2 * width)
          + exponentials(logits, x, classes, max, terms, t, lane + width, 2 * width);
    }
    float sum = 0f;
    for (int j = lane; j < classes; j += LOGICAL_LANES) {
      float e = ScalarMath.exp(Memory.get(logits, x + j) - max);
      if (terms != null) {
        Memory.set(terms, t + j, e);
      }
      sum += e;
    }
    return sum;
  }

  /** Sum of (x - t)^2 in node (lane, width) of the tree. */
  private static float squares(
      MemorySegment outputs, long x, MemorySegment targets, long t, int count, int lane, int width) {
    if (width < LOGICAL_LANES) {
      return squares(outputs, x, targets, t, count, lane, 2 * width)
          + squares(outputs, x, targets, t, count, lane + width, 2 * width);
    }
    float sum = 0f;
    for (int j = lane; j < count; j += LOGICAL_LANES) {
      float difference = Memory.get(outputs, x + j) - Memory.get(targets, t + j);
      sum = Math.fma(difference, difference, sum);
    }
    return sum;
  }

  /** Sum of binary cross-entropies in node (lane, width) of the tree. */
  private static float entropies(
      MemorySegment logits, long x, MemorySegment targets, long t, int count, int lane, int width) {
    if (width < LOGICAL_LANES) {
      return entropies(logits, x, targets, t, count, lane, 2 * width)
          + entropies(logits, x, targets, t, count, lane + width, 2 * width);
    }
    float sum = 0f;
    for (int j = lane; j < count; j += LOGICAL_LANES) {
      float logit = Memory.get(logits, x + j);
      float linear = Math.fma(-Memory.get(targets, t + j), logit, Math.max(logit, 0f));
      sum += linear + ScalarMath.log1p(ScalarMath.exp(-Math.abs(logit)));
    }
    return sum;
  }

  private static void clearPadding(MemorySegment segment, long row, int columns, int pitch) {
    for (int j = columns; j < pitch; j++) {
      Memory.set(segment, row + j, 0f);
    }
  }
}
