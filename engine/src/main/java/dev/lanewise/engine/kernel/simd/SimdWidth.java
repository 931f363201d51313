package dev.lanewise.engine.kernel.simd;

import java.util.Locale;
import java.util.Set;
import jdk.incubator.vector.VectorShape;
import org.jspecify.annotations.Nullable;

/**
 * The width of the vectors of this process. Apart from {@link SimdSupport}, so that a network can be laid out
 * without the tenths of a second that the vector library and the compiler's directives take.
 */
public final class SimdWidth {
  static final VectorShape SHAPE = shape();

  /** Bits in a vector. */
  public static final int BITS = SHAPE.vectorBitSize();

  /** Bytes in a vector. */
  static final int BYTES = BITS / Byte.SIZE;

  /** Floats in a vector: 4, 8 or 16. */
  static final int LANES = BYTES / Float.BYTES;

  /**
   * Whether a kernel has 16 vector registers to live in instead of 32: x86 below 512 bit. A CPU with AVX-512 has 32 at every
   * width, but nobody runs it narrower on purpose.
   */
  static final boolean FEW_REGISTERS =
      BITS < 512 && Set.of("amd64", "x86_64").contains(System.getProperty("os.arch"));

  private SimdWidth() {}

  private static VectorShape shape() {
    String bits = System.getProperty("lanewise.vector.bits", "auto").trim().toLowerCase(Locale.ROOT);
    return VectorShape.forBitSize(bits.equals("auto") ? Math.min(512, widest()) : Integer.parseInt(bits));
  }

  private static int widest() {
    return VectorShape.preferredShape().vectorBitSize();
  }

  /**
   * Why this CPU or JVM cannot run SIMD kernels of a width.
   *
   * @param bits {@code auto}, or a width in bits
   * @return the reason in words, or null if it can
   */
  public static @Nullable String obstacle(String bits) {
    int widest = widest();
    if (widest < 128) {
      return "the CPU or the JVM offers no vectors of 128 bit or more";
    }
    if (!bits.equals("auto") && Integer.parseInt(bits) > widest) {
      return "vectors of " + bits + " bit were asked for, and this CPU has " + widest;
    }
    return FusedMultiplyAdd.inHardware() ? null : "the CPU has no fused multiply-add (FMA)";
  }
}
