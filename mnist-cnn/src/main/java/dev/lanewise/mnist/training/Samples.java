package dev.lanewise.mnist.training;

import dev.lanewise.engine.memory.Shape;
import dev.lanewise.engine.train.Dataset;
import dev.lanewise.mnist.data.ImageData;
import dev.lanewise.mnist.data.Split;
import java.util.Arrays;

/**
 * The three parts of the data in the engine's memory.
 *
 * @param train to train on
 * @param validation to measure after each epoch
 * @param test to measure once, at the end
 */
public record Samples(Dataset train, Dataset validation, Dataset test) implements AutoCloseable {

  public static Samples of(ImageData data, Split split) {
    Shape shape = Network.input(data);
    byte[] pixels = head(data.trainImages(), split.total() * shape.size());
    byte[] labels = head(data.trainLabels(), split.total());
    Dataset all = Dataset.ofPixels(pixels, labels, shape);
    return new Samples(
        all.slice(0, split.train()),
        all.slice(split.train(), split.total()),
        Dataset.ofPixels(data.testImages(), data.testLabels(), shape));
  }

  private static byte[] head(byte[] bytes, int length) {
    return length == bytes.length ? bytes : Arrays.copyOf(bytes, length);
  }

  @Override
  public void close() {
    train.close(); // and validation, which shares its memory
    test.close();
  }
}
