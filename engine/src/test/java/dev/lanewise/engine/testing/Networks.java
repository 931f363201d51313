package dev.lanewise.engine.testing;

import dev.lanewise.engine.memory.Shape;
import dev.lanewise.engine.model.Conv2D;
import dev.lanewise.engine.model.Dense;
import dev.lanewise.engine.model.Dropout;
import dev.lanewise.engine.model.Flatten;
import dev.lanewise.engine.model.MaxPool2D;
import dev.lanewise.engine.model.ReLU;
import dev.lanewise.engine.model.Sequential;
import dev.lanewise.engine.train.Dataset;
import java.util.SplittableRandom;

/** Networks and data that several tests share. */
public final class Networks {
  private Networks() {}

  /** The MNIST CNN of the optimizer comparison. */
  public static Sequential mnistCnn() {
    return Sequential.of(
        Shape.of(28, 28, 1), Conv2D.of(32, 3), new ReLU(), MaxPool2D.of(2), Conv2D.of(64, 3), new ReLU(),
        MaxPool2D.of(2), Conv2D.of(64, 3), new ReLU(), new Flatten(), Dense.of(64), new ReLU(), Dense.of(10));
  }

  /** Small, of the same kinds of steps, with a tail in every vector width. */
  public static Sequential small() {
    return Sequential.of(
        Shape.of(12, 11, 1), Conv2D.of(18, 3), new ReLU(), MaxPool2D.of(2), Conv2D.of(10, 2), new ReLU(),
        new Flatten(), new Dropout(0.25f), Dense.of(21), new ReLU(), Dense.of(5));
  }

  /** Noisy images with a bright spot whose place tells the class. */
  public static Dataset images(Sequential network, int samples) {
    Shape shape = network.inputShape();
    int classes = network.outputShape().size();
    SplittableRandom random = new SplittableRandom(9);
    byte[] pixels = new byte[samples * shape.size()];
    byte[] labels = new byte[samples];
    for (int i = 0; i < samples; i++) {
      labels[i] = (byte) random.nextInt(classes);
      for (int j = 0; j < shape.size(); j++) {
        pixels[i * shape.size() + j] = (byte) random.nextInt(90);
      }
      int spot = shape.size() / classes * labels[i];
      for (int j = 0; j < shape.size() / classes; j++) {
        pixels[i * shape.size() + spot + j] += (byte) 120;
      }
    }
    return Dataset.ofPixels(pixels, labels, shape);
  }
}
