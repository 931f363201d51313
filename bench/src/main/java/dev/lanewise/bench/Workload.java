package dev.lanewise.bench;

import dev.lanewise.engine.infer.Predictor;
import dev.lanewise.engine.kernel.Kernels;
import dev.lanewise.engine.memory.Memory;
import dev.lanewise.engine.memory.Shape;
import dev.lanewise.engine.model.Conv2D;
import dev.lanewise.engine.model.Dense;
import dev.lanewise.engine.model.Flatten;
import dev.lanewise.engine.model.MaxPool2D;
import dev.lanewise.engine.model.Model;
import dev.lanewise.engine.model.ReLU;
import dev.lanewise.engine.model.Sequential;
import dev.lanewise.engine.train.Dataset;
import java.time.Duration;
import java.util.SplittableRandom;

/** The MNIST network of the application, and synthetic images for it that can be learned. */
public final class Workload {
  static final int BATCH = 128;
  static final int CLASSES = 10;

  /**
   * Products of one forward pass: 2 x (outputs x terms) of each layer, conv 2 without the row and column that
   * its pooling drops.
   */
  public static final double GFLOP_PER_PREDICTED_IMAGE =
      2e-9 * (676 * 9 * 32 + 100 * 288 * 64 + 9 * 576 * 64 + 576 * 64 + 64 * CLASSES);

  /** Forward, gradient of the weights, gradient of the inputs; nobody needs that of the images. */
  public static final double GFLOP_PER_TRAINED_IMAGE = 3 * GFLOP_PER_PREDICTED_IMAGE - 2e-9 * (676 * 9 * 32);

  private static final Duration COMPILATION = Duration.ofSeconds(30);
  private static final Shape IMAGE = Shape.of(28, 28, 1);

  private Workload() {}

  /** 93,322 parameters. */
  public static Sequential network() {
    return Sequential.of(
        IMAGE,
        Conv2D.of(32, 3), new ReLU(), MaxPool2D.of(2),
        Conv2D.of(64, 3), new ReLU(), MaxPool2D.of(2),
        Conv2D.of(64, 3), new ReLU(), new Flatten(),
        Dense.of(64), new ReLU(), Dense.of(CLASSES));
  }

  /**
   * A predictor with its SIMD kernels. Those of a process's first predictor are compiled in the background, and scalar ones
   * answer meanwhile, for seconds and at a steady speed: a warm-up that waits for the end of all gains would end too early.
   */
  public static Predictor predictor(Model model, int batch) {
    Predictor predictor = new Predictor(model, batch);
    if (!Kernels.awaitPrepared(COMPILATION)) {
      predictor.close();
      throw new IllegalStateException("kernels are not compiled after " + COMPILATION);
    }
    return predictor;
  }

  /** Labelled images, the same at every call. */
  static Dataset images(int count) {
    byte[] labels = new byte[count];
    return Dataset.ofPixels(pixels(count, labels), labels, IMAGE);
  }

  /** Images as a predictor takes them: pixels / 255. */
  static float[] features(int count) {
    byte[] pixels = pixels(count, new byte[count]);
    float[] features = new float[pixels.length];
    for (int i = 0; i < pixels.length; i++) {
      features[i] = (pixels[i] & 0xFF) / 255f;
    }
    return features;
  }

  /** Like MNIST's, about a fifth of the pixels lit: a bar whose place tells the class, and noise. */
  private static byte[] pixels(int count, byte[] labels) {
    SplittableRandom random = new SplittableRandom(2);
    byte[] pixels = new byte[count * IMAGE.size()];
    for (int image = 0; image < count; image++) {
      int label = random.nextInt(CLASSES);
      labels[image] = (byte) label;
      for (int i = 0; i < IMAGE.size(); i++) {
        int row = i / IMAGE.dim(1);
        boolean bar = row / 2 == label + 2;
        boolean lit = bar ? random.nextInt(8) > 0 : random.nextInt(8) == 0;
        pixels[image * IMAGE.size() + i] = (byte) (lit ? random.nextInt(128, 256) : 0);
      }
    }
    return pixels;
  }

  /** Where a member's share of a range begins, at a cache line; the range's end for the member behind the last. */
  static long share(long floats, int member, int members) {
    return floats / Memory.BLOCK * member / members * Memory.BLOCK;
  }
}
