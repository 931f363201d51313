package dev.lanewise.mnist.training;

import dev.lanewise.engine.memory.Shape;
import dev.lanewise.engine.model.Conv2D;
import dev.lanewise.engine.model.Dense;
import dev.lanewise.engine.model.Flatten;
import dev.lanewise.engine.model.MaxPool2D;
import dev.lanewise.engine.model.ReLU;
import dev.lanewise.engine.model.Sequential;
import dev.lanewise.mnist.data.ImageData;
import dev.lanewise.mnist.text.UsageException;

/** The network that all rules train: three convolutions and two dense layers. */
public final class Network {
  /** The smallest height and width that leave the last convolution something to look at. */
  static final int MIN_SIDE = 18;

  private Network() {}

  /** The shape of one image. */
  static Shape input(ImageData data) {
    return Shape.of(data.rows(), data.columns(), 1);
  }

  /**
   * The network for images of a size; for MNIST it has 93,322 parameters.
   *
   * @throws UsageException if the images are too small or too large for it
   */
  public static Sequential of(int rows, int columns, int classes) {
    if (rows < MIN_SIDE || columns < MIN_SIDE) {
      throw new UsageException(
          "images of %dx%d are too small for the network, which needs %dx%d or more"
              .formatted(rows, columns, MIN_SIDE, MIN_SIDE));
    }
    try {
      return Sequential.of(
          Shape.of(rows, columns, 1),
          Conv2D.of(32, 3),
          new ReLU(),
          MaxPool2D.of(2),
          Conv2D.of(64, 3),
          new ReLU(),
          MaxPool2D.of(2),
          Conv2D.of(64, 3),
          new ReLU(),
          new Flatten(),
          Dense.of(64),
          new ReLU(),
          Dense.of(classes));
    } catch (IllegalArgumentException e) {
      throw new UsageException(
          "images of %dx%d are too large for the network: %s"
              .formatted(rows, columns, e.getMessage()));
    }
  }
}
