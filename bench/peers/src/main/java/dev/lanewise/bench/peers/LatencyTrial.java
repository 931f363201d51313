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
import java.util.stream.Stream;

/**
 * The latency of one library's predictions in this JVM: {@code LIBRARY SECONDS}. Each calling thread has a prepared
 * prediction of its own, in which the library uses that thread alone. Prints two lines for each {@link Setting}: {@link
 * #MARK}, the setting's name, {@code calls} or {@code control}, and {@link LatencyResult}'s cells.
 */
final class LatencyTrial {
  /** Begins a line that counts. */
  static final String MARK = "latency";

  static final String CALLS = "calls";
  static final String CONTROL = "control";

  private static final Duration WARM_UP = Duration.ofSeconds(1);

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
    try (Model model = Lanewise.model();
        Pauses pauses = Pauses.record()) {
      Peer peer = library.peer();
      Weights weights = Weights.of(model);
      for (Setting setting : settings) {
        float[] pixels = Arrays.copyOf(Digits.read(1).batchPixels(0), setting.batch() * Digits.IMAGE);
        new LatencyRun(() -> caller(peer, pixels, setting, weights), setting.threads(), WARM_UP).measure(setting.rate());
        results.add(
            new LatencyRun(() -> caller(peer, pixels, setting, weights), setting.threads(), duration)
                .measure(setting.rate()));
      }
      pauses.stop();
      for (int i = 0; i < settings.size(); i++) {
        String title = MARK + "\t" + settings.get(i).title() + "\t";
        System.out.println(title + CALLS + "\t" + String.join("\t", results.get(i).cells(pauses)));
        System.out.println(title + CONTROL + "\t" + String.join("\t", results.get(i).controlCells()));
      }
    }
    System.exit(0);
  }

  private static Caller caller(Peer peer, float[] pixels, Setting setting, Weights weights) {
    Job job = peer.prediction(pixels, setting.batch(), weights, 1);
    return new Caller() {
      @Override
      public void call() {
        job.run();
      }

      @Override
      public void close() {
        try (Job reference = new Lanewise().prediction(pixels, setting.batch(), weights, 1)) {
          Trial.compare(job, reference);
        } finally {
          job.close();
        }
      }
    };
  }
}
