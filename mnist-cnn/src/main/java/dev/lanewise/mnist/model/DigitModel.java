package dev.lanewise.mnist.model;

import dev.lanewise.engine.io.ModelFile;
import dev.lanewise.engine.memory.Shape;
import dev.lanewise.engine.model.Model;
import dev.lanewise.mnist.picture.MnistForm;
import dev.lanewise.mnist.text.UsageException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.jspecify.annotations.Nullable;

/** Models that tell the ten digits apart: the one that comes with the application, or a file. */
public final class DigitModel {
  /**
   * What {@code train --optimizer adam --seed 0} makes: five epochs with Keras's Adam, batches of
   * 128. Any machine and any number of threads makes the same bits.
   */
  static final String BUNDLED = "adam-0.safetensors";

  /** Of the parameters of the bundled model; {@code results.json} of that training has it, too. */
  public static final String BUNDLED_PARAMETERS_SHA256 =
      "43104c4b8fb6a23bd8bcbf98b065de080faf59ccc958055dde5a4410f7403512";

  /** Of the bundled file. */
  static final String BUNDLED_FILE_SHA256 =
      "6f4109dbd98c30492eb991ca21a9833a80785bb5a94cd3bfed015756e0f6147f";

  private static final Shape IMAGE = Shape.of(MnistForm.SIDE, MnistForm.SIDE, 1);
  private static final Shape CLASSES = Shape.of(10);

  private DigitModel() {}

  /**
   * Opens a model; the caller closes it.
   *
   * @param file the model, or null for the bundled one
   * @throws UsageException if it cannot be read, or makes something else than ten numbers of 28x28
   */
  public static Model open(@Nullable Path file) {
    try {
      return file == null ? bundled() : load(file);
    } catch (IOException e) {
      throw new UsageException(String.valueOf(e.getMessage()));
    }
  }

  /** What to call a model. */
  static String name(@Nullable Path file) {
    return file == null ? "bundled " + BUNDLED : file.toString();
  }

  private static Model load(Path file) throws IOException {
    Model model = ModelFile.load(file);
    Shape input = model.network().inputShape();
    Shape output = model.network().outputShape();
    if (input.equals(IMAGE) && output.equals(CLASSES)) {
      return model;
    }
    model.close();
    throw new UsageException(
        "%s: its network makes %s of %s, digits need %s of %s"
            .formatted(file, output, input, CLASSES, IMAGE));
  }

  /** The engine reads files, so the bundled model becomes one for a moment. */
  private static Model bundled() throws IOException {
    Path file = Files.createTempFile("mnist-cnn", ".safetensors");
    try (InputStream in = DigitModel.class.getResourceAsStream(BUNDLED)) {
      if (in == null) {
        throw new FileNotFoundException("the bundled model " + BUNDLED + " is missing");
      }
      Files.copy(in, file, StandardCopyOption.REPLACE_EXISTING);
      return ModelFile.load(file);
    } finally {
      Files.delete(file);
    }
  }
}
