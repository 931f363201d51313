package dev.lanewise.engine.kernel.simd;

import dev.lanewise.engine.memory.Memory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.locks.LockSupport;

/**
 * Calls of a micro-kernel with zeros, as C2 needs to see them. Left to real work, the long loops of a kernel's first
 * calls would have C2 compile their interpreted frames first (on-stack replacement): many times the compiler's time for code
 * that runs once.
 *
 * <p>Interpreted, vectors are objects, and a call that computes takes a thousand times as long as one without a tile. So
 * most calls have none. Those that compute come when HotSpot has begun to count branches: what they show to happen C2
 * compiles.
 */
final class MicroKernelCalls implements AutoCloseable {
  /** Turns of the outer loops in a call that computes; with one only, C2 would take a second one for impossible. */
  private static final int TURNS = 2;

  /** C2 takes a method after 5,000 calls. */
  private static final int EMPTY_CALLS_BEFORE = 4_400;

  private static final int CALLS = 50;
  private static final int EMPTY_CALLS_AFTER = 1_000;

  /** Rounds of the inner loop in these calls. */
  private static final int ROUNDS = 8;

  /** In a call whose time tells whether the kernel is compiled. */
  private static final int TELLING_ROUNDS = 32;

  /**
   * What a telling call takes at most if it is: this, and so much for each vector that it adds. An interpreted kernel takes
   * four times as long for it even if C2 has compiled the vector library; a compiled one, a tenth at most.
   */
  private static final long CALL_NANOS = 5_000;

  private static final long SUM_NANOS = 20;
  private static final long LEAST_PAUSE_NANOS = 1_000_000;

  /** Parts of the time waited so far that a pause takes, so that waiting long costs little. */
  private static final int PAUSE_PARTS = 16;

  /** As many as move the interpreter to look at its counters; they take less than a millisecond. */
  private static final int CALLS_IN_A_PAUSE = 256;

  private static final long MAX_FLOATS = 1 << 20;

  private final MicroKernel kernel;
  private final TileShape shape;
  private final int columns;

  /** Whether the operands are small enough to be made up; a kernel of others is left to real work. */
  private final boolean small;

  private final Arena arena = Arena.ofConfined();
  private final MemorySegment zeros;
  private final MemorySegment c;

  /** Makes up operands. */
  MicroKernelCalls(MicroKernel kernel, TileShape shape) {
    this.kernel = kernel;
    this.shape = shape;
    columns = shape.vectors() * SimdWidth.LANES;
    long steps = steps(TELLING_ROUNDS);
    long a = shape.aBytes(shape.rows() - 1) / Float.BYTES + steps * shape.aStep();
    long b = shape.bBytes(shape.vectors() - 1) / Float.BYTES + steps * shape.bStep() + SimdWidth.LANES;
    small = Math.max(a, b) <= MAX_FLOATS;
    zeros = Memory.allocate(arena, small ? Math.max(a, b) : 1);
    c = Memory.allocate(arena, (long) TURNS * shape.rows() * columns);
  }

  /** Steps that take so many rounds, and one that none takes where there can be one. */
  private int steps(int rounds) {
    return rounds * shape.unroll() + (shape.unroll() > 1 ? 1 : 0);
  }

  private void run(int calls, int rounds, int tiles) {
    for (int i = 0; i < calls; i++) {
      kernel.run(
          TURNS, steps(rounds), zeros, 0, 0, zeros, 0, 0, zeros, 0, 0, c, 0, columns, tiles, 0, 0,
          (long) shape.outputRows() * columns);
    }
  }

  /** Calls the kernel until it waits for C2. */
  void warmUp() {
    if (small) {
      run(EMPTY_CALLS_BEFORE, ROUNDS, 0);
      run(CALLS, ROUNDS, TURNS);
      run(EMPTY_CALLS_AFTER, ROUNDS, 0);
    }
  }

  /**
   * Waits until C2's code answers. Calls go on meanwhile: C2 asks for more of them while its queue is long, and for as many
   * again where its code ran into a case that it had left out.
   *
   * @param deadline when to give up, as {@link System#nanoTime}
   * @return whether C2's code answers
   */
  boolean awaitCompiled(long deadline) {
    long start = System.nanoTime();
    while (small && !compiled()) {
      long now = System.nanoTime();
      if (now - deadline >= 0) {
        return false;
      }
      LockSupport.parkNanos(Math.max(LEAST_PAUSE_NANOS, (now - start) / PAUSE_PARTS));
      run(CALLS_IN_A_PAUSE, ROUNDS, 0);
    }
    return true;
  }

  private boolean compiled() {
    long sums = (long) TURNS * TURNS * steps(TELLING_ROUNDS) * shape.rows() * shape.vectors();
    long start = System.nanoTime();
    run(1, TELLING_ROUNDS, TURNS);
    return System.nanoTime() - start < CALL_NANOS + sums * SUM_NANOS;
  }

  @Override
  public void close() {
    arena.close();
  }
}
