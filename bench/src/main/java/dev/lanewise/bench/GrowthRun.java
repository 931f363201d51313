package dev.lanewise.bench;

import dev.lanewise.engine.memory.Shape;
import dev.lanewise.engine.model.Model;
import dev.lanewise.engine.optim.Adam;
import dev.lanewise.engine.train.Dataset;
import dev.lanewise.engine.train.Trainer;
import java.util.Arrays;
import java.util.SplittableRandom;

/** Trains one {@link GrowthCase} with Adam in this JVM: {@code BATCH SIDE WIDTH THREADS SECONDS}. Prints images/s. */
final class GrowthRun {
  private static final int SLICES = 5;

  /** Small batches come several to an epoch, since an epoch costs a little of its own. */
  private static final int IMAGES_AT_LEAST = 1024;

  /** C2 has compiled the kernels after so many times the seconds of measuring. */
  private static final double WARM_UP = 1.5;

  private GrowthRun() {}

  /** Trains and prints. */
  public static void main(String[] args) {
    GrowthCase size =
        new GrowthCase(
            "", Integer.parseInt(args[0]), Integer.parseInt(args[1]), Double.parseDouble(args[2]),
            Integer.parseInt(args[3]));
    System.out.println(rate(size, Double.parseDouble(args[4])));
  }

  /** The median of some slices. */
  static double rate(GrowthCase size, double seconds) {
    try (Dataset data = images(Math.max(size.batch(), IMAGES_AT_LEAST), size.side());
        Model model = size.network().initialize(0);
        Trainer trainer =
            Trainer.builder(model, Adam.keras()).batchSize(size.batch()).threads(size.threads()).build()) {
      epochs(trainer, data, WARM_UP * seconds);
      double[] rates = new double[SLICES];
      for (int i = 0; i < SLICES; i++) {
        rates[i] = epochs(trainer, data, seconds / SLICES);
      }
      Arrays.sort(rates);
      return Measure.median(rates);
    }
  }

  /** Trains until the time has passed, at least once over the data; returns images a second. */
  private static double epochs(Trainer trainer, Dataset data, double seconds) {
    long start = System.nanoTime();
    long images = 0;
    double passed;
    do {
      trainer.fit(data, null, 1);
      images += data.size();
      passed = (System.nanoTime() - start) * 1e-9;
    } while (passed < seconds);
    return images / passed;
  }

  private static Dataset images(int count, int side) {
    SplittableRandom random = new SplittableRandom(3);
    byte[] pixels = new byte[count * side * side];
    byte[] labels = new byte[count];
    random.nextBytes(pixels);
    for (int i = 0; i < count; i++) {
      labels[i] = (byte) random.nextInt(Workload.CLASSES);
    }
    return Dataset.ofPixels(pixels, labels, Shape.of(side, side, 1));
  }
}
