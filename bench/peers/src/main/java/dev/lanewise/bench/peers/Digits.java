package dev.lanewise.bench.peers;

import dev.lanewise.engine.memory.Shape;
import dev.lanewise.engine.train.Dataset;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;

/**
 * MNIST digits that every library sees: some batches of 128 to train on, and validation images. They are the first
 * ones and the last ones of MNIST's training images.
 */
final class Digits {
  static final int BATCH = 128;
  static final int SIDE = 28;
  static final int IMAGE = SIDE * SIDE;
  static final int CLASSES = 10;
  static final int VALIDATION = 2000;

  private static final String FOLDER = "/dev/lanewise/mnist/data/";
  private static final int ALL = 60_000;
  private static final int IMAGES_HEADER = 16;
  private static final int LABELS_HEADER = 8;

  private final int batches;
  private final byte[] pixels;
  private final byte[] labels;
  private final byte[] validationPixels;
  private final byte[] validationLabels;

  private Digits(int batches) {
    this.batches = batches;
    byte[] allPixels = content("train-images-idx3-ubyte.gz", IMAGES_HEADER, ALL * IMAGE);
    byte[] allLabels = content("train-labels-idx1-ubyte.gz", LABELS_HEADER, ALL);
    int count = batches * BATCH;
    pixels = Arrays.copyOf(allPixels, count * IMAGE);
    labels = Arrays.copyOf(allLabels, count);
    validationPixels = Arrays.copyOfRange(allPixels, (ALL - VALIDATION) * IMAGE, ALL * IMAGE);
    validationLabels = Arrays.copyOfRange(allLabels, ALL - VALIDATION, ALL);
  }

  /** The first batches. */
  static Digits read(int batches) {
    return new Digits(batches);
  }

  /** How many batches there are. */
  int batches() {
    return batches;
  }

  /** All batches as one data set. */
  Dataset dataset() {
    return Dataset.ofPixels(pixels, labels, Shape.of(SIDE, SIDE, 1));
  }

  private static byte[] content(String file, int header, int bytes) {
    try (InputStream resource = Digits.class.getResourceAsStream(FOLDER + file)) {
      if (resource == null) {
        throw new IllegalStateException("no " + file + " on the class path");
      }
      try (DataInputStream in = new DataInputStream(new GZIPInputStream(resource))) {
        in.skipNBytes(header);
        byte[] content = new byte[bytes];
        in.readFully(content);
        return content;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The pixels of a batch, from 0 to 1. */
  float[] batchPixels(int batch) {
    return scaled(pixels, batch * BATCH * IMAGE, BATCH * IMAGE);
  }

  /** The labels of a batch. */
  int[] batchLabels(int batch) {
    int[] result = new int[BATCH];
    for (int i = 0; i < BATCH; i++) {
      result[i] = labels[batch * BATCH + i];
    }
    return result;
  }

  /** The labels of a batch as {@code [BATCH][CLASSES]} of zeros and ones. */
  float[] batchTargets(int batch) {
    float[] result = new float[BATCH * CLASSES];
    for (int i = 0; i < BATCH; i++) {
      result[i * CLASSES + labels[batch * BATCH + i]] = 1;
    }
    return result;
  }

  /** The validation images' pixels, from 0 to 1. */
  float[] validation() {
    return scaled(validationPixels, 0, VALIDATION * IMAGE);
  }

  private static float[] scaled(byte[] pixels, int from, int count) {
    float[] result = new float[count];
    for (int i = 0; i < count; i++) {
      result[i] = (pixels[from + i] & 0xFF) / 255f;
    }
    return result;
  }

  /** The share of validation images whose largest logit is that of the label. */
  double accuracy(float[] logits) {
    int right = 0;
    for (int image = 0; image < VALIDATION; image++) {
      int best = 0;
      for (int label = 1; label < CLASSES; label++) {
        if (logits[image * CLASSES + label] > logits[image * CLASSES + best]) {
          best = label;
        }
      }
      right += best == validationLabels[image] ? 1 : 0;
    }
    return (double) right / VALIDATION;
  }
}
