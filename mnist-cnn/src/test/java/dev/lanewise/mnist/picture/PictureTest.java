package dev.lanewise.mnist.picture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.assertj.core.api.AbstractStringAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PictureTest {
  private static final Color TRANSPARENT = new Color(0, 0, 0, 0);
  private static final BufferedImage SEVEN = Pictures.seven(300, 200, Color.BLACK, Color.WHITE);

  @Test
  void coloursOfInkAndPaperDoNotMatter() throws IOException {
    byte[] expected = form(Pictures.png(SEVEN));

    assertThat(form(Color.WHITE, Color.BLACK)).isEqualTo(expected);
    assertThat(form(Color.BLACK, TRANSPARENT)).isEqualTo(expected);
    assertThat(form(Color.WHITE, TRANSPARENT)).isEqualTo(expected);
    assertThat(difference(form(new Color(20, 40, 160), new Color(240, 235, 200)), expected))
        .isLessThan(2);
    assertThat(difference(form(new Color(250, 230, 80), new Color(30, 60, 40)), expected))
        .isLessThan(2);
  }

  @Test
  void formatsDoNotMatter() throws IOException {
    byte[] expected = form(Pictures.png(SEVEN));

    assertThat(difference(form(Pictures.jpeg(SEVEN)), expected)).isLessThan(2);
    for (int type :
        new int[] {
          BufferedImage.TYPE_BYTE_GRAY, BufferedImage.TYPE_USHORT_GRAY,
          BufferedImage.TYPE_BYTE_INDEXED, BufferedImage.TYPE_3BYTE_BGR
        }) {
      BufferedImage other = new BufferedImage(300, 200, type);
      other.createGraphics().drawImage(SEVEN, 0, 0, null);
      assertThat(difference(form(Pictures.png(other)), expected)).as("type " + type).isLessThan(5);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {60, 150, 1000, 3000})
  void sizesDoNotMatter(int side) throws IOException {
    byte[] expected = form(Pictures.png(SEVEN));

    byte[] form = form(Pictures.png(Pictures.seven(side, side, Color.BLACK, Color.WHITE)));

    assertThat(difference(form, expected)).isLessThan(6);
  }

  @Test
  void hugePicturesAreRefusedBeforeTheyAreDecoded() {
    assertFault(() -> Pictures.claiming(50_000, 50_000))
        .isEqualTo("50,000 x 50,000 pixels, more than the 100,000,000 allowed");
    assertFault(() -> Pictures.claiming(Integer.MAX_VALUE, Integer.MAX_VALUE))
        .contains("more than the 100,000,000 allowed");
    assertFault(() -> Pictures.claiming(65_536, 1))
        .isEqualTo("65,536 x 1 pixels, more than the 65,535 allowed in a row or column");
    assertFault(() -> Pictures.claiming(1, 65_536)).contains("in a row or column");
    assertFault(() -> Pictures.claiming(-1, 10)).startsWith("damaged: ");
  }

  @Test
  void otherFilesAreRefused() {
    assertFault(() -> new byte[0]).isEqualTo("not a PNG or JPEG");
    assertFault(() -> "GIF89a, or so".getBytes(StandardCharsets.US_ASCII))
        .isEqualTo("not a PNG or JPEG");
  }

  @Test
  void emptyPicturesAreRefused() {
    assertFault(() -> Pictures.png(Pictures.seven(50, 50, Color.WHITE, Color.WHITE)))
        .isEqualTo("nothing is drawn on it");
    assertFault(() -> Pictures.png(Pictures.seven(50, 50, TRANSPARENT, TRANSPARENT)))
        .isEqualTo("nothing is drawn on it");
  }

  @Test
  void truncatedPicturesAreRefusedWhereverTheyEnd() throws IOException {
    for (byte[] whole : new byte[][] {Pictures.png(SEVEN), Pictures.jpeg(SEVEN)}) {
      // The last bytes are the end's mark, without which no pixel is missing.
      for (int length = 1; length < whole.length - 20; length += 7) {
        byte[] part = Arrays.copyOf(whole, length);
        assertThatThrownBy(() -> Pictures.read(part))
            .as("the first %d bytes of %d", length, whole.length)
            .isInstanceOf(PictureException.class);
      }
    }
  }

  private interface Source {
    byte[] get() throws IOException;
  }

  private static AbstractStringAssert<?> assertFault(Source picture) {
    PictureException fault = null;
    try {
      Pictures.read(picture.get());
    } catch (PictureException e) {
      fault = e;
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    assertThat(fault).isNotNull();
    return assertThat(fault.getMessage());
  }

  private static byte[] form(Color ink, Color paper) throws IOException {
    return form(Pictures.png(Pictures.seven(300, 200, ink, paper)));
  }

  private static byte[] form(byte[] picture) throws IOException {
    return MnistForm.of(Pictures.read(picture));
  }

  /** The mean difference of pixels, 0 to 255. */
  private static double difference(byte[] one, byte[] other) {
    double sum = 0;
    for (int i = 0; i < one.length; i++) {
      sum += Math.abs((one[i] & 0xff) - (other[i] & 0xff));
    }
    return sum / one.length;
  }
}
