package dev.lanewise.bench.peers;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Memory off the heap as arrays, which all libraries take. */
final class Floats {
  private Floats() {}

  /** All of a segment. */
  static float[] of(MemorySegment segment) {
    return segment.toArray(ValueLayout.JAVA_FLOAT_UNALIGNED);
  }

  /**
   * Images without the padding behind each.
   *
   * @param pitch floats from one image to the next
   * @param size floats of all images, without padding
   */
  static float[] unpadded(MemorySegment segment, long pitch, int size) {
    float[] padded = of(segment);
    int images = (int) (padded.length / pitch);
    float[] result = new float[size];
    for (int i = 0; i < images; i++) {
      System.arraycopy(padded, (int) (i * pitch), result, i * (size / images), size / images);
    }
    return result;
  }

  /** The largest difference as a part of the largest expected value; not finite if a value is not. */
  static double distance(float[] actual, float[] expected) {
    if (actual.length != expected.length) {
      throw new IllegalStateException(actual.length + " values where " + expected.length + " are expected");
    }
    double difference = 0;
    double largest = 0;
    for (int i = 0; i < actual.length; i++) {
      double d = Math.abs((double) actual[i] - expected[i]);
      difference = Double.isNaN(d) ? Double.POSITIVE_INFINITY : Math.max(difference, d);
      largest = Math.max(largest, Math.abs(expected[i]));
    }
    return difference / largest;
  }
}
