package dev.lanewise.engine.kernel.simd;

/**
 * Tells whether {@code Math.fma} is an instruction here. Where it is not (a CPU before 2013, or {@code
 * -XX:UseAVX=0}), it is computed with {@code BigDecimal}, thousands of times slower.
 */
final class FusedMultiplyAdd {
  private static final int CALLS = 2_000;
  private static final long SOFTWARE_NANOS_PER_CALL = 150;

  private FusedMultiplyAdd() {}

  /**
   * Times {@code Math.fma}, which the interpreter runs as an instruction where there is one: about 20
   * ns a call, against a microsecond in software. The fastest of three rounds, so that a busy machine
   * is not taken for an old one.
   */
  static boolean inHardware() {
    float sink = 0.7f;
    long best = Long.MAX_VALUE;
    for (int round = 0; round < 3; round++) {
      long start = System.nanoTime();
      for (int i = 0; i < CALLS; i++) {
        sink = Math.fma(sink, 0.9999f, 1e-4f);
      }
      best = Math.min(best, System.nanoTime() - start);
    }
    return best < CALLS * SOFTWARE_NANOS_PER_CALL && sink > 0;
  }
}
