package dev.lanewise.bench.peers;

/** Work that a library has been prepared for and repeats. Not thread-safe. */
interface Job extends AutoCloseable {
  /** Does the work once, or one more step of it. */
  void run();

  /**
   * What came out, for comparison with other libraries: a matrix row by row, images as NHWC, weights as {@code
   * [height][width][channels][filters]}, and for training the logits of the validation images.
   */
  float[] result();

  /** Frees what the library holds. */
  @Override
  default void close() {}
}
