package dev.lanewise.bench;

import dev.lanewise.engine.kernel.Kernels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * Tells what a benchmark's JVM runs on, as a JSON object. It has to be asked in a JVM of its own: the one that
 * collects the results has neither the vector module nor a vector width.
 */
final class Machine {
  private static final Path CPUS = Path.of("/proc/cpuinfo");

  private Machine() {}

  /** Prints the object. */
  public static void main(String[] args) {
    System.out.printf(
        "{\"cpu\": \"%s\", \"cores\": %d, \"os\": \"%s\", \"jdk\": \"%s\", \"kernels\": \"%s\", \"vectorBits\": %d}%n",
        escaped(cpu()),
        Runtime.getRuntime().availableProcessors(),
        escaped(System.getProperty("os.name") + " " + System.getProperty("os.arch")),
        escaped(System.getProperty("java.vendor") + " " + Runtime.version()),
        Kernels.SIMD ? "simd" : "scalar",
        Kernels.VECTOR_BITS);
  }

  private static String cpu() {
    if (Files.isReadable(CPUS)) {
      try (Stream<String> lines = Files.lines(CPUS)) {
        return lines
            .filter(line -> line.startsWith("model name"))
            .map(line -> line.substring(line.indexOf(':') + 1).strip())
            .findFirst()
            .orElse("unknown");
      } catch (IOException e) {
        return "unknown";
      }
    }
    String name = System.getenv("PROCESSOR_IDENTIFIER"); // Windows
    return name == null ? "unknown" : name;
  }

  static String escaped(String text) {
    return text.replace("\\", "\\\\").replace("\"", "\\\"").replaceAll("\\p{Cntrl}", " ");
  }
}
