package dev.lanewise.engine.kernel.simd;

import static dev.lanewise.engine.kernel.simd.SimdSupport.LANES;
import static dev.lanewise.engine.kernel.simd.SimdSupport.SPECIES;

import dev.lanewise.engine.memory.Memory;
import dev.lanewise.engine.memory.Window;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import org.jspecify.annotations.Nullable;

/**
 * Losses with vectors along a row; the contract is in {@code kernel.Losses}. The 16 logical lanes of a
 * sum are four, two or one vectors, so every loop over a row goes in blocks of 16 elements.
 */
public final class SimdLosses {
  private static final int LOGICAL_LANES = 16;

  private SimdLosses() {}

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
    if (rows == 0) {
      return 0;
    }
    MemorySegment in = Window.of(logits, offset, (rows - 1L) * pitch + classes);
    MemorySegment out =
        gradient == null ? null : Window.of(gradient, gradientOffset, (long) rows * pitch);
    double loss = 0;
    for (int r = 0; r < rows; r++) {
      long row = (long) r * pitch * Float.BYTES;
      int label = labels.get(Memory.INT, (labelOffset + r) * Integer.BYTES);
      float max = max(in, row, classes);
      float target = get(in, row, label) - max;
      float sum = exponentials(in, row, classes, max, out);
      loss += scalarLog(sum) - target;
      if (out != null) {
        float p = get(out, row, label) / sum;
        divide(out, row, classes, sum, scale);
        set(out, row, label, (p - 1f) * scale);
        clearPadding(out, row, classes, pitch);
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
    if (rows == 0) {
      return;
    }
    MemorySegment from = Window.of(logits, offset, (rows - 1L) * pitch + classes);
    MemorySegment to = Window.of(out, outOffset, (long) rows * pitch);
    for (int r = 0; r < rows; r++) {
      long row = (long) r * pitch * Float.BYTES;
      float sum = exponentials(from, row, classes, max(from, row, classes), to);
      divide(to, row, classes, sum, 1f);
      clearPadding(to, row, classes, pitch);
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
    if (rows == 0) {
      return;
    }
    MemorySegment from = Window.of(logits, offset, (rows - 1L) * pitch + outputs);
    MemorySegment to = Window.of(out, outOffset, (long) rows * pitch);
    for (int r = 0; r < rows; r++) {
      long row = (long) r * pitch * Float.BYTES;
      for (int j = 0; j < outputs; j += LANES) {
        FloatVector p = SimdMath.sigmoid(at(from, row, j, outputs));
        Tail.store(p, to, bytes(row, j), outputs - j);
      }
      clearPadding(to, row, outputs, pitch);
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
    if (rows == 0) {
      return 0;
    }
    MemorySegment in = Window.of(logits, offset, (rows - 1L) * pitch + outputs);
    MemorySegment wanted = Window.of(targets, targetOffset, (rows - 1L) * targetPitch + outputs);
    MemorySegment out =
        gradient == null ? null : Window.of(gradient, gradientOffset, (long) rows * pitch);
    float factor = 2f * scale / outputs;
    double loss = 0;
    for (int r = 0; r < rows; r++) {
      long row = (long) r * pitch * Float.BYTES;
      long target = (long) r * targetPitch * Float.BYTES;
      loss += squares(in, row, wanted, target, outputs) / outputs;
      if (out != null) {
        for (int j = 0; j < outputs; j += LANES) {
          FloatVector difference = at(in, row, j, outputs).sub(at(wanted, target, j, outputs));
          Tail.store(difference.mul(factor), out, bytes(row, j), outputs - j);
        }
        clearPadding(out, row, outputs, pitch);
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
    if (rows == 0) {
      return 0;
    }
    MemorySegment in = Window.of(logits, offset, (rows - 1L) * pitch + outputs);
    MemorySegment wanted = Window.of(targets, targetOffset, (rows - 1L) * targetPitch + outputs);
    MemorySegment out =
        gradient == null ? null : Window.of(gradient, gradientOffset, (long) rows * pitch);
    float factor = scale / outputs;
    double loss = 0;
    for (int r = 0; r < rows; r++) {
      long row = (long) r * pitch * Float.BYTES;
      long target = (long) r * targetPitch * Float.BYTES;
      loss += entropies(in, row, wanted, target, outputs) / outputs;
      if (out != null) {
        for (int j = 0; j < outputs; j += LANES) {
          FloatVector p = SimdMath.sigmoid(at(in, row, j, outputs));
          Tail.store(
              p.sub(at(wanted, target, j, outputs)).mul(factor), out, bytes(row, j), outputs - j);
        }
        clearPadding(out, row, outputs, pitch);
      }
    }
    return loss;
  }

  private static float max(MemorySegment in, long row, int classes) {
    FloatVector max = FloatVector.broadcast(SPECIES, Float.NEGATIVE_INFINITY);
    int j = 0;
    for (; j <= classes - LANES; j += LANES) {
      max = max.max(SimdSupport.load(in, bytes(row, j)));
    }
    if (j < classes) {
      FloatVector last = at(in, row, j, classes);
      max = max.blend(max.max(last), Tail.mask(classes - j));
    }
    return max.reduceLanes(VectorOperators.MAX);
  }

  /** The sum of exp(x - max) over a row; keeps each term where wanted. */
  private static float exponentials(
      MemorySegment in, long row, int classes, float max, @Nullable MemorySegment out) {
    FloatVector a = FloatVector.zero(SPECIES);
    FloatVector b = a;
    FloatVector c = a;
    FloatVector d = a;
    for (int j = 0; j < classes; j += LOGICAL_LANES) {
      a = a.add(exponential(in, row, j, classes, max, out));
      if (LANES <= 8) {
        b = b.add(exponential(in, row, j + LANES, classes, max, out));
      }
      if (LANES <= 4) {
        c = c.add(exponential(in, row, j + 2 * LANES, classes, max, out));
        d = d.add(exponential(in, row, j + 3 * LANES, classes, max, out));
      }
    }
    return LaneTree.sum(a, b, c, d);
  }

  private static FloatVector exponential(
      MemorySegment in, long row, int j, int classes, float max, @Nullable MemorySegment out) {
    FloatVector e = existing(SimdMath.exp(at(in, row, j, classes).sub(max)), classes - j);
    if (out != null) {
      Tail.store(e, out, bytes(row, j), classes - j);
    }
    return e;
  }

  private static float squares(
      MemorySegment in, long row, MemorySegment wanted, long target, int outputs) {
    FloatVector a = FloatVector.zero(SPECIES);
    FloatVector b = a;
    FloatVector c = a;
    FloatVector d = a;
    for (int j = 0; j < outputs; j += LOGICAL_LANES) {
      FloatVector difference = difference(in, row, wanted, target, j, outputs);
      a = difference.fma(difference, a);
      if (LANES <= 8) {
        difference = difference(in, row, wanted, target, j + LANES, outputs);
        b = difference.fma(difference, b);
      }
      if (LANES <= 4) {
        difference = difference(in, row, wanted, target, j + 2 * LANES, outputs);
        c = difference.fma(difference, c);
        difference = difference(in, row, wanted, target, j + 3 * LANES, outputs);
        d = difference.fma(difference, d);
      }
    }
    return LaneTree.sum(a, b, c, d);
  }

  /** +0 where no element exists, which a sum of squares does not notice. */
  private static FloatVector difference(
      MemorySegment in, long row, MemorySegment wanted, long target, int j, int outputs) {
    return at(in, row, j, outputs).sub(at(wanted, target, j, outputs));
  }

  private static float entropies(
      MemorySegment in, long row, MemorySegment wanted, long target, int outputs) {
    FloatVector a = FloatVector.zero(SPECIES);
    FloatVector b = a;
    FloatVector c = a;
    FloatVector d = a;
    for (int j = 0; j < outputs; j += LOGICAL_LANES) {
      a = a.add(entropy(in, row, wanted, target, j, outputs));
      if (LANES <= 8) {
        b = b.add(entropy(in, row, wanted, target, j + LANES, outputs));
      }
      if (LANES <= 4) {
        c = c.add(entropy(in, row, wanted, target, j + 2 * LANES, outputs));
        d = d.add(entropy(in, row, wanted, target, j + 3 * LANES, outputs));
      }
    }
    return LaneTree.sum(a, b, c, d);
  }

  private static FloatVector entropy(
      MemorySegment in, long row, MemorySegment wanted, long target, int j, int outputs) {
    FloatVector x = at(in, row, j, outputs);
    FloatVector linear = at(wanted, target, j, outputs).neg().fma(x, x.max(0f));
    FloatVector rest = SimdMath.log1p(SimdMath.exp(x.abs().neg()));
    return existing(linear.add(rest), outputs - j);
  }

  /** {@code out = out / sum * scale} over a row. */
  private static void divide(MemorySegment out, long row, int classes, float sum, float scale) {
    for (int j = 0; j < classes; j += LANES) {
      FloatVector e = at(out, row, j, classes);
      Tail.store(e.div(sum).mul(scale), out, bytes(row, j), classes - j);
    }
  }

  /** +0 in the lanes behind the end of a row. */
  private static FloatVector existing(FloatVector vector, int left) {
    return left >= LANES ? vector : FloatVector.zero(SPECIES).blend(vector, Tail.mask(left));
  }

  private static FloatVector at(MemorySegment window, long row, int j, int columns) {
    return Tail.load(window, bytes(row, j), columns - j);
  }

  private static long bytes(long row, int j) {
    return (row + (long) j * Float.BYTES) & Window.MASK;
  }

  private static float get(MemorySegment window, long row, int j) {
    return window.get(Memory.FLOAT, bytes(row, j));
  }

  private static void set(MemorySegment window, long row, int j, float value) {
    window.set(Memory.FLOAT, bytes(row, j), value);
  }

  /** One logarithm a row: lane 0 of the vector function. */
  private static float scalarLog(float x) {
    return SimdMath.log(FloatVector.broadcast(SPECIES, x)).lane(0);
  }

  private static void clearPadding(MemorySegment window, long row, int columns, int pitch) {
    for (int j = columns; j < pitch; j++) {
      set(window, row, j, 0f);
    }
  }
}
