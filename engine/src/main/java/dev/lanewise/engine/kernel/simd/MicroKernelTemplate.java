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

  private static TileShape shape() {
    try {
      return MethodHandles.classData(MethodHandles.lookup(), "_", TileShape.class);
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(e);
    }
  }

  private static FloatVector load(MemorySegment window, long offset, int vector) {
    return WHOLE || vector < VECTORS - 1
        ? FloatVector.fromMemorySegment(SPECIES, window, offset + (long) vector * BYTES, ORDER)
        : FloatVector.fromMemorySegment(SPECIES, window, offset + (long) vector * BYTES, ORDER, TAIL);
  }

  private static void store(FloatVector value, MemorySegment window, long offset, int vector) {
    if (WHOLE || vector < VECTORS - 1) {
      value.intoMemorySegment(window, offset + (long) vector * BYTES, ORDER);
    } else {
      value.intoMemorySegment(window, offset + (long) vector * BYTES, ORDER, TAIL);
    }
  }

  private static FloatVector broadcast(MemorySegment window, long offset) {
    return FloatVector.broadcast(SPECIES, window.get(Memory.FLOAT, offset));
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
    MemorySegment a = Window.from(aSegment, aOffset);
    MemorySegment b = Window.from(bSegment, bOffset);
    MemorySegment init = Window.from(initSegment, initOffset);
    MemorySegment c = Window.from(cSegment, cOffset);
    long ao = (aOuter & OUTER_STRIDE_MASK) * Float.BYTES;
    long bo = (bOuter & OUTER_STRIDE_MASK) * Float.BYTES;
    long ir = (initRow & ROW_STRIDE_MASK) * Float.BYTES;
    long cr = (cRow & ROW_STRIDE_MASK) * Float.BYTES;
    FloatVector zero = FloatVector.zero(SPECIES);

    FloatVector c0a = load(init, 0, 0);
    FloatVector c0b = VECTORS > 1 ? load(init, 0, 1) : zero;
    FloatVector c0c = VECTORS > 2 ? load(init, 0, 2) : zero;
    FloatVector c0d = VECTORS > 3 ? load(init, 0, 3) : zero;
    FloatVector c1a = ROWS > 1 ? load(init, 1 * ir, 0) : zero;
    FloatVector c1b = ROWS > 1 && VECTORS > 1 ? load(init, 1 * ir, 1) : zero;
    FloatVector c1c = ROWS > 1 && VECTORS > 2 ? load(init, 1 * ir, 2) : zero;
    FloatVector c1d = ROWS > 1 && VECTORS > 3 ? load(init, 1 * ir, 3) : zero;
    FloatVector c2a = ROWS > 2 ? load(init, 2 * ir, 0) : zero;
    FloatVector c2b = ROWS > 2 && VECTORS > 1 ? load(init, 2 * ir, 1) : zero;
    FloatVector c2c = ROWS > 2 && VECTORS > 2 ? load(init, 2 * ir, 2) : zero;
    FloatVector c2d = ROWS > 2 && VECTORS > 3 ? load(init, 2 * ir, 3) : zero;
    FloatVector c3a = ROWS > 3 ? load(init, 3 * ir, 0) : zero;
    FloatVector c3b = ROWS > 3 && VECTORS > 1 ? load(init, 3 * ir, 1) : zero;
    FloatVector c3c = ROWS > 3 && VECTORS > 2 ? load(init, 3 * ir, 2) : zero;
    FloatVector c3d = ROWS > 3 && VECTORS > 3 ? load(init, 3 * ir, 3) : zero;
    FloatVector c4a = ROWS > 4 ? load(init, 4 * ir, 0) : zero;
    FloatVector c4b = ROWS > 4 && VECTORS > 1 ? load(init, 4 * ir, 1) : zero;
    FloatVector c4c = ROWS > 4 && VECTORS > 2 ? load(init, 4 * ir, 2) : zero;
    FloatVector c4d = ROWS > 4 && VECTORS > 3 ? load(init, 4 * ir, 3) : zero;
    FloatVector c5a = ROWS > 5 ? load(init, 5 * ir, 0) : zero;
    FloatVector c5b = ROWS > 5 && VECTORS > 1 ? load(init, 5 * ir, 1) : zero;
    FloatVector c5c = ROWS > 5 && VECTORS > 2 ? load(init, 5 * ir, 2) : zero;
    FloatVector c5d = ROWS > 5 && VECTORS > 3 ? load(init, 5 * ir, 3) : zero;
    FloatVector c6a = ROWS > 6 ? load(init, 6 * ir, 0) : zero;
    FloatVector c6b = ROWS > 6 && VECTORS > 1 ? load(init, 6 * ir, 1) : zero;
    FloatVector c7a = ROWS > 7 ? load(init, 7 * ir, 0) : zero;
    FloatVector c7b = ROWS > 7 && VECTORS > 1 ? load(init, 7 * ir, 1) : zero;
    FloatVector c8a = ROWS > 8 ? load(init, 8 * ir, 0) : zero;
    FloatVector c8b = ROWS > 8 && VECTORS > 1 ? load(init, 8 * ir, 1) : zero;
    FloatVector c9a = ROWS > 9 ? load(init, 9 * ir, 0) : zero;
    FloatVector c9b = ROWS > 9 && VECTORS > 1 ? load(init, 9 * ir, 1) : zero;
    FloatVector c10a = ROWS > 10 ? load(init, 10 * ir, 0) : zero;
    FloatVector c10b = ROWS > 10 && VECTORS > 1 ? load(init, 10 * ir, 1) : zero;
    FloatVector c11a = ROWS > 11 ? load(init, 11 * ir, 0) : zero;
    FloatVector c11b = ROWS > 11 && VECTORS > 1 ? load(init, 11 * ir, 1) : zero;
    FloatVector c12a = ROWS > 12 ? load(init, 12 * ir, 0) : zero;
    FloatVector c12b = ROWS > 12 && VECTORS > 1 ? load(init, 12 * ir, 1) : zero;
    for (int r = 0; r < outer; r++) {
      long ar = (r & OUTER_MASK) * ao;
      long br = (r & OUTER_MASK) * bo;
      for (int k = 0; k < steps; k++) {
        long ak = ar + (k & STEP_MASK) * A_STEP;
        long bk = br + (k & STEP_MASK) * B_STEP;
        FloatVector b0 = load(b, bk, 0);
        FloatVector b1 = VECTORS > 1 ? load(b, bk, 1) : zero;
        FloatVector b2 = VECTORS > 2 ? load(b, bk, 2) : zero;
        FloatVector b3 = VECTORS > 3 ? load(b, bk, 3) : zero;
        FloatVector a0 = broadcast(a, ak);
        c0a = a0.fma(b0, c0a);
        c0b = VECTORS > 1 ? a0.fma(b1, c0b) : c0b;
        c0c = VECTORS > 2 ? a0.fma(b2, c0c) : c0c;
        c0d = VECTORS > 3 ? a0.fma(b3, c0d) : c0d;
        if (ROWS > 1) {
          FloatVector a1 = broadcast(a, ak + 1 * A_ROW);
          c1a = a1.fma(b0, c1a);
          c1b = VECTORS > 1 ? a1.fma(b1, c1b) : c1b;
          c1c = VECTORS > 2 ? a1.fma(b2, c1c) : c1c;
          c1d = VECTORS > 3 ? a1.fma(b3, c1d) : c1d;
        }
        if (ROWS > 2) {
          FloatVector a2 = broadcast(a, ak + 2 * A_ROW);
          c2a = a2.fma(b0, c2a);
          c2b = VECTORS > 1 ? a2.fma(b1, c2b) : c2b;
          c2c = VECTORS > 2 ? a2.fma(b2, c2c) : c2c;
          c2d = VECTORS > 3 ? a2.fma(b3, c2d) : c2d;
        }
        if (ROWS > 3) {
          FloatVector a3 = broadcast(a, ak + 3 * A_ROW);
          c3a = a3.fma(b0, c3a);
          c3b = VECTORS > 1 ? a3.fma(b1, c3b) : c3b;
          c3c = VECTORS > 2 ? a3.fma(b2, c3c) : c3c;
          c3d = VECTORS > 3 ? a3.fma(b3, c3d) : c3d;
        }
        if (ROWS > 4) {
          FloatVector a4 = broadcast(a, ak + 4 * A_ROW);
          c4a = a4.fma(b0, c4a);
          c4b = VECTORS > 1 ? a4.fma(b1, c4b) : c4b;
          c4c = VECTORS > 2 ? a4.fma(b2, c4c) : c4c;
          c4d = VECTORS > 3 ? a4.fma(b3, c4d) : c4d;
        }
        if (ROWS > 5) {
          FloatVector a5 = broadcast(a, ak + 5 * A_ROW);
          c5a = a5.fma(b0, c5a);
          c5b = VECTORS > 1 ? a5.fma(b1, c5b) : c5b;
          c5c = VECTORS > 2 ? a5.fma(b2, c5c) : c5c;
          c5d = VECTORS > 3 ? a5.fma(b3, c5d) : c5d;
        }
        if (ROWS > 6) {
          FloatVector a6 = broadcast(a, ak + 6 * A_ROW);
          c6a = a6.fma(b0, c6a);
          c6b = VECTORS > 1 ? a6.fma(b1, c6b) : c6b;
        }
        if (ROWS > 7) {
          FloatVector a7 = broadcast(a, ak + 7 * A_ROW);
          c7a = a7.fma(b0, c7a);
          c7b = VECTORS > 1 ? a7.fma(b1, c7b) : c7b;
        }
        if (ROWS > 8) {
          FloatVector a8 = broadcast(a, ak + 8 * A_ROW);
          c8a = a8.fma(b0, c8a);
          c8b = VECTORS > 1 ? a8.fma(b1, c8b) : c8b;
        }
        if (ROWS > 9) {
          FloatVector a9 = broadcast(a, ak + 9 * A_ROW);
          c9a = a9.fma(b0, c9a);
          c9b = VECTORS > 1 ? a9.fma(b1, c9b) : c9b;
        }
        if (ROWS > 10) {
          FloatVector a10 = broadcast(a, ak + 10 * A_ROW);
          c10a = a10.fma(b0, c10a);
          c10b = VECTORS > 1 ? a10.fma(b1, c10b) : c10b;
        }
        if (ROWS > 11) {
          FloatVector a11 = broadcast(a, ak + 11 * A_ROW);
          c11a = a11.fma(b0, c11a);
          c11b = VECTORS > 1 ? a11.fma(b1, c11b) : c11b;
        }
        if (ROWS > 12) {
          FloatVector a12 = broadcast(a, ak + 12 * A_ROW);
          c12a = a12.fma(b0, c12a);
          c12b = VECTORS > 1 ? a12.fma(b1, c12b) : c12b;
        }
      }
    }
    FloatVector low = FloatVector.broadcast(SPECIES, floor);
    store(c0a.max(low), c, 0, 0);
    if (VECTORS > 1) {
      store(c0b.max(low), c, 0, 1);
    }
    if (VECTORS > 2) {
      store(c0c.max(low), c, 0, 2);
    }
    if (VECTORS > 3) {
      store(c0d.max(low), c, 0, 3);
    }
    if (ROWS > 1) {
      store(c1a.max(low), c, 1 * cr, 0);
      if (VECTORS > 1) {
        store(c1b.max(low), c, 1 * cr, 1);
      }
      if (VECTORS > 2) {
        store(c1c.max(low), c, 1 * cr, 2);
      }
      if (VECTORS > 3) {
        store(c1d.max(low), c, 1 * cr, 3);
      }
    }
    if (ROWS > 2) {
      store(c2a.max(low), c, 2 * cr, 0);
      if (VECTORS > 1) {
        store(c2b.max(low), c, 2 * cr, 1);
      }
      if (VECTORS > 2) {
        store(c2c.max(low), c, 2 * cr, 2);
      }
      if (VECTORS > 3) {
        store(c2d.max(low), c, 2 * cr, 3);
      }
    }
    if (ROWS > 3) {
      store(c3a.max(low), c, 3 * cr, 0);
      if (VECTORS > 1) {
        store(c3b.max(low), c, 3 * cr, 1);
      }
      if (VECTORS > 2) {
        store(c3c.max(low), c, 3 * cr, 2);
      }
      if (VECTORS > 3) {
        store(c3d.max(low), c, 3 * cr, 3);
      }
    }
    if (ROWS > 4) {
      store(c4a.max(low), c, 4 * cr, 0);
      if (VECTORS > 1) {
        store(c4b.max(low), c, 4 * cr, 1);
      }
      if (VECTORS > 2) {
        store(c4c.max(low), c, 4 * cr, 2);
      }
      if (VECTORS > 3) {
        store(c4d.max(low), c, 4 * cr, 3);
      }
    }
    if (ROWS > 5) {
      store(c5a.max(low), c, 5 * cr, 0);
      if (VECTORS > 1) {
        store(c5b.max(low), c, 5 * cr, 1);
      }
      if (VECTORS > 2) {
        store(c5c.max(low), c, 5 * cr, 2);
      }
      if (VECTORS > 3) {
        store(c5d.max(low), c, 5 * cr, 3);
      }
    }
    if (ROWS > 6) {
      store(c6a.max(low), c, 6 * cr, 0);
      if (VECTORS > 1) {
        store(c6b.max(low), c, 6 * cr, 1);
      }
    }
    if (ROWS > 7) {
      store(c7a.max(low), c, 7 * cr, 0);
      if (VECTORS > 1) {
        store(c7b.max(low), c, 7 * cr, 1);
      }
    }
    if (ROWS > 8) {
      store(c8a.max(low), c, 8 * cr, 0);
      if (VECTORS > 1) {
        store(c8b.max(low), c, 8 * cr, 1);
      }
    }
    if (ROWS > 9) {
      store(c9a.max(low), c, 9 * cr, 0);
      if (VECTORS > 1) {
        store(c9b.max(low), c, 9 * cr, 1);
      }
    }
    if (ROWS > 10) {
      store(c10a.max(low), c, 10 * cr, 0);
      if (VECTORS > 1) {
        store(c10b.max(low), c, 10 * cr, 1);
      }
    }
    if (ROWS > 11) {
      store(c11a.max(low), c, 11 * cr, 0);
      if (VECTORS > 1) {
        store(c11b.max(low), c, 11 * cr, 1);
      }
    }
    if (ROWS > 12) {
      store(c12a.max(low), c, 12 * cr, 0);
      if (VECTORS > 1) {
        store(c12b.max(low), c, 12 * cr, 1);
      }
    }
  }
}
