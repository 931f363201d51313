package dev.lanewise.engine.kernel.simd;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.invoke.MethodHandles;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Loads a copy of {@link MicroKernelTemplate} for each tile shape that a process needs, once. Called
 * when a model is laid out, never while it runs. Thread-safe.
 */
final class MicroKernels {
  private static final ConcurrentHashMap<TileShape, MicroKernel> LOADED = new ConcurrentHashMap<>();
  private static final byte[] TEMPLATE = template();

  private MicroKernels() {}

  static MicroKernel of(TileShape shape) {
    return LOADED.computeIfAbsent(shape, MicroKernels::load);
  }

  private static MicroKernel load(TileShape shape) {
    try {
      return (MicroKernel)
          MethodHandles.lookup()
              .defineHiddenClassWithClassData(TEMPLATE, shape, true)
              .lookupClass()
              .getDeclaredConstructor()
              .newInstance();
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("cannot load the micro-kernel for " + shape, e);
    }
  }

  private static byte[] template() {
    try (InputStream in = MicroKernels.class.getResourceAsStream("MicroKernelTemplate.class")) {
      if (in == null) {
        throw new IllegalStateException("MicroKernelTemplate.class is missing from the jar");
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
