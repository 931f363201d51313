package dev.lanewise.mnist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Unusable data ends the application with one line and code 2, and nothing is written. */
class BadDataTest {
  @TempDir Path dir;

  @Test
  void aTruncatedFile() throws IOException {
    IdxFiles.write(dir.resolve("data"), 20, 5, 20, 20, 3);
    Path images = dir.resolve("data/train-images-idx3-ubyte");
    Files.write(images, java.util.Arrays.copyOf(Files.readAllBytes(images), 100));

    assertRefused(images + ": truncated");
  }

  @Test
  void noDirectory() throws IOException {
    assertRefused(dir.resolve("data") + ": no such directory");
  }

  @Test
  void imagesThatAreTooSmallForTheNetwork() throws IOException {
    IdxFiles.write(dir.resolve("data"), 20, 5, 17, 28, 3);

    assertRefused("images of 17x28 are too small for the network, which needs 18x18 or more");
  }

  @Test
  void imagesThatAreTooLargeForTheNetwork() throws IOException {
    IdxFiles.write(dir.resolve("data"), 2, 1, 3000, 3000, 2);

    assertRefused("images of 3000x3000 are too large for the network");
  }

  @Test
  void aSingleImage() throws IOException {
    IdxFiles.write(dir.resolve("data"), 1, 1, 20, 20, 1);

    assertRefused("one training image is not enough");
  }

  private void assertRefused(String fault) {
    Path output = dir.resolve("out/results");
    App.Outcome outcome =
        App.run("--data", dir.resolve("data").toString(), "--output", output.toString());

    assertThat(outcome.exitCode()).isEqualTo(2);
    assertThat(outcome.err()).startsWith("mnist-cnn: ").contains(fault).hasLineCount(1);
    assertThat(output.getParent()).doesNotExist();
  }
}
