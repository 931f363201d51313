package dev.lanewise.engine.kernel.simd;

import static dev.lanewise.engine.kernel.simd.SimdSupport.SPECIES;
import static dev.lanewise.engine.kernel.simd.SimdWidth.LANES;

import dev.lanewise.engine.memory.Window;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/**
 * The passes over one row that losses are made of, with vectors along the row. {@code kernel.Losses}
 * puts them together and has the contract.
 *
 * <p>Every vector is masked, for rows are short and rarely whole. The 16 logical lanes of a sum are
 * one, two or four vectors that take turns: the row is walked in whole blocks of 16, the turn goes
 * round with the roles of a, b, c and d. One copy of exp in a loop instead of four keeps the loop
 * within what C2 inlines; beyond that, vectors become objects.
 */
public final class SimdLosses {
  private SimdLosses() {}

  /** Largest logit; NaN if there is one. */
  public static float max(MemorySegment logits, long x, int classes) {
    MemorySegment in = Window.of(logits, x, classes);
    FloatVector max = FloatVector.broadcast(SPECIES, Float.NEGATIVE_INFINITY);
    for (int j = 0; j < classes; j += LANES) {
      VectorMask<Float> some = Lanes.mask(classes - j);
      max = Lanes.load(in, Lanes.bytes(j), some).max(max).blend(max, some.not());
    }
    return max.reduceLanes(VectorOperators.MAX);
  }

  /** {@code out = exp(x - max)}, may be in place. */
  public static void exponentials(
      MemorySegment logits, long x, int classes, float max, MemorySegment out, long o) {
    MemorySegment in = Window.of(logits, x, classes);
    MemorySegment to = Window.of(out, o, classes);
    for (int j = 0; j < classes; j += LANES) {
      VectorMask<Float> some = Lanes.mask(classes - j);
      FloatVector e = SimdMath.exp(Lanes.load(in, Lanes.bytes(j), some).sub(max));
      Lanes.store(e, to, Lanes.bytes(j), some);
    }
  }

  /** Sum of exp(x - max). */
  public static float sumOfExponentials(MemorySegment logits, long x, int classes, float max) {
    MemorySegment in = Window.of(logits, x, classes);
    FloatVector a = FloatVector.zero(SPECIES);
    FloatVector b = a;
    FloatVector c = a;
    FloatVector d = a;
    for (int j = 0; j < Lanes.blocks(classes); j += LANES) {
      VectorMask<Float> some = Lanes.mask(classes - j);
      FloatVector e = SimdMath.exp(Lanes.load(in, Lanes.bytes(j), some).sub(max));
      FloatVector next = e.add(a).blend(a, some.not());
      if (LANES == 16) {
        a = next;
      } else if (LANES == 8) {
        a = b;
        b = next;
      } else {
        a = b;
        b = c;
        c = d;
        d = next;
      }
    }
    return Lanes.sum(a, b, c, d);
  }

  /** Sum of a row. */
  public static float sum(MemorySegment terms, long t, int count) {
    MemorySegment in = Window.of(terms, t, count);
    FloatVector a = FloatVector.zero(SPECIES);
    FloatVector b = a;
    FloatVector c = a;
    FloatVector d = a;
    for (int j = 0; j < Lanes.blocks(count); j += LANES) {
      FloatVector next = Lanes.load(in, Lanes.bytes(j), Lanes.mask(count - j)).add(a);
      if (LANES == 16) {
        a = next;
      } else if (LANES == 8) {
        a = b;
        b = next;
      } else {
        a = b;
        b = c;
        c = d;
        d = next;
      }
    }
    return Lanes.sum(a, b, c, d);
  }

  /** {@code out = out / sum * scale}. */
  public static void divide(MemorySegment out, long o, int classes, float sum, float scale) {
    MemorySegment to = Window.of(out, o, classes);
    for (int j = 0; j < classes; j += LANES) {
      VectorMask<Float> some = Lanes.mask(classes - j);
      Lanes.store(Lanes.load(to, Lanes.bytes(j), some).div(sum).mul(scale), to, Lanes.bytes(j), some);
    }
  }

  /** {@code out = sigmoid(x)}, may be in place. */
  public static void sigmoids(
      MemorySegment logits, long x, int outputs, MemorySegment out, long o) {
    MemorySegment in = Window.of(logits, x, outputs);
    MemorySegment to = Window.of(out, o, outputs);
    for (int j = 0; j < outputs; j += LANES) {
      VectorMask<Float> some = Lanes.mask(outputs - j);
      Lanes.store(SimdMath.sigmoid(Lanes.load(in, Lanes.bytes(j), some)), to, Lanes.bytes(j), some);
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
    MemorySegment in = Window.of(values, x, outputs);
    MemorySegment wanted = Window.of(targets, t, outputs);
    MemorySegment to = Window.of(out, o, outputs);
    for (int j = 0; j < outputs; j += LANES) {
      VectorMask<Float> some = Lanes.mask(outputs - j);
      FloatVector difference =
          Lanes.load(in, Lanes.bytes(j), some).sub(Lanes.load(wanted, Lanes.bytes(j), some));
      Lanes.store(difference.mul(factor), to, Lanes.bytes(j), some);
    }
  }

  /** Sum of (x - t)^2. */
  public static float squares(
      MemorySegment values, long x, MemorySegment targets, long t, int outputs) {
    MemorySegment in = Window.of(values, x, outputs);
    MemorySegment wanted = Window.of(targets, t, outputs);
    FloatVector a = FloatVector.zero(SPECIES);
    FloatVector b = a;
    FloatVector c = a;
    FloatVector d = a;
    for (int j = 0; j < Lanes.blocks(outputs); j += LANES) {
      VectorMask<Float> some = Lanes.mask(outputs - j);
      FloatVector difference =
          Lanes.load(in, Lanes.bytes(j), some).sub(Lanes.load(wanted, Lanes.bytes(j), some));
      // Where no element exists, the difference is 0: a sum of squares does not notice.
      FloatVector next = difference.fma(difference, a);
      if (LANES == 16) {
        a = next;
      } else if (LANES == 8) {
        a = b;
        b = next;
      } else {
        a = b;
        b = c;
        c = d;
        d = next;
      }
    }
    return Lanes.sum(a, b, c, d);
  }

  /** Sum of max(x, 0) - x * t: the part of a binary cross-entropy that is linear on either side. */
  public static float hinges(
      MemorySegment logits, long x, MemorySegment targets, long t, int outputs) {
    MemorySegment in = Window.of(logits, x, outputs);
    MemorySegment wanted = Window.of(targets, t, outputs);
    FloatVector zero = FloatVector.zero(SPECIES);
    FloatVector a = zero;
    FloatVector b = a;
    FloatVector c = a;
    FloatVector d = a;
    for (int j = 0; j < Lanes.blocks(outputs); j += LANES) {
      VectorMask<Float> some = Lanes.mask(outputs - j);
      FloatVector logit = Lanes.load(in, Lanes.bytes(j), some);
      FloatVector target = Lanes.load(wanted, Lanes.bytes(j), some);
      FloatVector next = target.neg().fma(logit, logit.max(zero)).add(a).blend(a, some.not());
      if (LANES == 16) {
        a = next;
      } else if (LANES == 8) {
        a = b;
        b = next;
      } else {
        a = b;
        b = c;
        c = d;
        d = next;
      }
    }
    return Lanes.sum(a, b, c, d);
  }

  /** Sum of log(1 + exp(-|x|)): what rounds the corner of a binary cross-entropy. */
  public static float corners(MemorySegment logits, long x, int outputs) {
    MemorySegment in = Window.of(logits, x, outputs);
    FloatVector a = FloatVector.zero(SPECIES);
    FloatVector b = a;
    FloatVector c = a;
    FloatVector d = a;
    for (int j = 0; j < Lanes.blocks(outputs); j += LANES) {
      VectorMask<Float> some = Lanes.mask(outputs - j);
      FloatVector magnitude = Lanes.load(in, Lanes.bytes(j), some).abs();
      FloatVector next = SimdMath.log1p(SimdMath.expOfMinus(magnitude)).add(a).blend(a, some.not());
      if (LANES == 16) {
        a = next;
      } else if (LANES == 8) {
        a = b;
        b = next;
      } else {
        a = b;
        b = c;
        c = d;
        d = next;
      }
    }
    return Lanes.sum(a, b, c, d);
  }
}
