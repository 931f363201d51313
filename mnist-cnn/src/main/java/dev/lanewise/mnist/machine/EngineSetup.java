package dev.lanewise.mnist.machine;

import dev.lanewise.engine.kernel.Kernels;
import dev.lanewise.mnist.text.UsageException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the engine's kernels. The engine decides once a process, when its first kernel is needed,
 * so this comes before anything else is done with it.
 */
public final class EngineSetup {
  private EngineSetup() {}

  /**
   * Hands the user's choice to the engine.
   *
   * @param kernels {@code auto}, {@code scalar} or {@code simd}; null leaves the system property
   * @param vectorBits {@code auto} or a width in bits; null leaves the system property
   */
  public static void choose(@Nullable String kernels, @Nullable String vectorBits) {
    if (kernels != null) {
      System.setProperty("lanewise.kernels", kernels);
    }
    if (vectorBits != null) {
      System.setProperty("lanewise.vector.bits", vectorBits);
    }
    if (ModuleLayer.boot().findModule("java.logging").isPresent()) {
      EngineLog.quieten();
    }
  }

  /**
   * Makes the engine decide now.
   *
   * @throws UsageException if the choice cannot be had on this machine
   */
  public static void start() {
    try {
      Class.forName(Kernels.class.getName());
    } catch (ExceptionInInitializerError e) {
      Throwable cause = Objects.requireNonNullElse(e.getCause(), e);
      throw new UsageException(Objects.requireNonNullElse(cause.getMessage(), cause.toString()));
    } catch (ClassNotFoundException e) {
      throw new AssertionError("the class was there when this was compiled", e);
    }
  }
}
