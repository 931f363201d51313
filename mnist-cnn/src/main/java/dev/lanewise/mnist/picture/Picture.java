package dev.lanewise.mnist.picture;

import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.ComponentColorModel;
import java.awt.image.Raster;
import java.io.IOException;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Locale;
import java.util.Set;
import javax.imageio.ImageIO;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;

/**
 * Reads a PNG or JPEG into grey levels, with bounded memory: the size is known before a pixel is
 * decoded, and of a large picture only every second, third ... row and column is kept.
 */
public final class Picture {
  /** Formats, as ImageIO calls them. */
  private static final Set<String> FORMATS = Set.of("png", "jpeg");

  /** Rows are decoded whole. As much as a JPEG can have. */
  private static final int MAX_SIDE = 65_535;

  /** What is kept of a picture has at most so many pixels, of up to 8 bytes while it is read. */
  private static final int KEPT_PIXELS = 4_000_000;

  /** Rows that are turned into grey levels at a time. */
  private static final int STRIP = 64;

  static {
    System.setProperty("java.awt.headless", "true"); // no window system is needed, nor started
    ImageIO.setUseCache(false);
  }

  private Picture() {}

  /**
   * Reads a picture.
   *
   * @param in a file's content
   * @param maxPixels what it may have at most
   * @throws PictureException if it is no PNG or JPEG, is damaged, has too many pixels in all, in a
   *     row or in a column, or shows nothing
   * @throws IOException if the input cannot be read
   */
  public static Ink read(ImageInputStream in, long maxPixels) throws IOException {
    ImageReader reader = reader(in);
    try {
      // Without metadata: texts and colour profiles may be compressed, and expand to anything.
      reader.setInput(in, true, true);
      reader.addIIOReadWarningListener(
          (source, warning) -> {
            throw new PictureException("damaged: " + warning);
          });
      long width = reader.getWidth(0);
      long height = reader.getHeight(0);
      if (Math.max(width, height) > MAX_SIDE && width * height <= maxPixels) {
        throw PictureException.tooLarge(
            String.format(
                Locale.ROOT, "%,d x %,d pixels, more than the %,d allowed in a row or column", width, height, MAX_SIDE));
      }
      if (width * height > maxPixels) {
        throw PictureException.tooLarge(
            String.format(
                Locale.ROOT,
                "%,d x %,d pixels, more than the %,d allowed",
                width,
                height,
                maxPixels));
      }
      ImageReadParam param = reader.getDefaultReadParam();
      int step = (int) Math.ceil(Math.sqrt((double) width * height / KEPT_PIXELS));
      param.setSourceSubsampling(Math.max(1, step), Math.max(1, step), 0, 0);
      return ink(reader.read(0, param));
    } catch (PictureException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      // ImageIO's readers throw whatever a damaged file makes them do.
      throw new PictureException("damaged: " + (e.getMessage() == null ? e : e.getMessage()));
    } finally {
      reader.dispose();
    }
  }

  private static ImageReader reader(ImageInputStream in) throws IOException {
    Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
    while (readers.hasNext()) {
      ImageReader reader = readers.next();
      if (FORMATS.contains(reader.getFormatName().toLowerCase(Locale.ROOT))) {
        return reader;
      }
      reader.dispose();
    }
    throw new PictureException("not a PNG or JPEG");
  }

  private static Ink ink(BufferedImage image) {
    int width = image.getWidth();
    int height = image.getHeight();
    byte[] grey = new byte[width * height];
    int background = image.getColorModel().hasAlpha() ? background(image) : 0;
    int[] colours = new int[width * STRIP];
    for (int top = 0; top < height; top += STRIP) {
      int rows = Math.min(STRIP, height - top);
      read(image, top, rows, colours);
      for (int i = 0; i < rows * width; i++) {
        int colour = colours[i];
        int alpha = colour >>> 24;
        int level = (luminance(colour) * alpha + background * (255 - alpha) + 127) / 255;
        grey[top * width + i] = (byte) level;
      }
    }
    return Ink.of(width, height, grey);
  }

  /** Reads rows as {@code BufferedImage.getRGB} does, but grey levels as they are in the file. */
  private static void read(BufferedImage image, int top, int rows, int[] colours) {
    int width = image.getWidth();
    ColorModel model = image.getColorModel();
    if (model.getColorSpace().getType() != ColorSpace.TYPE_GRAY
        || !(model instanceof ComponentColorModel)) {
      image.getRGB(0, top, width, rows, colours, 0, width);
      return;
    }
    // getRGB takes grey for linear light, and would make it lighter.
    int excessBits = model.getComponentSize(0) - 8;
    Raster raster = image.getRaster();
    raster.getSamples(0, top, width, rows, 0, colours);
    int[] alphas = new int[rows * width];
    Arrays.fill(alphas, 255 << excessBits);
    if (model.hasAlpha()) {
      raster.getSamples(0, top, width, rows, 1, alphas);
    }
    for (int i = 0; i < rows * width; i++) {
      int alpha = alphas[i] >> excessBits;
      colours[i] = alpha << 24 | (colours[i] >> excessBits) * 0x010101;
    }
  }

  /** Transparent paper is white below dark ink, black below light ink. */
  private static int background(BufferedImage image) {
    long opaque = 0;
    long light = 0;
    int[] colours = new int[image.getWidth()];
    for (int y = 0; y < image.getHeight(); y++) {
      read(image, y, 1, colours);
      for (int colour : colours) {
        opaque += colour >>> 24;
        light += (long) (colour >>> 24) * luminance(colour);
      }
    }
    return light < opaque * 128 ? 255 : 0;
  }

  /** ITU-R BT.601's weights, 0 to 255. */
  private static int luminance(int colour) {
    return (299 * (colour >> 16 & 0xff) + 587 * (colour >> 8 & 0xff) + 114 * (colour & 0xff) + 500)
        / 1000;
  }
}
