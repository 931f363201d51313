package dev.lanewise.mnist.picture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lanewise.engine.infer.Predictor;
import dev.lanewise.engine.model.Model;
import dev.lanewise.mnist.data.ImageData;
import dev.lanewise.mnist.model.DigitModel;
import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Digits keep their form, and are recognised, whatever size and place they have on a picture. */
class MnistFormTest {
  private static final ImageData MNIST = ImageData.bundled();

  @Test
  void imagesOfMnistStayWhatTheyAre() throws IOException {
    int same = 0;
    for (int i = 0; i < 1000; i++) {
      byte[] picture = Pictures.png(Pictures.enlarged(MNIST.testImages(), i, 1, 0, false));
      if (difference(MnistForm.of(Pictures.read(picture)), image(i)) < 2) {
        same++;
      }
    }
    assertThat(same).isGreaterThan(980);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 8})
  void enlargedImagesOfMnistAreRecognised(int factor) throws IOException {
    int right = 0;
    try (Model model = DigitModel.open(null);
        Predictor predictor = new Predictor(model)) {
      for (int i = 0; i < 1000; i++) {
        byte[] picture = Pictures.png(Pictures.enlarged(MNIST.testImages(), i, factor, 5, true));
        if (predictor.classify(MnistForm.of(Pictures.read(picture))) == MNIST.testLabels()[i]) {
          right++;
        }
      }
    }
    assertThat(right).isGreaterThan(975);
  }

  @Test
  void nothingIsCutOffWhateverTheCentreOfMass() {
    // An L-shaped blot: most of its ink is at one end of a long arm.
    byte[] grey = new byte[100 * 100];
    for (int y = 0; y < 100; y++) {
      for (int x = 0; x < 100; x++) {
        boolean arm = x >= 10 && x < 14 && y >= 5 && y < 95;
        boolean blot = x >= 10 && x < 60 && y >= 80 && y < 95;
        grey[y * 100 + x] = (byte) (arm || blot ? 255 : 0);
      }
    }

    byte[] form = MnistForm.of(Ink.of(100, 100, grey));

    assertThat(row(form, 0)).as("the highest row with ink").isLessThanOrEqualTo(5);
    int rows = 0;
    for (int y = 0; y < MnistForm.SIDE; y++) {
      rows += row(form, y) == y ? 1 : 0;
    }
    assertThat(rows).isEqualTo(20);
  }

  /** The first row from some row on that has ink. */
  private static int row(byte[] form, int from) {
    for (int i = from * MnistForm.SIDE; i < form.length; i++) {
      if (form[i] != 0) {
        return i / MnistForm.SIDE;
      }
    }
    return MnistForm.SIDE;
  }

  private static double difference(byte[] one, byte[] other) {
    double sum = 0;
    for (int i = 0; i < one.length; i++) {
      sum += Math.abs((one[i] & 0xff) - (other[i] & 0xff));
    }
    return sum / one.length;
  }

  private static byte[] image(int index) {
    return Arrays.copyOfRange(
        MNIST.testImages(), index * MnistForm.PIXELS, (index + 1) * MnistForm.PIXELS);
  }
}
