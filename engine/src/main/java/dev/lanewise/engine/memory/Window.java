package dev.lanewise.engine.memory;

import java.lang.foreign.MemorySegment;

/**
 * Views of memory whose bounds checks the JIT compiler can prove away: the only place in the engine
 * that calls a restricted method.
 *
 * <p>A window's byte 0 is a given element of a segment. Where native access is enabled for the
 * engine, a window spans a constant 2<sup>36</sup> bytes, so that an index masked with {@link #MASK}
 * provably lies inside and no check remains in a kernel's loop; a check there makes C2's output
 * bimodal and costs up to half of the speed. The caller has verified the real extent once with
 * {@link Memory#check}. Where native access is not enabled, a window is an exact slice: slower, with
 * every check in place.
 */
public final class Window {
  /** Mask for byte offsets into a window; the largest access behind it is one vector or constant. */
  public static final long MASK = (1L << 35) - 1;

  private static final long SPAN = 1L << 36;
  /**
   * Mask for a {@link #base} that moves along: below the end of a process's address space, so that C2 can prove base
   * and constant offset together to lie inside {@link #whole}.
   */
  public static final long ADDRESS_MASK = (1L << 47) - 1;

  /** Whether windows are unchecked; if not, the engine says so once. */
  public static final boolean UNCHECKED = Window.class.getModule().isNativeAccessEnabled();

  private static final MemorySegment ALL = UNCHECKED ? everything() : MemorySegment.NULL;

  private Window() {}

  @SuppressWarnings("restricted")
  private static MemorySegment everything() {
    return MemorySegment.NULL.reinterpret(Long.MAX_VALUE);
  }

  /**
   * A window over elements that the caller has checked.
   *
   * @param segment a live native segment
   * @param offset its element that becomes byte 0
   * @param floats number of elements that will be touched
   * @return the window, valid while the caller keeps the segment alive
   */
  public static MemorySegment of(MemorySegment segment, long offset, long floats) {
    return UNCHECKED
        ? ALL.asSlice(segment.address() + offset * Float.BYTES, SPAN)
        : segment.asSlice(offset * Float.BYTES, floats * Float.BYTES);
  }

  /**
   * The segment to read through at {@link #base}, which makes no object: all of memory, or the segment
   * itself where native access is not enabled.
   */
  public static MemorySegment whole(MemorySegment segment) {
    return UNCHECKED ? ALL : segment;
  }

  /**
   * Byte offset of an element in {@link #whole}, provably below 2<sup>47</sup>, the end of a process's
   * address space, so that base and masked offset together stay inside.
   *
   * @param segment a live native segment
   * @param offset an element that the caller has checked
   */
  public static long base(MemorySegment segment, long offset) {
    return ((UNCHECKED ? segment.address() : 0) + offset * Float.BYTES) & ADDRESS_MASK;
  }
}
