package dev.lanewise.mnist.picture;

/**
 * Brings a picture of a digit into the form of MNIST's images.
 *
 * <p>As <a href="https://yann.lecun.org/exdb/mnist/">the database's page</a> describes it (LeCun,
 * Cortes, Burges): "size normalized to fit in a 20x20 pixel box while preserving their aspect
 * ratio", with "grey levels as a result of the anti-aliasing technique", then "centered in a 28x28
 * image by computing the center of mass of the pixels, and translating the image so as to position
 * this point at the center of the 28x28 field". The anti-aliasing here is the mean over the area
 * that a pixel covers.
 *
 * <p>Pure functions, for any number of threads.
 */
public final class MnistForm {
  /** Height and width of an image. */
  public static final int SIDE = 28;

  /** Pixels of an image. */
  public static final int PIXELS = SIDE * SIDE;

  private static final int BOX = 20;

  /** Ink of at least this much is part of the digit, not of a shadow or of noise around it. */
  private static final float INK = 0.5f;

  /** Ink of at least this much is part of the digit if it is next to it. */
  private static final float FAINT_INK = 0.05f;

  private MnistForm() {}

  /**
   * The image of a digit.
   *
   * @param ink how much ink each pixel has, 0 to 1
   * @return 784 pixels, row by row, 0 for paper to 255 for ink
   * @throws PictureException if nothing is drawn
   */
  public static byte[] of(Ink ink) {
    Bounds bounds = Bounds.of(ink);
    float scale = (float) Math.max(bounds.width(), bounds.height()) / BOX;
    int width = Math.max(1, Math.round(bounds.width() / scale));
    int height = Math.max(1, Math.round(bounds.height() / scale));
    float[] box = shrink(ink, bounds, width, height);

    double sum = 0;
    double sumX = 0;
    double sumY = 0;
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        float value = box[y * width + x];
        sum += value;
        sumX += value * (x + 0.5);
        sumY += value * (y + 0.5);
      }
    }
    int left = offset(sumX / sum, width);
    int top = offset(sumY / sum, height);
    byte[] pixels = new byte[PIXELS];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        pixels[(top + y) * SIDE + left + x] = (byte) Math.round(255 * box[y * width + x]);
      }
    }
    return pixels;
  }

  /**
   * Where the box begins, so that its centre of mass lies in pixel 14 and nothing is cut off. All
   * images of MNIST have it in that pixel, the first one behind the middle.
   */
  private static int offset(double centre, int size) {
    return Math.clamp((int) Math.ceil(SIDE / 2 - centre), 0, SIDE - size);
  }

  /** The part of a picture within bounds, in another size: means over areas. */
  private static float[] shrink(Ink ink, Bounds bounds, int width, int height) {
    float[] box = new float[width * height];
    double stepX = (double) bounds.width() / width;
    double stepY = (double) bounds.height() / height;
    for (int y = 0; y < height; y++) {
      double top = bounds.top + y * stepY;
      for (int x = 0; x < width; x++) {
        double left = bounds.left + x * stepX;
        box[y * width + x] = mean(ink, left, top, left + stepX, top + stepY);
      }
    }
    return box;
  }

  private static float mean(Ink ink, double left, double top, double right, double bottom) {
    double sum = 0;
    int lastY = Math.min((int) Math.ceil(bottom), ink.height());
    int lastX = Math.min((int) Math.ceil(right), ink.width());
    for (int y = (int) top; y < lastY; y++) {
      double high = Math.min(bottom, y + 1) - Math.max(top, y);
      for (int x = (int) left; x < lastX; x++) {
        sum += high * (Math.min(right, x + 1) - Math.max(left, x)) * ink.at(x, y);
      }
    }
    return (float) Math.clamp(sum / ((right - left) * (bottom - top)), 0, 1);
  }

  /** The smallest rectangle with all that is clearly ink; right and bottom are outside. */
  private record Bounds(int left, int top, int right, int bottom) {
    static Bounds of(Ink ink) {
      int left = ink.width();
      int top = ink.height();
      int right = 0;
      int bottom = 0;
      for (int y = 0; y < ink.height(); y++) {
        for (int x = 0; x < ink.width(); x++) {
          if (ink.at(x, y) >= INK) {
            left = Math.min(left, x);
            top = Math.min(top, y);
            right = Math.max(right, x + 1);
            bottom = y + 1;
          }
        }
      }
      if (right == 0) {
        throw new PictureException("nothing is drawn on it");
      }
      return new Bounds(
          left - faint(ink, left - 1, top, left, bottom),
          top - faint(ink, left, top - 1, right, top),
          right + faint(ink, right, top, right + 1, bottom),
          bottom + faint(ink, left, bottom, right, bottom + 1));
    }

    /** 1 if a row or column beside the digit has some ink: the digit's edge, smoothed; else 0. */
    private static int faint(Ink ink, int left, int top, int right, int bottom) {
      if (left < 0 || top < 0 || right > ink.width() || bottom > ink.height()) {
        return 0;
      }
      for (int y = top; y < bottom; y++) {
        for (int x = left; x < right; x++) {
          if (ink.at(x, y) >= FAINT_INK) {
            return 1;
          }
        }
      }
      return 0;
    }

    int width() {
      return right - left;
    }

    int height() {
      return bottom - top;
    }
  }
}
