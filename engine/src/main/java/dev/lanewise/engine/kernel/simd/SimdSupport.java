package dev.lanewise.engine.kernel.simd;

import dev.lanewise.engine.memory.Window;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.Locale;
import java.util.Set;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;
import org.jspecify.annotations.Nullable;

/**
 * The one holder of the vector species. A process uses a single species: a second width in the same
 * JVM pollutes the type profiles of the vector library, and kernels fall to a fraction of their speed.
 */
public final class SimdSupport {
  /** The species of every float vector in this process. */
  static final VectorSpecies<Float> SPECIES = species();

  /** The species of int vectors of the same width. */
  static final VectorSpecies<Integer> INTS = VectorSpecies.of(int.class, SPECIES.vectorShape());

  /** Floats in a vector: 4, 8 or 16. */
  static final int LANES = SPECIES.length();

  /** Bytes in a vector. */
  static final int BYTES = LANES * Float.BYTES;

  /** Bits in a vector. */
  public static final int BITS = BYTES * Byte.SIZE;

  /** A zero that C2 does not know to be one. */
  static final float[] ZERO = {0};

  /**
   * Whether a kernel has 16 vector registers to live in instead of 32: x86 below 512 bit. A CPU with AVX-512 has 32 at every
   * width, but nobody runs it narrower on purpose.
   */
  static final boolean FEW_REGISTERS =
      BITS < 512 && Set.of("amd64", "x86_64").contains(System.getProperty("os.arch"));

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

  private static VectorSpecies<Float> species() {
    String bits = System.getProperty("lanewise.vector.bits", "auto").trim().toLowerCase(Locale.ROOT);
    int width =
        bits.equals("auto")
            ? Math.min(512, FloatVector.SPECIES_PREFERRED.vectorBitSize())
            : Integer.parseInt(bits);
    return VectorSpecies.of(float.class, VectorShape.forBitSize(width));
  }

  /**
   * Why this CPU or JVM cannot run SIMD kernels of a width.
   *
   * @param bits {@code auto}, or a width in bits
   * @return the reason in words, or null if it can
   */
  public static @Nullable String obstacle(String bits) {
    int widest = VectorShape.preferredShape().vectorBitSize();
    if (widest < 128) {
      return "the CPU or the JVM offers no vectors of 128 bit or more";
    }
    if (!bits.equals("auto") && Integer.parseInt(bits) > widest) {
      return "vectors of " + bits + " bit were asked for, and this CPU has " + widest;
    }
    return FusedMultiplyAdd.inHardware() ? null : "the CPU has no fused multiply-add (FMA)";
  }

  /** See {@code Kernels.warmUp}. */
  public static void warmUp() {
    MicroKernels.warmUp();
  }

  /** Loads a vector; {@code offset} in bytes. */
  static FloatVector load(MemorySegment window, long offset) {
    return FloatVector.fromMemorySegment(SPECIES, window, offset, ORDER);
  }

  /** Stores a vector; {@code offset} in bytes. */
  static void store(FloatVector vector, MemorySegment window, long offset) {
    vector.intoMemorySegment(window, offset, ORDER);
  }
}
