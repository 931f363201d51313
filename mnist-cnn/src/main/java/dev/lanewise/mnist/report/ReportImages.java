package dev.lanewise.mnist.report;

import dev.lanewise.engine.model.Model;
import dev.lanewise.engine.model.Parameter;
import java.awt.image.BufferedImage;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Base64;

/** Small images for the report's page, as PNG in data URLs. A pixel is a pixel: the page enlarges them. */
final class ReportImages {
  private static final int KERNELS_IN_A_ROW = 8;

  /** The ends of the scale, blue and vermilion of Okabe and Ito, which no colour-blind eye confuses. */
  private static final int[] NEGATIVE = {0x00, 0x72, 0xb2};

  private static final int[] POSITIVE = {0xd5, 0x5e, 0x00};

  private ReportImages() {}

  /**
   * A grey image.
   *
   * @param pixels unsigned bytes, row by row
   * @param first index of the image's first pixel
   */
  static String grey(byte[] pixels, int first, int rows, int columns) {
    BufferedImage image = new BufferedImage(columns, rows, BufferedImage.TYPE_BYTE_GRAY);
    for (int y = 0; y < rows; y++) {
      for (int x = 0; x < columns; x++) {
        image.getRaster().setSample(x, y, 0, pixels[first + y * columns + x] & 0xff);
      }
    }
    return url(image);
  }

  /**
   * The first layer's kernels beside one another.
   *
   * @param image the kernels, with a transparent pixel between them
   * @param count how many there are
   * @param height of one
   * @param width of one
   * @param columns width of the image in pixels
   * @param largest the largest magnitude of a weight: where the colours end
   */
  record Kernels(String image, int count, int height, int width, int columns, float largest) {}

  /** Draws the kernels of a model whose first layer is a convolution of grey images. */
  static Kernels kernels(Model model) {
    Parameter weight = model.network().parameters().getFirst();
    MemorySegment floats = model.parameters();
    int height = weight.shape().dim(0);
    int width = weight.shape().dim(1);
    int count = weight.shape().dim(3);
    float largest = 0;
    for (int i = 0; i < weight.shape().size(); i++) {
      largest = Math.max(largest, Math.abs(at(floats, weight, i)));
    }
    int across = Math.min(KERNELS_IN_A_ROW, count);
    int columns = across * (width + 1) - 1;
    BufferedImage image =
        new BufferedImage(
            columns,
            Math.ceilDiv(count, across) * (height + 1) - 1,
            BufferedImage.TYPE_INT_ARGB);
    for (int kernel = 0; kernel < count; kernel++) {
      int left = kernel % across * (width + 1);
      int top = kernel / across * (height + 1);
      for (int i = 0; i < height * width; i++) {
        float share = largest == 0 ? 0 : at(floats, weight, i * count + kernel) / largest;
        image.setRGB(left + i % width, top + i / width, colour(share));
      }
    }
    return new Kernels(url(image), count, height, width, columns, largest);
  }

  private static float at(MemorySegment floats, Parameter parameter, int index) {
    return floats.getAtIndex(ValueLayout.JAVA_FLOAT, parameter.offset() + index);
  }

  /** White for 0, and up to full colour on both sides. */
  private static int colour(float share) {
    int[] end = share < 0 ? NEGATIVE : POSITIVE;
    int argb = 0xff;
    for (int channel : end) {
      argb = argb << 8 | Math.round(0xff + (channel - 0xff) * Math.abs(share));
    }
    return argb;
  }

  private static String url(BufferedImage image) {
    return "data:image/png;base64,"
        + Base64.getEncoder().encodeToString(ReportPictures.png(image));
  }
}
