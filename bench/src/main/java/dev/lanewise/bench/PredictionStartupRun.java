package dev.lanewise.bench;

import dev.lanewise.engine.infer.Predictor;
import dev.lanewise.engine.model.Model;
import java.util.Arrays;
import java.util.Locale;

/**
 * Predicts single images with the MNIST network in this JVM, from cold, and prints two figures: predictions/s at the
 * median latency, and the seconds from the JVM's start to the end of the first prediction.
 *
 * <p>Of several medians the best counts: what the machine's other work adds is not the compiler's doing.
 */
final class PredictionStartupRun {
  private static final double NANOS = 1e9;
  private static final int WARM_UP_NANOS = 2_000_000_000;
  private static final int MEDIANS = 40;
  private static final int CALLS = 1_000;

  private PredictionStartupRun() {}

  /** Predicts and prints. */
  public static void main(String[] args) {
    float[] pixels = new float[Workload.network().inputShape().size()];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = i % 256 / 255f;
    }
    float[] logits = new float[Workload.network().outputShape().size()];
    try (Model model = Workload.network().initialize(0);
        Predictor predictor = new Predictor(model)) {
      predictor.predict(pixels, logits);
      double first = StartupRun.secondsSinceStart();
      long start = System.nanoTime();
      while (System.nanoTime() - start < WARM_UP_NANOS) {
        predictor.predict(pixels, logits);
      }
      double best = Double.POSITIVE_INFINITY;
      for (int i = 0; i < MEDIANS; i++) {
        double[] times = new double[CALLS];
        for (int call = 0; call < CALLS; call++) {
          long began = System.nanoTime();
          predictor.predict(pixels, logits);
          times[call] = System.nanoTime() - began;
        }
        Arrays.sort(times);
        best = Math.min(best, Measure.median(times));
      }
      System.out.printf(Locale.ROOT, "%.1f %.2f%n", NANOS / best, first);
    }
  }
}
