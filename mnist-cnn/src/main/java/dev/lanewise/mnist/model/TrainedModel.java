package dev.lanewise.mnist.model;

import dev.lanewise.engine.io.ModelFile;
import dev.lanewise.engine.io.OnnxFile;
import dev.lanewise.engine.io.PyTorchFile;
import dev.lanewise.engine.memory.Shape;
import dev.lanewise.engine.model.Model;
import dev.lanewise.engine.model.Sequential;
import dev.lanewise.engine.optim.Sgd;
import dev.lanewise.engine.train.Dataset;
import dev.lanewise.engine.train.Evaluation;
import dev.lanewise.engine.train.Trainer;
import dev.lanewise.mnist.data.DataException;
import dev.lanewise.mnist.data.ImageData;
import dev.lanewise.mnist.text.Format;
import dev.lanewise.mnist.text.OutputException;
import dev.lanewise.mnist.text.UsageException;
import dev.lanewise.mnist.training.Network;
import dev.lanewise.mnist.training.Settings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What can be done with a model that was trained before: here, or elsewhere. */
public final class TrainedModel {
  private static final int MNIST_SIDE = 28;
  private static final int MNIST_CLASSES = 10;

  private TrainedModel() {}

  /**
   * Measures a model on the test images.
   *
   * @param file the model
   * @param from whose layout it has, {@code lanewise} or {@code pytorch}
   * @param directory the data, or null for the bundled MNIST
   * @return what to print
   * @throws UsageException if the model cannot be read or does not go with the data
   * @throws DataException if the data cannot be read
   */
  public static List<String> evaluate(Path file, String from, @Nullable Path directory) {
    requireLayout(file, from);
    ImageData images = directory == null ? ImageData.bundled() : ImageData.load(directory);
    Sequential expected = Network.of(images.rows(), images.columns(), images.classes());
    try (Model model = read(file, from, expected)) {
      requireFit(file, model.network(), expected);
      try (Dataset test =
              Dataset.ofPixels(images.testImages(), images.testLabels(), expected.inputShape());
          Trainer trainer =
              Trainer.builder(model, Sgd.keras()).batchSize(Settings.BATCH_SIZE).build()) {
        Evaluation result = trainer.evaluate(test);
        return List.of(
            file + ": " + parameters(model),
            String.format(
                Locale.ROOT,
                "%s: %,d test images, accuracy %s %%, loss %s",
                directory == null ? "MNIST" : directory,
                result.samples(),
                Format.percent(result.accuracy()),
                Format.loss(result.loss())));
      }
    }
  }

  /**
   * Writes a model in another format.
   *
   * @param file the model
   * @param from whose layout it has, {@code lanewise} or {@code pytorch}
   * @param target the file to write or replace
   * @param to its format, {@code onnx}, {@code pytorch} or {@code lanewise}
   * @return what to print
   * @throws UsageException if the model cannot be read
   * @throws OutputException if the file cannot be written
   */
  public static String export(Path file, String from, Path target, String to) {
    requireLayout(file, from);
    try (Model model = read(file, from, Network.of(MNIST_SIDE, MNIST_SIDE, MNIST_CLASSES))) {
      switch (to) {
        case "onnx" -> OnnxFile.save(model, target);
        case "pytorch" -> PyTorchFile.save(model, target);
        default -> ModelFile.save(model, target);
      }
      return "%s: %s, for %s".formatted(target, parameters(model), to);
    } catch (IOException e) {
      throw new OutputException(target, e);
    }
  }

  /** Only the engine's own files say whose they are, so a mistake is best told before all else. */
  private static void requireLayout(Path file, String from) {
    try {
      boolean own = ModelFile.metadata(file).containsKey("lanewise.format");
      if (own && from.equals("pytorch")) {
        throw new UsageException(file + ": a model file of this application; leave out --from");
      }
      if (!own && from.equals("lanewise")) {
        throw new UsageException(
            file + ": not written by this application; if PyTorch wrote it, say --from pytorch");
      }
    } catch (IOException e) {
      throw new UsageException(String.valueOf(e.getMessage()));
    }
  }

  private static Model read(Path file, String from, Sequential network) {
    try {
      return from.equals("pytorch") ? PyTorchFile.load(file, network) : ModelFile.load(file);
    } catch (IOException e) {
      throw new UsageException(String.valueOf(e.getMessage()));
    }
  }

  private static void requireFit(Path file, Sequential network, Sequential expected) {
    Shape input = expected.inputShape();
    Shape output = expected.outputShape();
    if (!network.inputShape().equals(input) || !network.outputShape().equals(output)) {
      throw new UsageException(
          "%s: its network makes %s of %s, the images need %s of %s"
              .formatted(file, network.outputShape(), network.inputShape(), output, input));
    }
  }

  private static String parameters(Model model) {
    return String.format(Locale.ROOT, "%,d parameters", model.parameterCount());
  }
}
