package dev.lanewise.engine.kernel.simd;

import java.lang.System.Logger.Level;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.management.ObjectName;

/**
 * Tells HotSpot's compilers how to treat the engine's methods, by compiler directives added in the process.
 * The compilation of other code is not affected.
 *
 * <p>C1 is kept away from this package. It cannot compile a micro-kernel with profiling (tier 3: "out of
 * virtual registers"), but can without (tier 2). While C2's queue is long, the tiered policy takes tier 2
 * first, waits there for a profile that never comes, and the kernel stays at a hundredth of its speed for
 * the life of the process. Without C1 a kernel goes from the interpreter straight to C2.
 *
 * <p>C2 is told what to inline, because a vector or window that crosses a call is an object on the heap.
 * Helpers that take or return vectors and windows always are; kernels, which neither take nor return any,
 * never are, so that each has the whole of C2's inlining budget to itself.
 */
final class CompilerDirective {
  private static final String PACKAGE = "dev/lanewise/engine/kernel/simd/";

  private static final List<String> HELPERS =
      List.of(
          "jdk/internal/foreign/*", "dev/lanewise/engine/memory/Window", PACKAGE + "SimdSupport",
          PACKAGE + "SimdMath", PACKAGE + "Lanes");

  private static final List<String> KERNELS =
      List.of("Activation", "Adam", "Copy", "Dropout", "Losses", "Pooling", "Reduction", "RmsProp", "Update");

  private CompilerDirective() {}

  /** Written without formatter and streams, whose classes take a tenth of a second to load. */
  private static String directives() {
    StringBuilder rules = new StringBuilder();
    for (String helper : HELPERS) {
      rules.append("\"+").append(helper).append(".*\", ");
    }
    for (String kernel : KERNELS) {
      rules.append("\"-").append(PACKAGE).append("Simd").append(kernel).append(".*\", ");
    }
    String inline = "inline: [" + rules.substring(0, rules.length() - 2) + "]";
    return "[{match: [\"" + PACKAGE + "*.*\"], c1: {Exclude: true}, " + inline + "},\n"
        + " {match: [\"dev/lanewise/engine/*.*\"], " + inline + "}]\n";
  }

  /** Adds the directives. Where the JVM has no such command, kernels work and may be slow: told once. */
  static void add() {
    try {
      Path file = Files.createTempFile("lanewise", ".json");
      try {
        Files.writeString(file, directives());
        ManagementFactory.getPlatformMBeanServer()
            .invoke(
                new ObjectName("com.sun.management:type=DiagnosticCommand"),
                "compilerDirectivesAdd",
                new Object[] {new String[] {file.toString()}},
                new String[] {String[].class.getName()});
      } finally {
        Files.deleteIfExists(file);
      }
    } catch (Exception | LinkageError e) { // JMException by name would need its module when this is verified
      System.getLogger("dev.lanewise.engine")
          .log(
              Level.WARNING,
              "The JVM took no compiler directives ({0}); if training is slow, start Java with"
                  + " -XX:Tier3DelayOn=10000",
              e.toString());
    }
  }
}
