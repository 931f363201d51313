package dev.lanewise.mnist.model;

import dev.lanewise.engine.infer.Predictor;
import dev.lanewise.engine.model.Model;
import dev.lanewise.mnist.picture.Ink;
import dev.lanewise.mnist.picture.MnistForm;
import dev.lanewise.mnist.picture.Picture;
import dev.lanewise.mnist.picture.PictureException;
import dev.lanewise.mnist.text.ConsoleText;
import dev.lanewise.mnist.text.UsageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import javax.imageio.stream.FileImageInputStream;
import javax.imageio.stream.ImageInputStream;
import org.jspecify.annotations.Nullable;

/**
 * Recognises the digits on pictures.
 *
 * @param files the pictures
 * @param columns of the terminal; 0 without one
 */
public record Predictions(List<Path> files, int columns) {
  /** Larger than any camera's picture, and small enough to be read in seconds. */
  public static final long MAX_PIXELS = 100_000_000;

  private static final int DIGITS = 10;

  /**
   * Prints a line for each picture, below a line of headings. It has the probabilities of all digits
   * or, where they do not fit, that of the recognised one.
   *
   * @param model a model file, or null for the bundled one
   * @param out takes the lines
   * @param faults takes a line for each picture that cannot be used
   * @return whether all could be used
   * @throws UsageException if the model cannot be used
   */
  public boolean print(@Nullable Path model, Consumer<String> out, Consumer<String> faults) {
    boolean all = true;
    try (Model opened = DigitModel.open(model);
        Predictor predictor = new Predictor(opened)) {
      int width = files.stream().mapToInt(file -> name(file).length()).max().orElse(0);
      float[] probabilities = new float[DIGITS];
      boolean narrow = columns > 0 && headings(width, false).length() > columns;
      boolean first = true;
      for (Path file : files) {
        try {
          predictor.probabilities(MnistForm.of(read(file)), probabilities);
        } catch (PictureException e) {
          faults.accept(file + ": " + e.getMessage());
          all = false;
          continue;
        }
        if (first) {
          out.accept(headings(width, narrow));
          first = false;
        }
        out.accept(line(width, file, probabilities, narrow));
      }
    }
    return all;
  }

  private static String name(Path file) {
    return ConsoleText.oneLine(file.toString());
  }

  private static String headings(int width, boolean narrow) {
    StringBuilder line = new StringBuilder(" ".repeat(width)).append("  digit");
    if (narrow) {
      return line.append("     %").toString();
    }
    IntStream.range(0, DIGITS).forEach(digit -> line.append(String.format("%4d %%", digit)));
    return line.toString();
  }

  private static String line(int width, Path file, float[] probabilities, boolean narrow) {
    int digit = new DigitReader.Answer(probabilities, 0).digit();
    StringBuilder line =
        new StringBuilder(String.format("%-" + Math.max(1, width) + "s  %5d", name(file), digit));
    float[] shown = narrow ? new float[] {probabilities[digit]} : probabilities;
    for (float probability : shown) {
      line.append(String.format(Locale.ROOT, "%6.1f", 100 * probability));
    }
    return line.toString();
  }

  private static Ink read(Path file) {
    if (!Files.isRegularFile(file)) {
      throw new PictureException(Files.exists(file) ? "not a file" : "no such file");
    }
    if (!Files.isReadable(file)) {
      throw new PictureException("permission denied");
    }
    try (ImageInputStream in = new FileImageInputStream(file.toFile())) {
      return Picture.read(in, MAX_PIXELS);
    } catch (IOException e) {
      throw new PictureException(ConsoleText.reason(e));
    }
  }
}
