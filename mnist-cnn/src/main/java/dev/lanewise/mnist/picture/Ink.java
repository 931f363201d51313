package dev.lanewise.mnist.picture;

import java.util.Arrays;

/**
 * How much ink each pixel of a picture has, whichever colours paper and ink have.
 *
 * <p>Paper is what most of the picture's edge shows; the grey level between paper and ink is Otsu's
 * threshold (N. Otsu, "A threshold selection method from gray-level histograms", 1979).
 */
public final class Ink {
  private static final int LEVELS = 256;
  private static final String NOTHING = "nothing is drawn on it";

  /** Paper and ink are at least this far apart: less is noise of an empty picture. */
  private static final int MIN_CONTRAST = 24;

  /** This share of the inked pixels has less ink than what counts as full: edges, light strokes. */
  private static final double FULL_INK = 0.75;

  private final int width;
  private final int height;
  private final byte[] grey;
  private final float[] inkOfGrey;

  private Ink(int width, int height, byte[] grey, float[] inkOfGrey) {
    this.width = width;
    this.height = height;
    this.grey = grey;
    this.inkOfGrey = inkOfGrey;
  }

  /**
   * Tells ink from paper.
   *
   * @param grey {@code [height][width]} levels, unsigned bytes, 0 for black; read, and not copied
   * @throws PictureException if the picture has one colour only
   */
  static Ink of(int width, int height, byte[] grey) {
    int[] histogram = new int[LEVELS];
    for (byte level : grey) {
      histogram[level & 0xff]++;
    }
    int threshold = otsu(histogram);
    if (threshold < 0) {
      throw new PictureException(NOTHING);
    }
    int[] dark = Arrays.copyOf(histogram, threshold + 1);
    int[] light = histogram.clone();
    Arrays.fill(light, 0, threshold + 1, 0);
    boolean darkPaper = edge(width, height, grey) <= threshold;
    double paper = darkPaper ? quantile(dark, 0.5) : quantile(light, 0.5);
    double ink = darkPaper ? quantile(light, FULL_INK) : quantile(dark, 1 - FULL_INK);
    if (Math.abs(ink - paper) < MIN_CONTRAST) {
      throw new PictureException(NOTHING);
    }
    float[] inkOfGrey = new float[LEVELS];
    for (int level = 0; level < LEVELS; level++) {
      inkOfGrey[level] = (float) Math.clamp((level - paper) / (ink - paper), 0, 1);
    }
    return new Ink(width, height, grey, inkOfGrey);
  }

  int width() {
    return width;
  }

  int height() {
    return height;
  }

  /** 0 for paper to 1 for ink. */
  float at(int x, int y) {
    return inkOfGrey[grey[y * width + x] & 0xff];
  }

  /**
   * The level that parts the histogram so that the variance between both sides is largest: the last
   * one of the dark side; -1 if all pixels have the same level.
   */
  private static int otsu(int[] histogram) {
    double total = Arrays.stream(histogram).asLongStream().sum();
    double sum = 0;
    for (int level = 0; level < LEVELS; level++) {
      sum += (double) level * histogram[level];
    }
    int best = -1;
    double largest = 0;
    double below = 0;
    double sumBelow = 0;
    for (int level = 0; level < LEVELS - 1; level++) {
      below += histogram[level];
      sumBelow += (double) level * histogram[level];
      double distance = sumBelow / below - (sum - sumBelow) / (total - below);
      double variance = below * (total - below) * distance * distance;
      if (variance > largest) { // never for NaN, where a side is empty
        largest = variance;
        best = level;
      }
    }
    return best;
  }

  /** The level that a share of the counted pixels is below, or at. */
  private static int quantile(int[] histogram, double share) {
    double wanted = share * Arrays.stream(histogram).asLongStream().sum();
    int level = 0;
    for (long seen = histogram[0]; seen < wanted; seen += histogram[level]) {
      level++;
    }
    return level;
  }

  /** The median of the outermost pixels. */
  private static int edge(int width, int height, byte[] grey) {
    int[] histogram = new int[LEVELS];
    for (int y = 0; y < height; y++) {
      int step = y == 0 || y == height - 1 ? 1 : Math.max(1, width - 1);
      for (int x = 0; x < width; x += step) {
        histogram[grey[y * width + x] & 0xff]++;
      }
    }
    return quantile(histogram, 0.5);
  }
}
