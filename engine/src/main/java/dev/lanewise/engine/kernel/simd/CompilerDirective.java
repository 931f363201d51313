package dev.lanewise.engine.kernel.simd;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.management.JMException;
import javax.management.ObjectName;

/**
 * Keeps HotSpot's C1 compiler away from this package, and the fused updates from being inlined into their
 * callers. Touches no code outside of the engine.
 *
 * <p>C1 cannot compile a micro-kernel with profiling (tier 3: "out of virtual registers"), but can
 * without (tier 2). While C2's queue is long, the tiered policy takes tier 2 first, waits there for a
 * profile that never comes, and the kernel stays at a hundredth of its speed for the life of the
 * process. Without C1 a kernel goes from the interpreter straight to C2.
 *
 * <p>Two large updates that are inlined into one caller share its inlining budget; where it runs out, vectors
 * become objects on the heap.
 */
final class CompilerDirective {
  private static final String DIRECTIVES =
      """
      [
        {match: ["dev/lanewise/engine/kernel/simd/*.*"], c1: {Exclude: true}},
        {
          match: ["dev/lanewise/engine/kernel/Update.*", "dev/lanewise/engine/optim/*.*", "dev/lanewise/engine/train/*.*"],
          c2: {inline: ["-dev/lanewise/engine/kernel/simd/SimdUpdate.*", "-dev/lanewise/engine/kernel/simd/SimdRmsProp.*"]}
        }
      ]
      """;

  private CompilerDirective() {}

  /** Adds the directives. Where the JVM has no such command, kernels work and may be slow: told once. */
  static void add() {
    try {
      Path file = Files.createTempFile("lanewise", ".json");
      try {
        Files.writeString(file, DIRECTIVES);
        ManagementFactory.getPlatformMBeanServer()
            .invoke(
                new ObjectName("com.sun.management:type=DiagnosticCommand"),
                "compilerDirectivesAdd",
                new Object[] {new String[] {file.toString()}},
                new String[] {String[].class.getName()});
      } finally {
        Files.deleteIfExists(file);
      }
    } catch (IOException | JMException | LinkageError | SecurityException e) {
      System.getLogger("dev.lanewise.engine")
          .log(
              Level.WARNING,
              "The JVM took no compiler directives ({0}); if training is slow, start Java with"
                  + " -XX:Tier3DelayOn=10000",
              e.toString());
    }
  }
}
