package dev.lanewise.mnist;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** The options of all commands that train. As in the commands, no member has a type of the engine. */
final class RunOptions {
  private static final int CHECKPOINT_EVERY = 100;

  @Option(
      names = "--epochs",
      paramLabel = "N",
      description = "Passes over the training images (default: ${DEFAULT-VALUE}).",
      converter = PositiveInt.Epochs.class)
  private int epochs = Settings.EPOCHS;

  @Option(
      names = "--batch-size",
      paramLabel = "N",
      description = "Images in a batch (default: ${DEFAULT-VALUE}).",
      converter = PositiveInt.Count.class)
  private int batchSize = Settings.BATCH_SIZE;

  @Option(
      names = "--learning-rate",
      paramLabel = "X",
      description = "One learning rate for all (default: each optimizer's own).",
      converter = LearningRate.class)
  private @Nullable Double learningRate;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads; the results do not depend on it (default: all cores).",
      converter = PositiveInt.Threads.class)
  private int threads = Runtime.getRuntime().availableProcessors();

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "Take the first N training images only (default: all).",
      converter = PositiveInt.Limit.class)
  private int limit = Integer.MAX_VALUE;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description =
          "Read other data in MNIST's format: the four files with their usual names, plain or .gz"
              + " (default: the MNIST in this jar).")
  private @Nullable Path data;

  @Option(
      names = "--output",
      paramLabel = "DIR",
      description = "Where results.json and the models go (default: ${DEFAULT-VALUE}).")
  private Path output = Path.of("mnist-cnn-results");

  @Option(
      names = "--checkpoint",
      paramLabel = "DIR",
      description = {
        "Keep checkpoints of each training in a directory of its own below DIR (default: none).",
        "However the process ends, the same command with --resume goes on from there to the same"
            + " bits."
      })
  private @Nullable Path checkpoint;

  @Option(
      names = "--checkpoint-every",
      paramLabel = "STEPS",
      description =
          "Steps between two checkpoints; there is also one at the end of each epoch, and on Ctrl-C"
              + " (default: 100).",
      converter = PositiveInt.Count.class)
  private @Nullable Integer checkpointEvery;

  @Option(
      names = "--resume",
      description = "Continue the trainings of --checkpoint; begin those that have none.")
  private boolean resume;

  @Option(
      names = "--kernels",
      paramLabel = "auto|scalar|simd",
      description =
          "Implementation of the kernels; the results do not depend on it (default: auto).",
      converter = Choice.Kernels.class)
  private @Nullable String kernels;

  @Option(
      names = "--vector-bits",
      paramLabel = "auto|128|256|512",
      description =
          "Width of the vectors; the results do not depend on it (default: what the CPU has).",
      converter = Choice.VectorBits.class)
  private @Nullable String vectorBits;

  /**
   * Trains.
   *
   * @param optimizers names of the rules
   * @param option that gave the names, for messages
   * @param seeds one run of each rule for each of them
   * @return the exit code
   */
  int run(CommandLine commandLine, List<String> optimizers, String option, List<Long> seeds) {
    requireCheckpoint(commandLine);
    EngineSetup.choose(kernels, vectorBits);
    Screen screen =
        new Screen(commandLine.getOut(), Terminal.columns(), Symbols.of(System.out.charset()));
    return Commands.run(
        commandLine,
        () ->
            new Comparison(
                    settings(optimizers, option, seeds),
                    screen,
                    line -> Main.complain(commandLine.getErr(), line))
                .run());
  }

  private void requireCheckpoint(CommandLine commandLine) {
    if (checkpoint == null && (resume || checkpointEvery != null)) {
      throw new ParameterException(
          commandLine,
          (resume ? "--resume" : "--checkpoint-every") + " needs --checkpoint, the directory");
    }
  }

  private Settings settings(List<String> optimizers, String option, List<Long> seeds) {
    int every = checkpointEvery == null ? CHECKPOINT_EVERY : checkpointEvery;
    return new Settings(
        Rules.named(optimizers, option, learningRate),
        List.copyOf(seeds),
        epochs,
        batchSize,
        learningRate == null,
        threads,
        limit,
        data,
        output,
        checkpoint == null ? null : new Settings.Checkpointing(checkpoint, every, resume));
  }

  /** A name as the user may write it. */
  static String name(String optimizer) {
    return optimizer.strip().toLowerCase(Locale.ROOT);
  }
}
