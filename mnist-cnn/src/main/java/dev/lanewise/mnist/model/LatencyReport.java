package dev.lanewise.mnist.model;

import dev.lanewise.engine.infer.Predictor;
import dev.lanewise.engine.infer.Readiness;
import dev.lanewise.engine.infer.Weights;
import dev.lanewise.engine.io.ModelFile;
import dev.lanewise.engine.model.Model;
import dev.lanewise.latency.Caller;
import dev.lanewise.latency.LatencyResult;
import dev.lanewise.latency.LatencyRun;
import dev.lanewise.latency.Pauses;
import dev.lanewise.mnist.machine.Machine;
import dev.lanewise.mnist.machine.Version;
import dev.lanewise.mnist.text.Format;
import dev.lanewise.mnist.text.Style;
import dev.lanewise.mnist.text.TextTable;
import dev.lanewise.mnist.text.UsageException;
import dev.lanewise.mnist.training.Network;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Measures the latency of predictions and makes the report.
 *
 * @param batches images in a call, one group of lines for each
 * @param threads numbers of threads
 * @param rate calls a second where the rate is fixed; null for half of what the closed loop reached
 * @param seconds duration of each measurement
 * @param columns of the terminal, 0 where there is none
 */
public record LatencyReport(
    List<Integer> batches, List<Integer> threads, @Nullable Integer rate, int seconds, int columns) {
  private static final Duration WARM_UP = Duration.ofSeconds(10);
  private static final int MNIST_SIDE = 28;
  private static final int USUAL_COLUMNS = 80;
  private static final int MNIST_CLASSES = 10;

  /** What is measured in two lines. */
  private record Row(int batch, int threads, String load, LatencyResult result) {}

  /**
   * Measures and prints.
   *
   * @param file the model, or null for an untrained one
   * @throws UsageException if the model cannot be read
   */
  public void print(@Nullable Path file, Consumer<String> lines) {
    Consumer<String> out = line -> TextTable.wrapped(line, columns).forEach(lines);
    Machine machine = Machine.here(threads.stream().mapToInt(Integer::intValue).max().orElse(1));
    out.accept("Lanewise " + Version.NUMBER + ": " + machine.describe());
    try (Model model = model(file);
        Weights weights = new Weights(model);
        Pauses pauses = Pauses.record()) {
      out.accept(
          String.format(
              Locale.ROOT, "%s: %,d parameters", file == null ? "untrained network" : file, model.parameterCount()));
      List<Row> rows = new ArrayList<>();
      for (int batch : batches) {
        out.accept(warmUp(weights, batch));
        for (int count : threads) {
          LatencyRun run = new LatencyRun(() -> caller(weights, batch), count, Duration.ofSeconds(seconds));
          LatencyResult closed = run.measure(0);
          rows.add(new Row(batch, count, "closed", closed));
          int wanted = rate == null ? Math.max(1, (int) (closed.callsPerSecond() / 2)) : rate;
          rows.add(new Row(batch, count, Format.whole(wanted) + "/s", run.measure(wanted)));
        }
      }
      pauses.stop();
      out.accept("");
      List<String> table = table(rows, pauses);
      boolean narrow = columns > 0 && table.stream().anyMatch(line -> line.length() > columns);
      (narrow ? sentences(rows, pauses) : table).forEach(out);
      out.accept("");
      int width = columns == 0 ? USUAL_COLUMNS : columns;
      notes(rows).forEach(note -> TextTable.wrapped(note, width).forEach(lines));
    }
  }

  private static Model model(@Nullable Path file) {
    if (file == null) {
      return Network.of(MNIST_SIDE, MNIST_SIDE, MNIST_CLASSES).initialize(0);
    }
    try {
      return ModelFile.load(file);
    } catch (IOException e) {
      throw new UsageException(String.valueOf(e.getMessage()));
    }
  }

  /** Predicts random pixels. */
  private static Caller caller(Weights weights, int batch) {
    byte[] pixels = new byte[batch * weights.network().inputShape().size()];
    new SplittableRandom(0).nextBytes(pixels);
    float[] output = new float[batch * weights.network().outputShape().size()];
    Predictor predictor = new Predictor(weights, batch);
    return new Caller() {
      @Override
      public void call() {
        predictor.predict(pixels, output, batch);
      }

      @Override
      public void close() {
        predictor.close();
      }
    };
  }

  private static String warmUp(Weights weights, int batch) {
    try (Predictor predictor = new Predictor(weights, batch)) {
      Readiness readiness = predictor.warmUp(WARM_UP);
      return String.format(
          Locale.ROOT,
          "batch %d: %s after %.1f s and %,d calls",
          batch,
          readiness.ready() ? "warm" : "NOT settled",
          readiness.time().toNanos() * 1e-9,
          readiness.calls());
    }
  }

  private static List<String> table(List<Row> rows, Pauses pauses) {
    TextTable table = new TextTable();
    List<List<String>> headings = LatencyResult.HEADINGS;
    table.add(line("", "", "", headings.getFirst()));
    table.add(line("batch", "thr.", "load", headings.getLast()));
    table.endHeading();
    for (Row row : rows) {
      table.add(line("" + row.batch(), "" + row.threads(), row.load(), row.result().cells(pauses)));
      table.add(line("", "", "control", row.result().controlCells()));
    }
    return table.lines(Style.PLAIN);
  }

  /** What the table says, for a terminal that is too narrow for it. */
  private static List<String> sentences(List<Row> rows, Pauses pauses) {
    List<String> sentences = new ArrayList<>();
    for (Row row : rows) {
      String what = "batch %d, %d thread(s), %s: ".formatted(row.batch(), row.threads(), row.load());
      sentences.add(what + named(row.result().cells(pauses)));
      sentences.add(" control: " + named(row.result().controlCells()));
    }
    return sentences;
  }

  private static String named(List<String> cells) {
    List<String> named = new ArrayList<>();
    for (int i = 0; i < cells.size(); i++) {
      String above = LatencyResult.HEADINGS.getFirst().get(i);
      String name = (above.endsWith(":") ? "" : above) + LatencyResult.HEADINGS.getLast().get(i);
      if (!cells.get(i).isEmpty()) {
        named.add(name + " " + cells.get(i));
      }
    }
    return String.join(", ", named);
  }

  private static List<String> line(String batch, String threads, String load, List<String> cells) {
    List<String> line = new ArrayList<>(List.of(batch, threads, load));
    line.addAll(cells);
    return line;
  }

  private static List<String> notes(List<Row> rows) {
    List<String> notes = new ArrayList<>();
    notes.add("Microseconds a call. At a fixed rate they count from when the call was due.");
    notes.add(
        "Control: the same with a loop in the call's place that reads the clock for as long as the"
            + " median call; what is slow there is the machine, not the engine.");
    for (Row row : rows) {
      if (row.result().behind()) {
        notes.add(
            "Batch %d, %d thread(s): %s is more than the machine can do."
                .formatted(row.batch(), row.threads(), row.load()));
      }
    }
    return notes;
  }
}
