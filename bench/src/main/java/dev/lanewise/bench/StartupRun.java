package dev.lanewise.bench;

import dev.lanewise.engine.model.Model;
import dev.lanewise.engine.optim.Adam;
import dev.lanewise.engine.train.Dataset;
import dev.lanewise.engine.train.EpochResult;
import dev.lanewise.engine.train.Trainer;
import dev.lanewise.engine.train.TrainingListener;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Trains the MNIST network in this JVM, from cold, and prints three figures: the images/s that it had reached (the
 * median of the second half of its epochs), and the seconds from the JVM's start to the end of the first step and to the
 * end of the first epoch with nine tenths of that speed.
 *
 * <p>It trains for three seconds, and on a busy machine, where the compilers take longer, until enough
 * epochs are done or it is plain that they never will be.
 */
final class StartupRun {
  private static final double SECONDS = 3;
  private static final double SECONDS_AT_MOST = 20;
  private static final int EPOCHS = 50;
  private static final int BATCHES = 4;
  private static final int THREADS = 2;

  private StartupRun() {}

  /** Trains and prints. */
  public static void main(String[] args) {
    List<Double> rates = new ArrayList<>();
    List<Double> ends = new ArrayList<>();
    double[] firstStep = new double[1];
    TrainingListener listener =
        new TrainingListener() {
          @Override
          public void onBatch(int epoch, int done, int samples, double loss) {
            if (firstStep[0] == 0) {
              firstStep[0] = secondsSinceStart();
            }
          }

          @Override
          public void onEpoch(EpochResult result) {
            rates.add(result.imagesPerSecond());
            ends.add(secondsSinceStart());
          }
        };
    try (Dataset data = Workload.images(BATCHES * Workload.BATCH);
        Model model = Workload.network().initialize(0);
        Trainer trainer =
            Trainer.builder(model, Adam.keras())
                .batchSize(Workload.BATCH)
                .threads(THREADS)
                .listener(listener)
                .build()) {
      long start = System.nanoTime();
      double seconds = 0;
      while (seconds < SECONDS || (rates.size() < EPOCHS && seconds < SECONDS_AT_MOST)) {
        trainer.fit(data, null, 1);
        seconds = (System.nanoTime() - start) * 1e-9;
      }
    }
    double reached =
        Measure.median(rates.stream().skip(rates.size() / 2).mapToDouble(Double::doubleValue).sorted().toArray());
    int near = 0;
    while (rates.get(near) < StartupGate.NEAR * reached) {
      near++;
    }
    System.out.printf(Locale.ROOT, "%.1f %.2f %.2f%n", reached, firstStep[0], ends.get(near));
  }

  static double secondsSinceStart() {
    return (System.currentTimeMillis() - ManagementFactory.getRuntimeMXBean().getStartTime()) * 1e-3;
  }
}
