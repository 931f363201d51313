package dev.lanewise.engine.memory;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * A shared arena that gives no more bytes than were planned, so that a plan that forgets something fails
 * at once, on every machine, and not where memory happens to be short.
 *
 * <p>Allocation is for one thread at a time; the segments may be used by any.
 */
public final class PlannedArena implements Arena {
  private final Arena arena = Arena.ofShared();
  private final long planned;
  private long used;

  /** An arena of {@code planned} bytes, padding for alignment not counted. */
  public PlannedArena(long planned) {
    this.planned = planned;
  }

  /**
   * Allocates zeroed memory.
   *
   * @throws IllegalStateException if it was not planned, or the arena is closed
   */
  @Override
  public MemorySegment allocate(long byteSize, long byteAlignment) {
    if (byteSize > planned - used) {
      throw new IllegalStateException(
          "planned %,d bytes, but %,d and %,d more are wanted".formatted(planned, used, byteSize));
    }
    MemorySegment segment = arena.allocate(byteSize, byteAlignment);
    used += byteSize;
    return segment;
  }

  /** Bytes that were allocated. */
  public long used() {
    return used;
  }

  @Override
  public MemorySegment.Scope scope() {
    return arena.scope();
  }

  @Override
  public void close() {
    arena.close();
  }
}
