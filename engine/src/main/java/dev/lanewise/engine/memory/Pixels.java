package dev.lanewise.engine.memory;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Pixels of one unsigned byte, 0 to 255, as the floats {@code pixel / 255} that networks take.
 *
 * <p>Stateless: safe for any number of threads.
 */
public final class Pixels {
  /** All 256 quotients: a division a pixel would take longer than the look-up. */
  private static final MemorySegment SCALED = scaled();

  private Pixels() {}

  private static MemorySegment scaled() {
    MemorySegment table = Memory.allocate(Arena.global(), 256);
    for (int i = 0; i < 256; i++) {
      Memory.set(table, i, i / 255f);
    }
    return table;
  }

  /**
   * Copies pixels, divided by 255.
   *
   * @param source bytes, on the heap or off it
   * @param sourceOffset first byte
   * @param target floats
   * @param targetOffset first float
   * @param count number of pixels
   * @throws IndexOutOfBoundsException if a range is outside its segment
   */
  public static void copy(
      MemorySegment source, long sourceOffset, MemorySegment target, long targetOffset, int count) {
    for (int i = 0; i < count; i++) {
      set(target, targetOffset + i, source.get(ValueLayout.JAVA_BYTE, sourceOffset + i));
    }
  }

  /** Copies pixels of an array, divided by 255; see {@link #copy(MemorySegment, long, MemorySegment, long, int)}. */
  public static void copy(byte[] source, int sourceOffset, MemorySegment target, long targetOffset, int count) {
    for (int i = 0; i < count; i++) {
      set(target, targetOffset + i, source[sourceOffset + i]);
    }
  }

  private static void set(MemorySegment target, long index, byte pixel) {
    Memory.set(target, index, Memory.get(SCALED, pixel & 0xFF));
  }
}
