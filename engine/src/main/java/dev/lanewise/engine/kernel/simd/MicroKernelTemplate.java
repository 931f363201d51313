package dev.lanewise.engine.kernel.simd;

import static dev.lanewise.engine.kernel.simd.SimdSupport.BYTES;
import static dev.lanewise.engine.kernel.simd.SimdSupport.LANES;
import static dev.lanewise.engine.kernel.simd.SimdSupport.SPECIES;

import dev.lanewise.engine.memory.Memory;
import dev.lanewise.engine.memory.Window;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/**
 * The one micro-kernel of the engine, written once for every tile shape. {@link MicroKernels} loads a
 * hidden copy of this class for each {@link TileShape}; the shape is the copy's class data, so its
 * numbers are constants: C2 drops the rows and vectors that a shape lacks, keeps the accumulators in
 * registers, and folds strides into addresses. Variable strides cost a third of the speed.
 *
 * <p>C2 stops inlining ordinary methods after a number of nodes that a tall tile exceeds ("NodeCountInliningCutoff" in
 * {@code -XX:+PrintInlining}), and a vector that crosses a call is boxed. The vector library's methods
 * are exempt, so what comes late in {@link #run} calls them directly.
 *
 * <p>A vector that a loop carries has no known class where a running method is replaced by compiled code. It
 * therefore stands in argument position only, never as a receiver, which could stay a virtual call.
 *
 * <p>Every loop index is masked, so that C2 can prove each access to lie inside its {@link Window}.
 * This class itself is never initialised, only its copies.
 */
final class MicroKernelTemplate implements MicroKernel {
  private static final TileShape SHAPE = shape();
  private static final int ROWS = SHAPE.rows();
  private static final int VECTORS = SHAPE.vectors();
  private static final long A_ROW = SHAPE.aRow() * Float.BYTES;
  private static final long A_STEP = SHAPE.aStep() * Float.BYTES;
  private static final long B_STEP = SHAPE.bStep() * Float.BYTES;
  private static final boolean WHOLE = SHAPE.tail() == 0;
  private static final VectorMask<Float> TAIL = SPECIES.indexInRange(0, WHOLE ? LANES : SHAPE.tail());
  private static final ByteOrder ORDER = ByteOrder.nativeOrder();
  private static final long V1 = BYTES;
  private static final long V2 = 2L * BYTES;
  private static final long V3 = 3L * BYTES;

  private static TileShape shape() {
    try {
      return MethodHandles.classData(MethodHandles.lookup(), "_", TileShape.class);
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void run(
      int outer,
      int steps,
      MemorySegment aSegment,
      long aOffset,
      long aOuter,
      MemorySegment bSegment,
      long bOffset,
      long bOuter,
      MemorySegment initSegment,
      long initOffset,
      long initRow,
      float floor,
      MemorySegment cSegment,
      long cOffset,
      long cRow) {
    MemorySegment a = Window.whole(aSegment);
    long at = Window.base(aSegment, aOffset);
    MemorySegment b = Window.whole(bSegment);
    long bt = Window.base(bSegment, bOffset);
    MemorySegment s = Window.whole(initSegment);
    long st = Window.base(initSegment, initOffset);
    MemorySegment c = Window.whole(cSegment);
    long ct = Window.base(cSegment, cOffset);
    long ao = (aOuter & OUTER_STRIDE_MASK) * Float.BYTES;
    long bo = (bOuter & OUTER_STRIDE_MASK) * Float.BYTES;
    long sr = (initRow & ROW_STRIDE_MASK) * Float.BYTES;
    long cr = (cRow & ROW_STRIDE_MASK) * Float.BYTES;
    FloatVector zero = FloatVector.zero(SPECIES);
    FloatVector c0a = WHOLE || VECTORS > 1
        ? FloatVector.fromMemorySegment(SPECIES, s, st, ORDER)
        : FloatVector.fromMemorySegment(SPECIES, s, st, ORDER, TAIL);
    FloatVector c0b = VECTORS <= 1 ? zero
        : WHOLE || VECTORS > 2 ? FloatVector.fromMemorySegment(SPECIES, s, st + V1, ORDER)
        : FloatVector.fromMemorySegment(SPECIES, s, st + V1, ORDER, TAIL);
    FloatVector c0c = VECTORS <= 2 ? zero
        : WHOLE || VECTORS > 3 ? FloatVector.fromMemorySegment(SPECIES, s, st + V2, ORDER)
        : FloatVector.fromMemorySegment(SPECIES, s, st + V2, ORDER, TAIL);
    FloatVector c0d = VECTORS <= 3 ? zero
        : WHOLE || VECTORS > 4 ? FloatVector.fromMemorySegment(SPECIES, s, st + V3, ORDER)
        : FloatVector.fromMemorySegment(SPECIES, s, st + V3, ORDER, TAIL);
    FloatVector c1a = ROWS <= 1 ? zero
        : WHOLE || VECTORS > 1 ? FloatVector.fromMemorySegment(SPECIES, s, st + sr, ORDER)
        : FloatVector.fromMemorySegment(SPECIES, s, st + sr, ORDER, TAIL);
    FloatVector c1b = ROWS <= 1 || VECTORS <= 1 ? zero
        : WHOLE || VECTORS > 2 ? FloatVector.fromMemorySegment(SPECIES, s, st + sr + V1, ORDER)
        : FloatVector.fromMemorySegment(SPECIES, s, st + sr + V1, ORDER, TAIL);
    FloatVector c1c = ROWS <= 1 || VECTORS <= 2 ? zero
        : WHOLE || VECTORS > 3 ? FloatVector.fromMemorySegment(SPECIES, s, st + sr + V2, ORDER)
        : FloatVector.fromMemorySegment(SPECIES, s, st + sr + V2, ORDER, TAIL);
    FloatVector c1d = ROWS <= 1 || VECTORS <= 3 ? zero
        : WHOLE || VECTORS > 4 ? FloatVector.fromMemorySegment(SPECIES, s, st + sr + V3, ORDER)
        : FloatVector.fromMemorySegment(SPECIES, s, st + sr + V3, ORDER, TAIL);
    FloatVector c2a = ROWS <= 2 ? zero
        : WHOLE || VECTORS > 1 ? FloatVector.fromMemorySegment(SPECIES, s, st + 2 * sr, ORDER)
        : FloatVector.fromMemorySegment(SPECIES, s, st + 2 * sr, ORDER, TAIL);
    FloatVector c2b = ROWS <= 2 || VECTORS <= 1 ? zero
        : WHOLE || VECTORS > 2 ? FloatVector.fromMemorySegment(SPECIES, s, st + 2 * sr + V1, ORDER)
        : FloatVector.fromMemorySegment(SPECIES, s, st + 2 * sr + V1, ORDER, TAIL);
    FloatVector c2c = ROWS <= 2 || VECTORS <= 2 ? zero
        : WHOLE || VECTORS > 3 ? FloatVector.fromMemorySegment(SPECIES, s, st + 2 * sr + V2, ORDER)
        : FloatVector.fromMemorySegment(SPECIES, s, st + 2 * sr + V2, ORDER, TAIL);
    FloatVector c2d = ROWS <= 2 || VECTORS <= 3 ? zero
        : WHOLE || VECTORS > 4 ? FloatVector.fromMemorySegment(SPECIES, s, st + 2 * sr + V3, ORDER)
        : FloatVector.fromMemorySegment(SPECIES, s, st + 2 * sr + V3, ORDER, TAIL);
    FloatVector c3a = ROWS <= 3 ? zero
        : WHOLE || VECTORS > 1 ? FloatVector.fromMemorySegment(SPECIES, s, st + 3 * sr, ORDER)
        : FloatVector.fromMemorySegment(SPECIES, s, st + 3 * sr, ORDER, TAIL);
    FloatVector c3b = ROWS <= 3 || VECTORS <= 1 ? zero
        : WHOLE || VECTORS > 2 ? FloatVector.fromMemorySegment(SPECIES, s, st + 3 * sr + V1, ORDER)
        : FloatVector.fromMemorySegment(SPECIES, s, st + 3 * sr + V1, ORDER, TAIL);
    FloatVector c4a = ROWS <= 4 ? zero
        : WHOLE || VECTORS > 1 ? FloatVector.fromMemorySegment(SPECIES, s, st + 4 * sr, ORDER)
        : FloatVector.fromMemorySegment(SPECIES, s, st + 4 * sr, ORDER, TAIL);
    FloatVector c4b = ROWS <= 4 || VECTORS <= 1 ? zero
        : WHOLE || VECTORS > 2 ? FloatVector.fromMemorySegment(SPECIES, s, st + 4 * sr + V1, ORDER)
        : FloatVector.fromMemorySegment(SPECIES, s, st + 4 * sr + V1, ORDER, TAIL);
    FloatVector c5a = ROWS <= 5 ? zero
        : WHOLE || VECTORS > 1 ? FloatVector.fromMemorySegment(SPECIES, s, st + 5 * sr, ORDER)
        : FloatVector.fromMemorySegment(SPECIES, s, st + 5 * sr, ORDER, TAIL);
    FloatVector c5b = ROWS <= 5 || VECTORS <= 1 ? zero
        : WHOLE || VECTORS > 2 ? FloatVector.fromMemorySegment(SPECIES, s, st + 5 * sr + V1, ORDER)
        : FloatVector.fromMemorySegment(SPECIES, s, st + 5 * sr + V1, ORDER, TAIL);
    FloatVector c6a = ROWS <= 6 ? zero
        : WHOLE || VECTORS > 1 ? FloatVector.fromMemorySegment(SPECIES, s, st + 6 * sr, ORDER)
        : FloatVector.fromMemorySegment(SPECIES, s, st + 6 * sr, ORDER, TAIL);
    FloatVector c6b = ROWS <= 6 || VECTORS <= 1 ? zero
        : WHOLE || VECTORS > 2 ? FloatVector.fromMemorySegment(SPECIES, s, st + 6 * sr + V1, ORDER)
        : FloatVector.fromMemorySegment(SPECIES, s, st + 6 * sr + V1, ORDER, TAIL);
    FloatVector c7a = ROWS <= 7 ? zero
        : WHOLE || VECTORS > 1 ? FloatVector.fromMemorySegment(SPECIES, s, st + 7 * sr, ORDER)
        : FloatVector.fromMemorySegment(SPECIES, s, st + 7 * sr, ORDER, TAIL);
    FloatVector c7b = ROWS <= 7 || VECTORS <= 1 ? zero
        : WHOLE || VECTORS > 2 ? FloatVector.fromMemorySegment(SPECIES, s, st + 7 * sr + V1, ORDER)
        : FloatVector.fromMemorySegment(SPECIES, s, st + 7 * sr + V1, ORDER, TAIL);
    FloatVector c8a = ROWS <= 8 ? zero
        : WHOLE || VECTORS > 1 ? FloatVector.fromMemorySegment(SPECIES, s, st + 8 * sr, ORDER)
        : FloatVector.fromMemorySegment(SPECIES, s, st + 8 * sr, ORDER, TAIL);
    FloatVector c8b = ROWS <= 8 || VECTORS <= 1 ? zero
        : WHOLE || VECTORS > 2 ? FloatVector.fromMemorySegment(SPECIES, s, st + 8 * sr + V1, ORDER)
        : FloatVector.fromMemorySegment(SPECIES, s, st + 8 * sr + V1, ORDER, TAIL);
    FloatVector c9a = ROWS <= 9 ? zero
        : WHOLE || VECTORS > 1 ? FloatVector.fromMemorySegment(SPECIES, s, st + 9 * sr, ORDER)
        : FloatVector.fromMemorySegment(SPECIES, s, st + 9 * sr, ORDER, TAIL);
    FloatVector c9b = ROWS <= 9 || VECTORS <= 1 ? zero
        : WHOLE || VECTORS > 2 ? FloatVector.fromMemorySegment(SPECIES, s, st + 9 * sr + V1, ORDER)
        : FloatVector.fromMemorySegment(SPECIES, s, st + 9 * sr + V1, ORDER, TAIL);
    FloatVector c10a = ROWS <= 10 ? zero
        : WHOLE || VECTORS > 1 ? FloatVector.fromMemorySegment(SPECIES, s, st + 10 * sr, ORDER)
        : FloatVector.fromMemorySegment(SPECIES, s, st + 10 * sr, ORDER, TAIL);
    FloatVector c10b = ROWS <= 10 || VECTORS <= 1 ? zero
        : WHOLE || VECTORS > 2 ? FloatVector.fromMemorySegment(SPECIES, s, st + 10 * sr + V1, ORDER)
        : FloatVector.fromMemorySegment(SPECIES, s, st + 10 * sr + V1, ORDER, TAIL);
    FloatVector c11a = ROWS <= 11 ? zero
        : WHOLE || VECTORS > 1 ? FloatVector.fromMemorySegment(SPECIES, s, st + 11 * sr, ORDER)
        : FloatVector.fromMemorySegment(SPECIES, s, st + 11 * sr, ORDER, TAIL);
    FloatVector c11b = ROWS <= 11 || VECTORS <= 1 ? zero
        : WHOLE || VECTORS > 2 ? FloatVector.fromMemorySegment(SPECIES, s, st + 11 * sr + V1, ORDER)
        : FloatVector.fromMemorySegment(SPECIES, s, st + 11 * sr + V1, ORDER, TAIL);
    for (int r = 0; r < outer; r++) {
      long ar = (r & OUTER_MASK) * ao;
      long br = (r & OUTER_MASK) * bo;
      for (int k = 0; k < steps; k++) {
        long ak = at + ar + (k & STEP_MASK) * A_STEP;
        long bk = bt + br + (k & STEP_MASK) * B_STEP;
        FloatVector b0 = WHOLE || VECTORS > 1 ? FloatVector.fromMemorySegment(SPECIES, b, bk, ORDER)
            : FloatVector.fromMemorySegment(SPECIES, b, bk, ORDER, TAIL);
        FloatVector b1 = VECTORS <= 1 ? zero
            : WHOLE || VECTORS > 2 ? FloatVector.fromMemorySegment(SPECIES, b, bk + V1, ORDER)
            : FloatVector.fromMemorySegment(SPECIES, b, bk + V1, ORDER, TAIL);
        FloatVector b2 = VECTORS <= 2 ? zero
            : WHOLE || VECTORS > 3 ? FloatVector.fromMemorySegment(SPECIES, b, bk + V2, ORDER)
            : FloatVector.fromMemorySegment(SPECIES, b, bk + V2, ORDER, TAIL);
        FloatVector b3 = VECTORS <= 3 ? zero
            : WHOLE || VECTORS > 4 ? FloatVector.fromMemorySegment(SPECIES, b, bk + V3, ORDER)
            : FloatVector.fromMemorySegment(SPECIES, b, bk + V3, ORDER, TAIL);
        FloatVector a0 = FloatVector.broadcast(SPECIES, a.get(Memory.FLOAT, ak));
        c0a = a0.fma(b0, c0a);
        c0b = VECTORS > 1 ? a0.fma(b1, c0b) : c0b;
        c0c = VECTORS > 2 ? a0.fma(b2, c0c) : c0c;
        c0d = VECTORS > 3 ? a0.fma(b3, c0d) : c0d;
        if (ROWS > 1) {
          FloatVector a1 = FloatVector.broadcast(SPECIES, a.get(Memory.FLOAT, ak + A_ROW));
          c1a = a1.fma(b0, c1a);
          c1b = VECTORS > 1 ? a1.fma(b1, c1b) : c1b;
          c1c = VECTORS > 2 ? a1.fma(b2, c1c) : c1c;
          c1d = VECTORS > 3 ? a1.fma(b3, c1d) : c1d;
        }
        if (ROWS > 2) {
          FloatVector a2 = FloatVector.broadcast(SPECIES, a.get(Memory.FLOAT, ak + 2 * A_ROW));
          c2a = a2.fma(b0, c2a);
          c2b = VECTORS > 1 ? a2.fma(b1, c2b) : c2b;
          c2c = VECTORS > 2 ? a2.fma(b2, c2c) : c2c;
          c2d = VECTORS > 3 ? a2.fma(b3, c2d) : c2d;
        }
        if (ROWS > 3) {
          FloatVector a3 = FloatVector.broadcast(SPECIES, a.get(Memory.FLOAT, ak + 3 * A_ROW));
          c3a = a3.fma(b0, c3a);
          c3b = VECTORS > 1 ? a3.fma(b1, c3b) : c3b;
        }
        if (ROWS > 4) {
          FloatVector a4 = FloatVector.broadcast(SPECIES, a.get(Memory.FLOAT, ak + 4 * A_ROW));
          c4a = a4.fma(b0, c4a);
          c4b = VECTORS > 1 ? a4.fma(b1, c4b) : c4b;
        }
        if (ROWS > 5) {
          FloatVector a5 = FloatVector.broadcast(SPECIES, a.get(Memory.FLOAT, ak + 5 * A_ROW));
          c5a = a5.fma(b0, c5a);
          c5b = VECTORS > 1 ? a5.fma(b1, c5b) : c5b;
        }
        if (ROWS > 6) {
          FloatVector a6 = FloatVector.broadcast(SPECIES, a.get(Memory.FLOAT, ak + 6 * A_ROW));
          c6a = a6.fma(b0, c6a);
          c6b = VECTORS > 1 ? a6.fma(b1, c6b) : c6b;
        }
        if (ROWS > 7) {
          FloatVector a7 = FloatVector.broadcast(SPECIES, a.get(Memory.FLOAT, ak + 7 * A_ROW));
          c7a = a7.fma(b0, c7a);
          c7b = VECTORS > 1 ? a7.fma(b1, c7b) : c7b;
        }
        if (ROWS > 8) {
          FloatVector a8 = FloatVector.broadcast(SPECIES, a.get(Memory.FLOAT, ak + 8 * A_ROW));
          c8a = a8.fma(b0, c8a);
          c8b = VECTORS > 1 ? a8.fma(b1, c8b) : c8b;
        }
        if (ROWS > 9) {
          FloatVector a9 = FloatVector.broadcast(SPECIES, a.get(Memory.FLOAT, ak + 9 * A_ROW));
          c9a = a9.fma(b0, c9a);
          c9b = VECTORS > 1 ? a9.fma(b1, c9b) : c9b;
        }
        if (ROWS > 10) {
          FloatVector a10 = FloatVector.broadcast(SPECIES, a.get(Memory.FLOAT, ak + 10 * A_ROW));
          c10a = a10.fma(b0, c10a);
          c10b = VECTORS > 1 ? a10.fma(b1, c10b) : c10b;
        }
        if (ROWS > 11) {
          FloatVector a11 = FloatVector.broadcast(SPECIES, a.get(Memory.FLOAT, ak + 11 * A_ROW));
          c11a = a11.fma(b0, c11a);
          c11b = VECTORS > 1 ? a11.fma(b1, c11b) : c11b;
        }
      }
    }
    FloatVector low = FloatVector.broadcast(SPECIES, floor);
    if (WHOLE || VECTORS > 1) {
      low.max(c0a).intoMemorySegment(c, ct, ORDER);
    } else {
      low.max(c0a).intoMemorySegment(c, ct, ORDER, TAIL);
    }
    if ((WHOLE || VECTORS > 2) && VECTORS > 1) {
      low.max(c0b).intoMemorySegment(c, ct + V1, ORDER);
    } else if (VECTORS > 1) {
      low.max(c0b).intoMemorySegment(c, ct + V1, ORDER, TAIL);
    }
    if ((WHOLE || VECTORS > 3) && VECTORS > 2) {
      low.max(c0c).intoMemorySegment(c, ct + V2, ORDER);
    } else if (VECTORS > 2) {
      low.max(c0c).intoMemorySegment(c, ct + V2, ORDER, TAIL);
    }
    if ((WHOLE || VECTORS > 4) && VECTORS > 3) {
      low.max(c0d).intoMemorySegment(c, ct + V3, ORDER);
    } else if (VECTORS > 3) {
      low.max(c0d).intoMemorySegment(c, ct + V3, ORDER, TAIL);
    }
    if (ROWS > 1 && (WHOLE || VECTORS > 1)) {
      low.max(c1a).intoMemorySegment(c, ct + cr, ORDER);
    } else if (ROWS > 1 && VECTORS > 0) {
      low.max(c1a).intoMemorySegment(c, ct + cr, ORDER, TAIL);
    }
    if (ROWS > 1 && (WHOLE || VECTORS > 2) && VECTORS > 1) {
      low.max(c1b).intoMemorySegment(c, ct + cr + V1, ORDER);
    } else if (ROWS > 1 && VECTORS > 1) {
      low.max(c1b).intoMemorySegment(c, ct + cr + V1, ORDER, TAIL);
    }
    if (ROWS > 1 && (WHOLE || VECTORS > 3) && VECTORS > 2) {
      low.max(c1c).intoMemorySegment(c, ct + cr + V2, ORDER);
    } else if (ROWS > 1 && VECTORS > 2) {
      low.max(c1c).intoMemorySegment(c, ct + cr + V2, ORDER, TAIL);
    }
    if (ROWS > 1 && (WHOLE || VECTORS > 4) && VECTORS > 3) {
      low.max(c1d).intoMemorySegment(c, ct + cr + V3, ORDER);
    } else if (ROWS > 1 && VECTORS > 3) {
      low.max(c1d).intoMemorySegment(c, ct + cr + V3, ORDER, TAIL);
    }
    if (ROWS > 2 && (WHOLE || VECTORS > 1)) {
      low.max(c2a).intoMemorySegment(c, ct + 2 * cr, ORDER);
    } else if (ROWS > 2 && VECTORS > 0) {
      low.max(c2a).intoMemorySegment(c, ct + 2 * cr, ORDER, TAIL);
    }
    if (ROWS > 2 && (WHOLE || VECTORS > 2) && VECTORS > 1) {
      low.max(c2b).intoMemorySegment(c, ct + 2 * cr + V1, ORDER);
    } else if (ROWS > 2 && VECTORS > 1) {
      low.max(c2b).intoMemorySegment(c, ct + 2 * cr + V1, ORDER, TAIL);
    }
    if (ROWS > 2 && (WHOLE || VECTORS > 3) && VECTORS > 2) {
      low.max(c2c).intoMemorySegment(c, ct + 2 * cr + V2, ORDER);
    } else if (ROWS > 2 && VECTORS > 2) {
      low.max(c2c).intoMemorySegment(c, ct + 2 * cr + V2, ORDER, TAIL);
    }
    if (ROWS > 2 && (WHOLE || VECTORS > 4) && VECTORS > 3) {
      low.max(c2d).intoMemorySegment(c, ct + 2 * cr + V3, ORDER);
    } else if (ROWS > 2 && VECTORS > 3) {
      low.max(c2d).intoMemorySegment(c, ct + 2 * cr + V3, ORDER, TAIL);
    }
    if (ROWS > 3 && (WHOLE || VECTORS > 1)) {
      low.max(c3a).intoMemorySegment(c, ct + 3 * cr, ORDER);
    } else if (ROWS > 3 && VECTORS > 0) {
      low.max(c3a).intoMemorySegment(c, ct + 3 * cr, ORDER, TAIL);
    }
    if (ROWS > 3 && (WHOLE || VECTORS > 2) && VECTORS > 1) {
      low.max(c3b).intoMemorySegment(c, ct + 3 * cr + V1, ORDER);
    } else if (ROWS > 3 && VECTORS > 1) {
      low.max(c3b).intoMemorySegment(c, ct + 3 * cr + V1, ORDER, TAIL);
    }
    if (ROWS > 4 && (WHOLE || VECTORS > 1)) {
      low.max(c4a).intoMemorySegment(c, ct + 4 * cr, ORDER);
    } else if (ROWS > 4 && VECTORS > 0) {
      low.max(c4a).intoMemorySegment(c, ct + 4 * cr, ORDER, TAIL);
    }
    if (ROWS > 4 && (WHOLE || VECTORS > 2) && VECTORS > 1) {
      low.max(c4b).intoMemorySegment(c, ct + 4 * cr + V1, ORDER);
    } else if (ROWS > 4 && VECTORS > 1) {
      low.max(c4b).intoMemorySegment(c, ct + 4 * cr + V1, ORDER, TAIL);
    }
    if (ROWS > 5 && (WHOLE || VECTORS > 1)) {
      low.max(c5a).intoMemorySegment(c, ct + 5 * cr, ORDER);
    } else if (ROWS > 5 && VECTORS > 0) {
      low.max(c5a).intoMemorySegment(c, ct + 5 * cr, ORDER, TAIL);
    }
    if (ROWS > 5 && (WHOLE || VECTORS > 2) && VECTORS > 1) {
      low.max(c5b).intoMemorySegment(c, ct + 5 * cr + V1, ORDER);
    } else if (ROWS > 5 && VECTORS > 1) {
      low.max(c5b).intoMemorySegment(c, ct + 5 * cr + V1, ORDER, TAIL);
    }
    if (ROWS > 6 && (WHOLE || VECTORS > 1)) {
      low.max(c6a).intoMemorySegment(c, ct + 6 * cr, ORDER);
    } else if (ROWS > 6 && VECTORS > 0) {
      low.max(c6a).intoMemorySegment(c, ct + 6 * cr, ORDER, TAIL);
    }
    if (ROWS > 6 && (WHOLE || VECTORS > 2) && VECTORS > 1) {
      low.max(c6b).intoMemorySegment(c, ct + 6 * cr + V1, ORDER);
    } else if (ROWS > 6 && VECTORS > 1) {
      low.max(c6b).intoMemorySegment(c, ct + 6 * cr + V1, ORDER, TAIL);
    }
    if (ROWS > 7 && (WHOLE || VECTORS > 1)) {
      low.max(c7a).intoMemorySegment(c, ct + 7 * cr, ORDER);
    } else if (ROWS > 7 && VECTORS > 0) {
      low.max(c7a).intoMemorySegment(c, ct + 7 * cr, ORDER, TAIL);
    }
    if (ROWS > 7 && (WHOLE || VECTORS > 2) && VECTORS > 1) {
      low.max(c7b).intoMemorySegment(c, ct + 7 * cr + V1, ORDER);
    } else if (ROWS > 7 && VECTORS > 1) {
      low.max(c7b).intoMemorySegment(c, ct + 7 * cr + V1, ORDER, TAIL);
    }
    if (ROWS > 8 && (WHOLE || VECTORS > 1)) {
      low.max(c8a).intoMemorySegment(c, ct + 8 * cr, ORDER);
    } else if (ROWS > 8 && VECTORS > 0) {
      low.max(c8a).intoMemorySegment(c, ct + 8 * cr, ORDER, TAIL);
    }
    if (ROWS > 8 && (WHOLE || VECTORS > 2) && VECTORS > 1) {
      low.max(c8b).intoMemorySegment(c, ct + 8 * cr + V1, ORDER);
    } else if (ROWS > 8 && VECTORS > 1) {
      low.max(c8b).intoMemorySegment(c, ct + 8 * cr + V1, ORDER, TAIL);
    }
    if (ROWS > 9 && (WHOLE || VECTORS > 1)) {
      low.max(c9a).intoMemorySegment(c, ct + 9 * cr, ORDER);
    } else if (ROWS > 9 && VECTORS > 0) {
      low.max(c9a).intoMemorySegment(c, ct + 9 * cr, ORDER, TAIL);
    }
    if (ROWS > 9 && (WHOLE || VECTORS > 2) && VECTORS > 1) {
      low.max(c9b).intoMemorySegment(c, ct + 9 * cr + V1, ORDER);
    } else if (ROWS > 9 && VECTORS > 1) {
      low.max(c9b).intoMemorySegment(c, ct + 9 * cr + V1, ORDER, TAIL);
    }
    if (ROWS > 10 && (WHOLE || VECTORS > 1)) {
      low.max(c10a).intoMemorySegment(c, ct + 10 * cr, ORDER);
    } else if (ROWS > 10 && VECTORS > 0) {
      low.max(c10a).intoMemorySegment(c, ct + 10 * cr, ORDER, TAIL);
    }
    if (ROWS > 10 && (WHOLE || VECTORS > 2) && VECTORS > 1) {
      low.max(c10b).intoMemorySegment(c, ct + 10 * cr + V1, ORDER);
    } else if (ROWS > 10 && VECTORS > 1) {
      low.max(c10b).intoMemorySegment(c, ct + 10 * cr + V1, ORDER, TAIL);
    }
    if (ROWS > 11 && (WHOLE || VECTORS > 1)) {
      low.max(c11a).intoMemorySegment(c, ct + 11 * cr, ORDER);
    } else if (ROWS > 11 && VECTORS > 0) {
      low.max(c11a).intoMemorySegment(c, ct + 11 * cr, ORDER, TAIL);
    }
    if (ROWS > 11 && (WHOLE || VECTORS > 2) && VECTORS > 1) {
      low.max(c11b).intoMemorySegment(c, ct + 11 * cr + V1, ORDER);
    } else if (ROWS > 11 && VECTORS > 1) {
      low.max(c11b).intoMemorySegment(c, ct + 11 * cr + V1, ORDER, TAIL);
    }
  }
}
