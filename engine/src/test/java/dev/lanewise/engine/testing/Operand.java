package dev.lanewise.engine.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lanewise.engine.memory.Memory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Random;

/**
 * An operand of a kernel in the middle of a segment, at an offset that is no multiple of any vector,
 * between canaries that a kernel must leave alone.
 */
public final class Operand {
  private static final int MARGIN = 37;
  private static final float CANARY = -12345.678f;
  private static final float[] SPECIAL = {
    Float.NaN,
    Float.POSITIVE_INFINITY,
    Float.NEGATIVE_INFINITY,
    0f,
    -0f,
    Float.MIN_VALUE,
    -Float.MIN_NORMAL / 2,
    Float.MAX_VALUE,
    1f,
    -1f
  };

  private final MemorySegment segment;
  private final int length;

  private Operand(float[] values) {
    length = values.length;
    segment = Memory.allocate(Arena.ofAuto(), length + 2 * MARGIN);
    for (long i = 0; i < segment.byteSize() / Float.BYTES; i++) {
      Memory.set(segment, i, CANARY);
    }
    for (int i = 0; i < length; i++) {
      Memory.set(segment, MARGIN + i, values[i]);
    }
  }

  /** An operand of given values. */
  public static Operand of(float... values) {
    return new Operand(values);
  }

  /** An operand to be written: full of canaries, so that a value left out shows. */
  public static Operand output(int length) {
    float[] values = new float[length];
    Arrays.fill(values, CANARY);
    return new Operand(values);
  }

  /** Normally distributed values. */
  public static float[] gaussian(Random random, int length) {
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  /** Normally distributed values with small integers among them, so that equal ones meet. */
  public static float[] withTies(Random random, int length) {
    float[] values = gaussian(random, length);
    for (int i = 0; i < length; i++) {
      if (random.nextInt(2) == 0) {
        values[i] = random.nextInt(5) - 2;
      }
    }
    return values;
  }

  /** Values with NaN, infinities, zeros of both signs, subnormals and extremes among them. */
  public static float[] withSpecials(Random random, int length) {
    float[] values = withTies(random, length);
    for (int i = 0; i < length; i++) {
      if (random.nextInt(6) == 0) {
        values[i] = SPECIAL[random.nextInt(SPECIAL.length)];
      }
    }
    return values;
  }

  /** The segment around the operand. */
  public MemorySegment segment() {
    return segment;
  }

  /** Where in the segment the operand begins. */
  public long offset() {
    return MARGIN;
  }

  /** The operand's values; fails if a canary around them has changed. */
  public float[] values() {
    float[] values = new float[length];
    for (long i = 0; i < segment.byteSize() / Float.BYTES; i++) {
      float value = Memory.get(segment, i);
      if (i >= MARGIN && i < MARGIN + length) {
        values[(int) i - MARGIN] = value;
      } else {
        assertThat(value).as("canary %d, operand at %d + %d", i, MARGIN, length).isEqualTo(CANARY);
      }
    }
    return values;
  }

  /** The bits of the operand's values, all NaN being one. */
  public int[] bits() {
    return bits(values());
  }

  /** The bits of values, all NaN being one. */
  public static int[] bits(float... values) {
    int[] bits = new int[values.length];
    for (int i = 0; i < values.length; i++) {
      bits[i] = Float.floatToIntBits(values[i]);
    }
    return bits;
  }
}
