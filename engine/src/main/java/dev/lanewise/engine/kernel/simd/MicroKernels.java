package dev.lanewise.engine.kernel.simd;

import dev.lanewise.engine.memory.Memory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import jdk.incubator.vector.VectorMask;

/**
 * Writes and loads a {@link MicroKernel} for each tile shape that a process needs, once. Called
 * when a model is laid out, never while it runs. Thread-safe.
 */
final class MicroKernels {
  private static final ConcurrentHashMap<TileShape, MicroKernel> LOADED = new ConcurrentHashMap<>();

  /** Shapes whose kernels nobody has warmed up yet. */
  private static final ConcurrentLinkedQueue<TileShape> COLD = new ConcurrentLinkedQueue<>();

  /** More than the 5,000 calls after which HotSpot compiles a method with C2, loops or not. */
  private static final int WARM_UP_CALLS = 5_200;

  /** Those of them, the last ones, that compute something. */
  private static final int PROFILED_CALLS = 200;

  /** Turns of each loop in such a call; with one only, C2 would take a second one for impossible. */
  private static final int TURNS = 2;

  private static final long WARM_UP_MAX_FLOATS = 1 << 20;

  private MicroKernels() {}

  static MicroKernel of(TileShape shape) {
    return LOADED.computeIfAbsent(shape, MicroKernels::load);
  }

  private static MicroKernel load(TileShape shape) {
    try {
      MicroKernel kernel =
          (MicroKernel)
              MethodHandles.lookup()
                  .defineHiddenClassWithClassData(MicroKernelWriter.write(shape), tail(shape), true)
                  .lookupClass()
                  .getDeclaredConstructor()
                  .newInstance();
      COLD.add(shape);
      return kernel;
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("cannot load the micro-kernel for " + shape, e);
    }
  }

  private static VectorMask<Float> tail(TileShape shape) {
    return SimdSupport.SPECIES.indexInRange(0, shape.tail() == 0 ? SimdSupport.LANES : shape.tail());
  }

  /**
   * Calls every new kernel until it waits for C2, which compiles it in the background. Left to real work, the long
   * loops of its first calls would have C2 compile their interpreted frames first (on-stack replacement):
   * twice the compiler's time for code that runs once.
   *
   * <p>Interpreted, vectors are objects, and a call that computes takes a hundred times as long as one without a tile.
   * So most calls have none. Those that compute come last, when HotSpot has begun to count branches: what they show to
   * happen C2 compiles.
   */
  static void warmUp() {
    for (TileShape shape = COLD.poll(); shape != null; shape = COLD.poll()) {
      warmUp(of(shape), shape);
    }
  }

  private static void warmUp(MicroKernel kernel, TileShape shape) {
    int columns = shape.vectors() * SimdSupport.LANES;
    int steps = TURNS * shape.unroll() + (shape.rest() ? 1 : 0);
    long a = shape.aBytes(shape.rows() - 1) / Float.BYTES + steps * shape.aStep();
    long b = shape.bBytes(shape.vectors() - 1) / Float.BYTES + steps * shape.bStep() + SimdSupport.LANES;
    if (Math.max(a, b) > WARM_UP_MAX_FLOATS) {
      return;
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment zeros = Memory.allocate(arena, Math.max(a, b));
      MemorySegment c = Memory.allocate(arena, (long) TURNS * shape.rows() * columns);
      for (int i = 0; i < WARM_UP_CALLS; i++) {
        int tiles = i < WARM_UP_CALLS - PROFILED_CALLS ? 0 : TURNS;
        kernel.run(TURNS, steps, zeros, 0, 0, zeros, 0, 0, zeros, 0, 0, c, 0, columns, tiles, 0);
      }
    }
  }
}
