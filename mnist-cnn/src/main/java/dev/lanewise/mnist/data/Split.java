package dev.lanewise.mnist.data;

import dev.lanewise.mnist.text.UsageException;

/**
 * How the training images are divided: the first ones to train on, the last tenth to validate on,
 * as with Keras's {@code validation_split=0.1}.
 *
 * @param train how many to train on
 * @param validation how many to validate on
 */
public record Split(int train, int validation) {

  /**
   * Divides the first images.
   *
   * @param available how many there are
   * @param limit how many to take at the most
   * @throws UsageException if there are not enough of them for both parts
   */
  public static Split of(int available, int limit) {
    int taken = Math.min(available, limit);
    if (taken < 2) {
      throw new UsageException(
          "one training image is not enough: at least one is for training, one for validation");
    }
    int validation = Math.ceilDiv(taken, 10);
    return new Split(taken - validation, validation);
  }

  /** The images of both parts. */
  public int total() {
    return train + validation;
  }
}
