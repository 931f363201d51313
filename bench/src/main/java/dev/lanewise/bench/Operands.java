package dev.lanewise.bench;

import dev.lanewise.engine.memory.Memory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.SplittableRandom;

/**
 * Off-heap memory of a benchmark's state, 64-byte aligned as the engine's own. Values are random but the same
 * in every fork: constants would be kinder to the CPU's power budget than real data are. Not thread-safe.
 */
final class Operands implements AutoCloseable {
  private static final int PERIOD = 1 << 16;

  /** Shared, because JMH may set up, run and tear down on different threads. */
  private final Arena arena = Arena.ofShared();

  private final SplittableRandom random = new SplittableRandom(1);

  /** Owner of the memory, for what allocates by itself. */
  Arena arena() {
    return arena;
  }

  /** Zeros. */
  MemorySegment zeros(long floats) {
    return Memory.allocate(arena, floats);
  }

  /** Random numbers from {@code from} to {@code to}; they repeat after 65,536, so that gigabytes fill fast. */
  MemorySegment random(long floats, double from, double to) {
    MemorySegment segment = zeros(floats);
    long drawn = Math.min(floats, PERIOD);
    for (long i = 0; i < drawn; i++) {
      Memory.set(segment, i, (float) random.nextDouble(from, to));
    }
    for (long i = drawn; i < floats; i += PERIOD) {
      Memory.copy(segment, 0, segment, i, Math.min(PERIOD, floats - i));
    }
    return segment;
  }

  /** Random class labels, as ints. */
  MemorySegment labels(int count, int classes) {
    MemorySegment segment = arena.allocate((long) count * Integer.BYTES, Memory.ALIGNMENT);
    for (int i = 0; i < count; i++) {
      segment.setAtIndex(Memory.INT, i, random.nextInt(classes));
    }
    return segment;
  }

  @Override
  public void close() {
    arena.close();
  }
}
