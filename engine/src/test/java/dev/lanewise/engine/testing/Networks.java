package dev.lanewise.engine.testing;

import dev.lanewise.engine.init.Initializer;
import dev.lanewise.engine.memory.Shape;
import dev.lanewise.engine.model.AveragePool2D;
import dev.lanewise.engine.model.Conv2D;
import dev.lanewise.engine.model.Dense;
import dev.lanewise.engine.model.Dropout;
import dev.lanewise.engine.model.Flatten;
import dev.lanewise.engine.model.GlobalAveragePool2D;
import dev.lanewise.engine.model.Layer;
import dev.lanewise.engine.model.LeakyReLU;
import dev.lanewise.engine.model.MaxPool2D;
import dev.lanewise.engine.model.ReLU;
import dev.lanewise.engine.model.Sequential;
import dev.lanewise.engine.model.Sigmoid;
import dev.lanewise.engine.model.Tanh;
import dev.lanewise.engine.train.Dataset;
import java.util.ArrayList;
import java.util.List;
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

  /** A network of a few layers of any kind, whose sizes are odd where they may be. */
  public static Sequential random(SplittableRandom random) {
    List<Layer> layers = new ArrayList<>();
    Shape input = Shape.of(random.nextInt(5, 12), random.nextInt(5, 12), random.nextInt(1, 4));
    for (int i = random.nextInt(1, 5); i > 0; i--) {
      Layer layer = image(random);
      try {
        Sequential.of(input, append(layers, layer));
        layers.add(layer);
      } catch (IllegalArgumentException e) {
        // It does not fit into what is left of the image.
      }
    }
    layers.add(random.nextInt(4) == 0 ? new GlobalAveragePool2D() : new Flatten());
    for (int i = random.nextInt(4); i > 0; i--) {
      layers.add(random.nextBoolean() ? Dense.of(random.nextInt(1, 9)) : elementwise(random));
    }
    return Sequential.of(input, layers);
  }

  private static List<Layer> append(List<Layer> layers, Layer layer) {
    List<Layer> more = new ArrayList<>(layers);
    more.add(layer);
    return more;
  }

  private static Layer image(SplittableRandom random) {
    int height = random.nextInt(1, 4);
    int width = random.nextInt(1, 4);
    int down = random.nextInt(1, 4);
    int right = random.nextInt(1, 4);
    boolean same = random.nextBoolean();
    return switch (random.nextInt(5)) {
      case 0 -> new MaxPool2D(height, width, down, right, same);
      case 1 -> new AveragePool2D(height, width, down, right, same);
      case 2 -> elementwise(random);
      default ->
          new Conv2D(
              random.nextInt(1, 6), height, width, down, right, random.nextInt(1, 3), random.nextInt(1, 3), same,
              Initializer.glorotUniform(), Initializer.constant(0.1f));
    };
  }

  private static Layer elementwise(SplittableRandom random) {
    return switch (random.nextInt(5)) {
      case 0 -> new ReLU();
      case 1 -> new LeakyReLU(0.3f);
      case 2 -> new Tanh();
      case 3 -> new Sigmoid();
      default -> new Dropout(0.5f);
    };
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
