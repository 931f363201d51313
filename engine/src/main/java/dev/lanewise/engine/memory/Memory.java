package dev.lanewise.engine.memory;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Objects;

/**
 * Off-heap float memory: allocation, element access and the one extent check that every kernel makes
 * of each operand at its entry. Offsets and lengths are in floats throughout the engine.
 *
 * <p>All methods are static and thread-safe; the memory itself is not synchronised.
 */
public final class Memory {
  /** Layout of a float in native byte order at any address. */
  public static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;

  /** Layout of a class label in native byte order at any address. */
  public static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;

  /** Byte alignment of every allocation: one cache line, one 512-bit vector. */
  public static final long ALIGNMENT = 64;

  /** Every tensor starts and ends at a multiple of this many floats. */
  public static final int BLOCK = 16;

  static {
    // Loads the class of segments on the heap, which the vector library will need: C2 takes back all code that it
    // compiled while there was but one class of segments.
    MemorySegment.ofArray(new byte[0]);
  }

  private Memory() {}

  /**
   * Rounds a length up to whole blocks.
   *
   * @param floats a length, at least 0
   * @return the smallest multiple of {@link #BLOCK} that is not smaller
   */
  public static long padded(long floats) {
    return Math.addExact(floats, BLOCK - 1) & -BLOCK;
  }

  /**
   * What {@link #allocate} takes for a length.
   *
   * @param floats a length, at least 0
   * @return bytes
   * @throws ArithmeticException if they cannot be counted
   */
  public static long bytes(long floats) {
    return Math.multiplyExact(padded(floats), (long) Float.BYTES);
  }

  /**
   * Allocates zeroed, 64-byte aligned floats.
   *
   * @param arena owner of the memory
   * @param floats length, at least 0; rounded up to whole blocks
   * @return a segment of {@code padded(floats)} floats
   * @throws OutOfMemoryError if the memory cannot be had
   */
  public static MemorySegment allocate(Arena arena, long floats) {
    return arena.allocate(bytes(floats), ALIGNMENT);
  }

  /**
   * Checks that {@code floats} elements from {@code offset} lie within a live segment off the heap that the
   * current thread may use: what a kernel asks of each operand.
   *
   * @throws IndexOutOfBoundsException if they do not
   * @throws IllegalStateException if the segment's memory was freed
   * @throws IllegalArgumentException if the segment lies on the heap
   * @throws WrongThreadException if the segment is confined to another thread
   */
  public static void check(MemorySegment segment, long offset, long floats) {
    checkExtent(segment, offset, floats);
    if (!segment.isNative()) {
      throw new IllegalArgumentException("kernels work on memory off the heap");
    }
    if (!segment.isAccessibleBy(Thread.currentThread())) {
      throw new WrongThreadException("memory is confined to another thread");
    }
  }

  /**
   * Checks that {@code floats} elements from {@code offset} lie within a live segment of any kind.
   *
   * @throws IndexOutOfBoundsException if they do not
   * @throws IllegalStateException if the segment's memory was freed
   */
  public static void checkExtent(MemorySegment segment, long offset, long floats) {
    if (!segment.scope().isAlive()) {
      throw new IllegalStateException("memory was already closed");
    }
    Objects.checkFromIndexSize(offset, floats, segment.byteSize() / Float.BYTES);
  }

  /** Element {@code index} of a segment of floats; bounds-checked. */
  public static float get(MemorySegment segment, long index) {
    return segment.get(FLOAT, index * Float.BYTES);
  }

  /** Writes element {@code index} of a segment of floats; bounds-checked. */
  public static void set(MemorySegment segment, long index, float value) {
    segment.set(FLOAT, index * Float.BYTES, value);
  }

  /** Copies floats between segments; the ranges may not overlap partly. */
  public static void copy(
      MemorySegment source, long sourceOffset, MemorySegment target, long targetOffset, long floats) {
    MemorySegment.copy(
        source, sourceOffset * Float.BYTES, target, targetOffset * Float.BYTES, floats * Float.BYTES);
  }

  /** Sets floats to +0. */
  public static void zero(MemorySegment segment, long offset, long floats) {
    segment.asSlice(offset * Float.BYTES, floats * Float.BYTES).fill((byte) 0);
  }
}
