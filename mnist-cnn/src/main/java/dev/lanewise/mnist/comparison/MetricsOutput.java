package dev.lanewise.mnist.comparison;

import dev.lanewise.mnist.metrics.JsonLines;
import dev.lanewise.mnist.metrics.RunListener;
import dev.lanewise.mnist.metrics.TensorBoard;
import dev.lanewise.mnist.results.Course;
import dev.lanewise.mnist.text.ConsoleText;
import dev.lanewise.mnist.text.UsageException;
import dev.lanewise.mnist.training.Settings;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The files that take figures while runs go on. One that cannot be written to any more is told once
 * and does not end the training.
 */
final class MetricsOutput implements AutoCloseable {
  private final Settings.Metrics settings;
  private final @Nullable Writer lines;
  private final Consumer<String> errors;
  private final Set<String> told = new HashSet<>();

  private MetricsOutput(
      Settings.Metrics settings, @Nullable Writer lines, Consumer<String> errors) {
    this.settings = settings;
    this.lines = lines;
    this.errors = errors;
  }

  /**
   * Opens what is wanted.
   *
   * @param append whether runs go on, and the lines of a file with them
   * @param out the standard output
   * @param errors takes what goes wrong later, a line each
   * @throws UsageException if a file or a directory cannot be made
   */
  static MetricsOutput open(
      Settings.Metrics settings, boolean append, PrintWriter out, Consumer<String> errors) {
    Path board = settings.tensorBoard();
    if (board != null) {
      try {
        Files.createDirectories(board);
        Files.delete(Files.createTempFile(board, "try-", ".tmp"));
      } catch (IOException e) {
        throw new UsageException(unwritable("events to " + board, e));
      }
    }
    String lines = settings.jsonLines();
    try {
      return new MetricsOutput(
          settings,
          lines == null || lines.equals("-") ? (lines == null ? null : out) : file(lines, append),
          errors);
    } catch (IOException e) {
      throw new UsageException(unwritable("metrics to " + lines, e));
    }
  }

  private static BufferedWriter file(String name, boolean append) throws IOException {
    return Files.newBufferedWriter(
        Path.of(name),
        StandardOpenOption.CREATE,
        StandardOpenOption.WRITE,
        append ? StandardOpenOption.APPEND : StandardOpenOption.TRUNCATE_EXISTING);
  }

  /** The listeners of a run. */
  List<RunListener> listeners(String optimizer, long seed) {
    String run = Course.name(optimizer, seed);
    List<RunListener> listeners = new ArrayList<>();
    if (settings.tensorBoard() != null) {
      Path folder = settings.tensorBoard().resolve(run);
      listeners.add(new TensorBoard(folder, e -> tell("events to " + settings.tensorBoard(), e)));
    }
    if (lines != null) {
      listeners.add(
          new JsonLines(
              lines, run, optimizer, seed, e -> tell("metrics to " + settings.jsonLines(), e)));
    }
    return listeners;
  }

  private void tell(String what, IOException e) {
    if (told.add(what)) {
      errors.accept(unwritable(what, e) + "; the training goes on without");
    }
  }

  private static String unwritable(String what, IOException e) {
    return "cannot write " + what + ": " + ConsoleText.reason(e);
  }

  @Override
  public void close() {
    if (lines != null && !"-".equals(settings.jsonLines())) {
      try {
        lines.close();
      } catch (IOException e) {
        tell("metrics to " + settings.jsonLines(), e);
      }
    }
  }
}
