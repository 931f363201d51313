package dev.lanewise.engine.kernel.simd;

import dev.lanewise.engine.memory.Memory;
import dev.lanewise.engine.memory.Window;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The one holder of the vector species. A process uses a single species: a second width in the same
 * JVM pollutes the type profiles of the vector library, and kernels fall to a fraction of their speed.
 */
public final class SimdSupport {
  /** The species of every float vector in this process. */
  static final VectorSpecies<Float> SPECIES = VectorSpecies.of(float.class, SimdWidth.SHAPE);

  /** The species of int vectors of the same width. */
  static final VectorSpecies<Integer> INTS = VectorSpecies.of(int.class, SimdWidth.SHAPE);

  /** A float at an address of any alignment. */
  static final VarHandle FLOAT_AT = Memory.FLOAT.varHandle();

  /** The bits of one, as an int. */
  static final VarHandle INT_AT = Memory.INT.varHandle();

  /** A zero that C2 does not know to be one. */
  static final float[] ZERO = {0};

  /** The order of the bytes of a float in memory. */
  static final ByteOrder ORDER = ByteOrder.nativeOrder();

  static {
    CompilerDirective.add();
    // C2 inlines into a kernel what a window is made of only if it has seen it called often; a window
    // of a kernel that is compiled before is an object on the heap for good.
    for (int i = 0; i < 20_000; i++) {
      Window.of(MemorySegment.NULL, 0, 0);
    }
  }

  private SimdSupport() {}

  /** Loads a vector; {@code offset} in bytes. */
  static FloatVector load(MemorySegment window, long offset) {
    return FloatVector.fromMemorySegment(SPECIES, window, offset, ORDER);
  }

  /** Stores a vector; {@code offset} in bytes. */
  static void store(FloatVector vector, MemorySegment window, long offset) {
    vector.intoMemorySegment(window, offset, ORDER);
  }
}
