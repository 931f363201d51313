package dev.lanewise.engine.kernel.simd;

import java.lang.invoke.MethodHandles;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import jdk.incubator.vector.VectorMask;
import org.jspecify.annotations.Nullable;

/**
 * The {@link MicroKernel} of each tile shape that a process needs, written and loaded once: when it is warmed up, or at
 * its first use. Thread-safe.
 */
public final class MicroKernels {
  /** A tile shape's micro-kernel, as soon as somebody needs it. */
  static final class Lazy {
    private final TileShape shape;
    private volatile @Nullable MicroKernel kernel;

    private Lazy(TileShape shape) {
      this.shape = shape;
    }

    MicroKernel get() {
      MicroKernel loaded = kernel;
      return loaded != null ? loaded : load();
    }

    private synchronized MicroKernel load() {
      MicroKernel loaded = kernel;
      if (loaded == null) {
        loaded = define(shape);
        kernel = loaded;
      }
      return loaded;
    }
  }

  private static final ConcurrentHashMap<TileShape, Lazy> KNOWN = new ConcurrentHashMap<>();

  /** Those that nobody has warmed up yet. */
  private static final ConcurrentLinkedQueue<Lazy> COLD = new ConcurrentLinkedQueue<>();

  private MicroKernels() {}

  static Lazy of(TileShape shape) {
    return KNOWN.computeIfAbsent(
        shape,
        missing -> {
          Lazy kernel = new Lazy(missing);
          COLD.add(kernel);
          return kernel;
        });
  }

  private static MicroKernel define(TileShape shape) {
    try {
      return (MicroKernel)
          MethodHandles.lookup()
              .defineHiddenClassWithClassData(MicroKernelWriter.write(shape), tail(shape), true)
              .lookupClass()
              .getDeclaredConstructor()
              .newInstance();
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("cannot load the micro-kernel for " + shape, e);
    }
  }

  private static VectorMask<Float> tail(TileShape shape) {
    return SimdSupport.SPECIES.indexInRange(0, shape.tail() == 0 ? SimdWidth.LANES : shape.tail());
  }

  /** Whether every micro-kernel has been warmed up, or is being so. */
  public static boolean warm() {
    return COLD.isEmpty();
  }

  /**
   * Calls every kernel that nobody has warmed up yet until C2 has compiled it.
   *
   * @param limit how long to wait for it
   * @return whether it has; a kernel that is left out stays a thousand times slower
   */
  public static synchronized boolean compile(Duration limit) {
    long deadline = System.nanoTime() + limit.toNanos();
    boolean compiled = true;
    List<MicroKernelCalls> all = new ArrayList<>();
    try {
      for (Lazy cold = COLD.poll(); cold != null; cold = COLD.poll()) {
        MicroKernelCalls calls = new MicroKernelCalls(cold.get(), cold.shape);
        all.add(calls);
        calls.warmUp();
      }
      for (MicroKernelCalls calls : all) {
        compiled &= calls.awaitCompiled(deadline);
      }
      return compiled;
    } finally {
      all.forEach(MicroKernelCalls::close);
    }
  }
}
