package dev.lanewise.mnist.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lanewise.engine.infer.Predictor;
import dev.lanewise.engine.io.ModelFile;
import dev.lanewise.engine.model.Model;
import dev.lanewise.mnist.data.ImageData;
import dev.lanewise.mnist.picture.MnistForm;
import dev.lanewise.mnist.text.UsageException;
import dev.lanewise.mnist.training.Network;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DigitModelTest {
  @TempDir Path dir;

  @Test
  void theBundledModelIsTheDocumentedOne() throws Exception {
    try (InputStream in = DigitModel.class.getResourceAsStream(DigitModel.BUNDLED)) {
      byte[] sum = MessageDigest.getInstance("SHA-256").digest(in.readAllBytes());
      assertThat(HexFormat.of().formatHex(sum)).isEqualTo(DigitModel.BUNDLED_FILE_SHA256);
    }
    try (Model model = DigitModel.open(null)) {
      assertThat(model.parametersSha256()).isEqualTo(DigitModel.BUNDLED_PARAMETERS_SHA256);
    }
  }

  @Test
  void theBundledModelRecognisesTheTestImages() {
    ImageData mnist = ImageData.bundled();
    byte[] pixels = new byte[MnistForm.PIXELS];
    int right = 0;
    try (Model model = DigitModel.open(null);
        Predictor predictor = new Predictor(model)) {
      for (int i = 0; i < mnist.testCount(); i++) {
        System.arraycopy(mnist.testImages(), i * pixels.length, pixels, 0, pixels.length);
        if (predictor.classify(pixels) == mnist.testLabels()[i]) {
          right++;
        }
      }
    }
    assertThat(right).isEqualTo(9892);
  }

  @Test
  void otherModelsAreOpenedIfTheyAreForDigits() throws IOException {
    Path digits = dir.resolve("digits.safetensors");
    Path others = dir.resolve("others.safetensors");
    save(digits, 28, 10);
    save(others, 20, 3);

    DigitModel.open(digits).close();
    assertThatThrownBy(() -> DigitModel.open(others))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("others.safetensors: its network makes");
    assertThatThrownBy(() -> DigitModel.open(dir.resolve("none")))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("none");
  }

  private static void save(Path file, int side, int classes) throws IOException {
    try (Model model = Network.of(side, side, classes).initialize(0)) {
      ModelFile.save(model, file);
    }
  }
}
