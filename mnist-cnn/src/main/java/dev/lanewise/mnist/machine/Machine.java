package dev.lanewise.mnist.machine;

import dev.lanewise.engine.kernel.Kernels;

/**
 * Where the results come from, as it stands in results.json.
 *
 * @param cpu the processor's name
 * @param cores how many of them Java may use
 * @param jdk the version of Java
 * @param kernels {@code simd} or {@code scalar}
 * @param vectorBits the width of a vector; 0 with scalar kernels
 * @param threads how many threads train
 */
public record Machine(String cpu, int cores, String jdk, String kernels, int vectorBits, int threads) {

  /** This machine. Makes the engine choose its kernels, if it has not. */
  public static Machine here(int threads) {
    return new Machine(
        Cpu.name(),
        Runtime.getRuntime().availableProcessors(),
        Runtime.version().toString(),
        Kernels.SIMD ? "simd" : "scalar",
        Kernels.VECTOR_BITS,
        threads);
  }

  /** All of it in one line. */
  public String describe() {
    return "%s kernels, %s, %s (%s), JDK %s"
        .formatted(
            vectorBits == 0 ? "scalar" : vectorBits + "-bit SIMD",
            counted(threads, "thread"),
            cpu,
            counted(cores, "core"),
            jdk);
  }

  private static String counted(int count, String thing) {
    return count + " " + thing + (count == 1 ? "" : "s");
  }
}
