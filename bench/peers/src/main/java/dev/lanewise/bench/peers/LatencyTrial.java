package dev.lanewise.bench.peers;

import dev.lanewise.engine.model.Model;
import dev.lanewise.latency.Caller;
import dev.lanewise.latency.LatencyResult;
import dev.lanewise.latency.LatencyRun;
import dev.lanewise.latency.Pauses;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;

/**
 * The latency of one library's predictions in this JVM: {@code LIBRARY SECONDS}. Each calling thread has a prepared
 * prediction of its own, in which the library uses that thread alone. Prints two lines for each {@link Setting}: {@link
 * #MARK}, the setting's name, {@code calls} or {@code control}, images a second, and {@link LatencyResult}'s cells.
 */
final class LatencyTrial {
  /** Begins a line that counts. */
  static final String MARK = "latency";

  static final String CALLS = "calls";
  static final String CONTROL = "control";

  private static final double WARM_UP_SLICE = 0.2;

  private LatencyTrial() {}

  /**
   * What is measured at a time.
   *
   * @param rate calls a second of all threads together; 0 for one call after the other
   */
  record Setting(int batch, int threads, int rate) {
    /** A fixed rate is the same for every library: what each of them can do, with time to spare. */
    private static final int IMAGES_A_SECOND = 2_000;

    /** Large batches are for throughput, and nobody sends them at a fixed rate. */
    private static final int LARGE = 128;

    /** Each batch on one thread and all cores, one call after the other and, but for the large one, at a fixed rate. */
    static List<Setting> all() {
      List<Integer> threads = Stream.of(1, Runtime.getRuntime().availableProcessors()).distinct().toList();
      List<Setting> all = new ArrayList<>();
      for (int batch : List.of(1, 32, LARGE)) {
        for (int count : threads) {
          all.add(new Setting(batch, count, 0));
          if (batch < LARGE) {
            all.add(new Setting(batch, count, IMAGES_A_SECOND / batch));
          }
        }
      }
      return all;
    }

    String title() {
      return "batch %d, %d thread(s), %s".formatted(batch, threads, rate == 0 ? "closed loop" : rate + " calls/s");
    }
  }

  /** Measures and ends the JVM: some libraries leave threads behind. */
  public static void main(String[] args) {
    Library library = Library.valueOf(args[0]);
    Duration duration = Duration.ofNanos((long) (Double.parseDouble(args[1]) * 1e9));
    List<Setting> settings = Setting.all();
    List<LatencyResult> results = new ArrayList<>();
    Queue<float[]> answers = new ConcurrentLinkedQueue<>();
    try (Model model = Lanewise.model();
        Pauses pauses = Pauses.record()) {
      Peer peer = library.peer();
      Weights weights = Weights.of(model);
      for (Setting setting : settings) {
        float[] pixels = pixels(setting.batch());
        results.add(
            new LatencyRun(
                    () -> caller(peer.prediction(pixels, setting.batch(), weights, 1), answers), setting.threads(),
                    duration)
                .measure(setting.rate()));
      }
      pauses.stop();
      answers.forEach(answer -> compare(answer, weights));
      for (int i = 0; i < settings.size(); i++) {
        String title = MARK + "\t" + settings.get(i).title() + "\t";
        LatencyResult result = results.get(i);
        System.out.println(
            title + CALLS + "\t" + Math.round(result.callsPerSecond() * settings.get(i).batch()) + "\t"
                + String.join("\t", result.cells(pauses)));
        System.out.println(title + CONTROL + "\t\t" + String.join("\t", result.controlCells()));
      }
    }
    System.exit(0);
  }

  private static float[] pixels(int batch) {
    return Arrays.copyOf(Digits.read(1).batchPixels(0), batch * Digits.IMAGE);
  }

  /** Warm from the beginning; in the end it adds its answer. */
  private static Caller caller(Job job, Queue<float[]> answers) {
    Stopwatch.warmUp(job, WARM_UP_SLICE);
    return new Caller() {
      @Override
      public void call() {
        job.run();
      }

      @Override
      public void close() {
        answers.add(job.result().clone());
        job.close();
      }
    };
  }

  /** Lanewise computes when all is measured, so that its compiled code does not show in it. */
  private static void compare(float[] answer, Weights weights) {
    int batch = answer.length / Digits.CLASSES;
    try (Job reference = new Lanewise().prediction(pixels(batch), batch, weights, 1)) {
      Trial.compare(answer, reference);
    }
  }
}
