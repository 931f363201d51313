package dev.lanewise.bench;

import dev.lanewise.engine.infer.Predictor;
import dev.lanewise.engine.model.Model;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Predicts single images with the MNIST network in this JVM, from cold, and prints predictions/s at the median latency;
 * the seconds from the JVM's start to the end of the first prediction, to the end of {@link Predictor#warmUp} and to nine tenths
 * of that speed; and the megabytes that the process has in memory, 0 where the system does not tell.
 *
 * <p>Of several medians the best counts: what the machine's other work adds is not the compiler's doing.
 */
final class PredictionStartupRun {
  private static final double NANOS = 1e9;
  private static final Duration WARM_UP_LIMIT = Duration.ofSeconds(10);
  private static final int MEDIANS = 60;
  private static final int CALLS = 1_000;
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final String RESIDENT = "VmRSS:";

  private PredictionStartupRun() {}

  /** Predicts and prints. */
  public static void main(String[] args) throws IOException {
    float[] pixels = new float[Workload.network().inputShape().size()];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = i % 256 / 255f;
    }
    float[] logits = new float[Workload.network().outputShape().size()];
    try (Model model = Workload.network().initialize(0);
        Predictor predictor = new Predictor(model)) {
      predictor.predict(pixels, logits);
      double first = StartupRun.secondsSinceStart();
      if (!predictor.warmUp(WARM_UP_LIMIT).ready()) {
        throw new IllegalStateException("not ready after " + WARM_UP_LIMIT);
      }
      double ready = StartupRun.secondsSinceStart();
      double[] medians = new double[MEDIANS];
      double[] ends = new double[MEDIANS];
      double[] times = new double[CALLS];
      for (int i = 0; i < MEDIANS; i++) {
        for (int call = 0; call < CALLS; call++) {
          long began = System.nanoTime();
          predictor.predict(pixels, logits);
          times[call] = System.nanoTime() - began;
        }
        Arrays.sort(times);
        medians[i] = Measure.median(times);
        ends[i] = StartupRun.secondsSinceStart();
      }
      double best = Arrays.stream(medians).min().orElseThrow();
      int near = 0;
      while (medians[near] > best / StartupGate.NEAR) {
        near++;
      }
      System.out.printf(
          Locale.ROOT, "%.1f %.2f %.2f %.2f %d%n", NANOS / best, first, ready, ends[near], residentMegabytes());
    }
  }

  private static long residentMegabytes() throws IOException {
    if (!Files.exists(STATUS)) {
      return 0;
    }
    try (Stream<String> lines = Files.lines(STATUS)) {
      return lines
          .filter(line -> line.startsWith(RESIDENT))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
          .findFirst()
          .orElse(0);
    }
  }
}
