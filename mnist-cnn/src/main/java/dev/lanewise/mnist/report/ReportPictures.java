package dev.lanewise.mnist.report;

import dev.lanewise.mnist.results.ResultsFolder;
import dev.lanewise.mnist.text.OutputException;
import java.awt.AWTError;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import javax.imageio.ImageIO;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** The charts of a report as PNG files, for documents and slides. */
final class ReportPictures {
  /** The folder of the pictures within that of the results. */
  static final String FOLDER = "charts";

  private static final String MEMORY = "memory";

  private ReportPictures() {}

  /**
   * Draws and writes all of them. Where text cannot be drawn, as on a machine without fonts, there are none:
   * the page has the same charts.
   *
   * @param errors is told so
   * @throws OutputException if a file cannot be written
   */
  static void write(
      ResultsFolder folder,
      List<OptimizerRuns> runs,
      ReportCharts charts,
      Consumer<String> errors) {
    folder.createFolder(FOLDER);
    Set<String> old = new HashSet<>(ReportCharts.IDS);
    old.add(MEMORY);
    try {
      for (LineChart chart : charts.all()) {
        write(folder, chart.id(), () -> LinePicture.of(chart));
        old.remove(chart.id());
      }
      List<OptimizerRuns> finished =
          runs.stream().filter(group -> !group.finished().isEmpty()).toList();
      if (!finished.isEmpty()) {
        write(folder, MEMORY, () -> MemoryPicture.of(finished));
        old.remove(MEMORY);
      }
    } catch (AWTError | LinkageError | FontTrouble e) {
      errors.accept("no pictures in " + folder.file(FOLDER) + ": this Java cannot draw text: " + e.getMessage());
    }
    old.forEach(id -> folder.delete(file(id)));
  }

  private static void write(ResultsFolder folder, String id, Supplier<BufferedImage> picture) {
    folder.write(file(id), png(drawn(picture)));
  }

  private static String file(String id) {
    return FOLDER + "/" + id + ".png";
  }

  /** Java's fonts fail in ways of their own where the system has none. */
  private static BufferedImage drawn(Supplier<BufferedImage> picture) {
    try {
      return picture.get();
    } catch (InternalError | NullPointerException e) {
      throw new FontTrouble(e);
    } catch (RuntimeException e) {
      if (String.valueOf(e.getMessage()).contains("ontconfig")) {
        throw new FontTrouble(e);
      }
      throw e;
    }
  }

  private static final class FontTrouble extends RuntimeException {
    private static final long serialVersionUID = 1L;

    FontTrouble(Throwable cause) {
      super(String.valueOf(cause.getMessage()), cause);
    }
  }

  /** The image as the bytes of a PNG file. */
  static byte[] png(BufferedImage image) {
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    // Without it, ImageIO would buffer in a file.
    try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(png)) {
      if (!ImageIO.write(image, "png", out)) {
        throw new IllegalStateException("this Java cannot write PNG");
      }
    } catch (IOException e) {
      throw new UncheckedIOException("in memory", e);
    }
    return png.toByteArray();
  }
}
