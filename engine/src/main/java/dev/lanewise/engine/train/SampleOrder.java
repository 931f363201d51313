package dev.lanewise.engine.train;

import dev.lanewise.engine.kernel.Philox;

/** The order in which an epoch visits its samples. Not thread-safe. */
final class SampleOrder {
  private final long seed;
  private final boolean shuffle;
  private int[] order = new int[0];

  SampleOrder(long seed, boolean shuffle) {
    this.seed = seed;
    this.shuffle = shuffle;
  }

  /**
   * Fisher-Yates from the identity, keyed by seed and epoch: no epoch depends on the one before.
   *
   * @param size number of samples
   * @param epoch number of the epoch, from 1
   * @return each of 0 to {@code size - 1} once; changed by the next call
   */
  int[] of(int size, int epoch) {
    if (order.length != size) {
      order = new int[size];
    }
    for (int i = 0; i < size; i++) {
      order[i] = i;
    }
    for (int i = size - 1; shuffle && i > 0; i--) {
      long bits = Philox.bits(seed, Philox.SHUFFLE, ((long) epoch << 32) + i);
      int j = (int) Math.unsignedMultiplyHigh(bits, i + 1L);
      int swapped = order[i];
      order[i] = order[j];
      order[j] = swapped;
    }
    return order;
  }
}
