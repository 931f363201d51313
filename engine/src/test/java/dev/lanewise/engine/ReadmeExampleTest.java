package dev.lanewise.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lanewise.engine.infer.Predictor;
import dev.lanewise.engine.io.ModelFile;
import dev.lanewise.engine.memory.Shape;
import dev.lanewise.engine.model.Conv2D;
import dev.lanewise.engine.model.Dense;
import dev.lanewise.engine.model.Flatten;
import dev.lanewise.engine.model.MaxPool2D;
import dev.lanewise.engine.model.Model;
import dev.lanewise.engine.model.ReLU;
import dev.lanewise.engine.model.Sequential;
import dev.lanewise.engine.optim.Adam;
import dev.lanewise.engine.train.Dataset;
import dev.lanewise.engine.train.Trainer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The README's example runs, and is the code that stands here. */
@Tag("once")
class ReadmeExampleTest {
  private static final Path MODULE = Path.of(System.getProperty("basedir", "")).toAbsolutePath();
  private static final String MARKER = "// example";
  private static final int IMAGES = 1_000;
  private static final int SIDE = 28;

  private static int example(byte[] pixels, byte[] labels, float[] image, Path file) throws IOException {
    // example
    Shape shape = Shape.of(28, 28, 1);
    Sequential network =
        Sequential.of(shape, Conv2D.of(8, 3), new ReLU(), MaxPool2D.of(2), new Flatten(), Dense.of(10));
    try (Dataset images = Dataset.ofPixels(pixels, labels, shape);
        Model model = network.initialize(0);
        Trainer trainer = Trainer.builder(model, Adam.keras()).batchSize(32).build()) {
      trainer.fit(images.slice(0, 900), images.slice(900, 1000), 3);
      ModelFile.save(model, file);
    }
    try (Model model = ModelFile.load(file);
        Predictor predictor = new Predictor(model)) {
      return predictor.classify(image);
    }
    // example
  }

  @Test
  @DisplayName("the README's example trains, saves, loads and recognises what it was trained on")
  void works(@TempDir Path dir) throws IOException {
    byte[] labels = new byte[IMAGES];
    byte[] pixels = new byte[IMAGES * SIDE * SIDE];
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < IMAGES; i++) {
      labels[i] = (byte) random.nextInt(10);
      for (int j = 0; j < SIDE * SIDE; j++) {
        boolean bar = j / SIDE / 2 == labels[i] + 2;
        pixels[i * SIDE * SIDE + j] = (byte) (bar ? random.nextInt(128, 256) : random.nextInt(32));
      }
    }
    float[] image = new float[SIDE * SIDE];
    for (int j = 0; j < image.length; j++) {
      image[j] = (pixels[j] & 0xFF) / 255f;
    }

    assertThat(example(pixels, labels, image, dir.resolve("model.safetensors"))).isEqualTo(labels[0]);
  }

  @Test
  @DisplayName("the README's java block is the code of this test")
  void readmeHasTheSameLines() throws IOException {
    String source =
        Files.readString(MODULE.resolve("src/test/java/dev/lanewise/engine/ReadmeExampleTest.java"));
    Pattern marker = Pattern.compile("^ *" + MARKER + "\\R", Pattern.MULTILINE);
    String[] parts = marker.split(source, -1);
    assertThat(parts).as("parts around the two markers").hasSize(3);
    String expected = parts[1].stripTrailing().stripIndent();

    String readme = Files.readString(MODULE.resolve("../README.md"));
    Matcher block = Pattern.compile("^```java\\R(.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL).matcher(readme);
    assertThat(block.find()).as("README.md has a java block").isTrue();
    assertThat(block.group(1).strip()).isEqualTo(expected);
  }
}
