package dev.lanewise.engine.kernel.simd;

import java.lang.System.Logger.Level;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
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
      Stream.of("Activation", "Adam", "Copy", "Dropout", "Losses", "Pooling", "Reduction", "RmsProp", "Update")
          .map(name -> PACKAGE + "Simd" + name)
          .toList();

  private CompilerDirective() {}

  private static String directives() {
    String inline =
        Stream.concat(HELPERS.stream().map(name -> "+" + name), KERNELS.stream().map(name -> "-" + name))
            .map(rule -> '"' + rule + ".*\"")
            .collect(Collectors.joining(", ", "inline: [", "]"));
    return """
        [
          {match: ["%s*.*"], c1: {Exclude: true}, %s},
          {match: ["dev/lanewise/engine/*.*"], %s}
        ]
        """
        .formatted(PACKAGE, inline, inline);
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
