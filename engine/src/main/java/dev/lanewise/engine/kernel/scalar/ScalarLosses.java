package dev.lanewise.engine.kernel.scalar;

import dev.lanewise.engine.memory.Memory;
import java.lang.foreign.MemorySegment;

/**
 * The passes over one row that losses are made of, the readable reference. {@code kernel.Losses} puts
 * them together and has the contract. Offsets are in floats.
 *
 * <p>A row's sum is a recursion over the tree of 16 lanes: node (lane, width) is what the lane holds
 * after the fold by the width.
 */
public final class ScalarLosses {
  private static final int LOGICAL_LANES = 16;

  private ScalarLosses() {}

  /** Largest logit; NaN if there is one. */
  public static float max(MemorySegment logits, long x, int classes) {
    float max = Float.NEGATIVE_INFINITY;
    for (int j = 0; j < classes; j++) {
      max = Math.max(max, Memory.get(logits, x + j));
    }
    return max;
  }

  /** {@code out = exp(x - max)}, may be in place. */
  public static void exponentials(
      MemorySegment logits, long x, int classes, float max, MemorySegment out, long o) {
    for (int j = 0; j < classes; j++) {
      Memory.set(out, o + j, ScalarMath.exp(Memory.get(logits, x + j) - max));
    }
  }

  /** Sum of exp(x - max). */
  public static float sumOfExponentials(MemorySegment logits, long x, int classes, float max) {
    return sumOfExponentials(logits, x, classes, max, 0, 1);
  }

  private static float sumOfExponentials(
      MemorySegment logits, long x, int classes, float max, int lane, int width) {
    if (width < LOGICAL_LANES) {
      return sumOfExponentials(logits, x, classes, max, lane, 2 * width)
          + sumOfExponentials(logits, x, classes, max, lane + width, 2 * width);
    }
    float sum = 0f;
    for (int j = lane; j < classes; j += LOGICAL_LANES) {
      sum += ScalarMath.exp(Memory.get(logits, x + j) - max);
    }
    return sum;
  }

  /** Sum of a row. */
  public static float sum(MemorySegment terms, long t, int count) {
    return sum(terms, t, count, 0, 1);
  }

  private static float sum(MemorySegment terms, long t, int count, int lane, int width) {
    if (width < LOGICAL_LANES) {
      return sum(terms, t, count, lane, 2 * width)
          + sum(terms, t, count, lane + width, 2 * width);
    }
    float sum = 0f;
    for (int j = lane; j < count; j += LOGICAL_LANES) {
      sum += Memory.get(terms, t + j);
    }
    return sum;
  }

  /** {@code out = out / sum * scale}. */
  public static void divide(MemorySegment out, long o, int classes, float sum, float scale) {
    for (int j = 0; j < classes; j++) {
      Memory.set(out, o + j, Memory.get(out, o + j) / sum * scale);
    }
  }

  /** {@code out = sigmoid(x)}, may be in place. */
  public static void sigmoids(
      MemorySegment logits, long x, int outputs, MemorySegment out, long o) {
    for (int j = 0; j < outputs; j++) {
      Memory.set(out, o + j, ScalarMath.sigmoid(Memory.get(logits, x + j)));
    }
  }

  /** {@code out = (x - t) * factor}, may be in place. */
  public static void differences(
      MemorySegment values,
      long x,
      MemorySegment targets,
      long t,
      int outputs,
      float factor,
      MemorySegment out,
      long o) {
    for (int j = 0; j < outputs; j++) {
      float difference = Memory.get(values, x + j) - Memory.get(targets, t + j);
      Memory.set(out, o + j, difference * factor);
    }
  }

  /** Sum of (x - t)^2. */
  public static float squares(
      MemorySegment values, long x, MemorySegment targets, long t, int outputs) {
    return squares(values, x, targets, t, outputs, 0, 1);
  }

  private static float squares(
      MemorySegment values, long x, MemorySegment targets, long t, int count, int lane, int width) {
    if (width < LOGICAL_LANES) {
      return squares(values, x, targets, t, count, lane, 2 * width)
          + squares(values, x, targets, t, count, lane + width, 2 * width);
    }
    float sum = 0f;
    for (int j = lane; j < count; j += LOGICAL_LANES) {
      float difference = Memory.get(values, x + j) - Memory.get(targets, t + j);
      sum = Math.fma(difference, difference, sum);
    }
    return sum;
  }

  /** Sum of max(x, 0) - x * t: the part of a binary cross-entropy that is linear on either side. */
  public static float hinges(
      MemorySegment logits, long x, MemorySegment targets, long t, int outputs) {
    return hinges(logits, x, targets, t, outputs, 0, 1);
  }

  private static float hinges(
      MemorySegment logits, long x, MemorySegment targets, long t, int count, int lane, int width) {
    if (width < LOGICAL_LANES) {
      return hinges(logits, x, targets, t, count, lane, 2 * width)
          + hinges(logits, x, targets, t, count, lane + width, 2 * width);
    }
    float sum = 0f;
    for (int j = lane; j < count; j += LOGICAL_LANES) {
      float logit = Memory.get(logits, x + j);
      sum += Math.fma(-Memory.get(targets, t + j), logit, Math.max(logit, 0f));
    }
    return sum;
  }

  /** Sum of log(1 + exp(-|x|)): what rounds the corner of a binary cross-entropy. */
  public static float corners(MemorySegment logits, long x, int outputs) {
    return corners(logits, x, outputs, 0, 1);
  }

  private static float corners(MemorySegment logits, long x, int count, int lane, int width) {
    if (width < LOGICAL_LANES) {
      return corners(logits, x, count, lane, 2 * width)
          + corners(logits, x, count, lane + width, 2 * width);
    }
    float sum = 0f;
    for (int j = lane; j < count; j += LOGICAL_LANES) {
      sum += ScalarMath.log1p(ScalarMath.expOfMinus(Math.abs(Memory.get(logits, x + j))));
    }
    return sum;
  }
}
