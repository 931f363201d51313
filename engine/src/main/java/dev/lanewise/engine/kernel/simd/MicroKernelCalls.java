package dev.lanewise.engine.kernel.simd;

import dev.lanewise.engine.memory.Memory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.locks.LockSupport;

/**
 * Calls of a micro-kernel with zeros, as C2 needs to see them. Left to real work, the long loops of a kernel's first
 * calls would have C2 compile their interpreted frames first (on-stack replacement): twice the compiler's time for code
 * that runs once.
 *
 * <p>Interpreted, vectors are objects, and a call that computes takes a thousand times as long as one without a tile. So
 * most calls have none. Those that compute come when HotSpot has begun to count branches: what they show to happen C2
 * compiles.
 */
final class MicroKernelCalls implements AutoCloseable {
  /** HotSpot counts branches in a kernel after some hundred calls, and has C2 compile it after 5,000. */
  private static final int EMPTY_CALLS_BEFORE = 4_400;

  private static final int COMPUTING_CALLS = 100;
  private static final int EMPTY_CALLS_AFTER = 1_000;

  /** Turns of the outer loops in a call that computes; with one only, C2 would take a second one for impossible. */
  private static final int TURNS = 2;

  private static final int ROUNDS = 32;

  /** Rounds of the call that tells: compiled it takes a microsecond, interpreted a thousand. */
  private static final int PROBE_ROUNDS = 32;

  private static final long COMPILED_NANOS = 50_000;
  private static final long LEAST_PAUSE_NANOS = 1_000_000;

  /** Parts of the time waited so far that a pause takes, so that waiting long costs little. */
  private static final int PAUSE_PARTS = 16;

  private static final long MAX_FLOATS = 1 << 20;

  private final MicroKernel kernel;
  private final TileShape shape;
  private final int columns;
  private final boolean small;
  private final Arena arena = Arena.ofConfined();
  private final MemorySegment zeros;
  private final MemorySegment c;

  MicroKernelCalls(MicroKernel kernel, TileShape shape) {
    this.kernel = kernel;
    this.shape = shape;
    columns = shape.vectors() * SimdWidth.LANES;
    int most = steps(PROBE_ROUNDS);
    long a = shape.aBytes(shape.rows() - 1) / Float.BYTES + most * shape.aStep();
    long b = shape.bBytes(shape.vectors() - 1) / Float.BYTES + most * shape.bStep() + SimdWidth.LANES;
    small = Math.max(a, b) <= MAX_FLOATS;
    zeros = Memory.allocate(arena, small ? Math.max(a, b) : 1);
    c = Memory.allocate(arena, (long) TURNS * shape.rows() * columns);
  }

  private int steps(int rounds) {
    return rounds * shape.unroll() + (shape.rest() ? 1 : 0);
  }

  private void run(int tiles, int rounds) {
    kernel.run(TURNS, steps(rounds), zeros, 0, 0, zeros, 0, 0, zeros, 0, 0, c, 0, columns, tiles, 0);
  }

  private void run(int calls, int tiles, int rounds) {
    for (int i = 0; i < calls; i++) {
      run(tiles, rounds);
    }
  }

  /** Calls the kernel until it waits for C2. A kernel whose operands lie too far apart is left to real work. */
  void warmUp() {
    if (small) {
      run(EMPTY_CALLS_BEFORE, 0, ROUNDS);
      run(COMPUTING_CALLS, TURNS, ROUNDS);
      run(EMPTY_CALLS_AFTER, 0, ROUNDS);
    }
  }

  /** Returns when C2's code answers. */
  void awaitCompiled() {
    long start = System.nanoTime();
    while (small && !compiled()) {
      LockSupport.parkNanos(Math.max(LEAST_PAUSE_NANOS, (System.nanoTime() - start) / PAUSE_PARTS));
    }
  }

  private boolean compiled() {
    long start = System.nanoTime();
    run(TURNS, PROBE_ROUNDS);
    return System.nanoTime() - start < COMPILED_NANOS;
  }

  @Override
  public void close() {
    arena.close();
  }
}
