package dev.lanewise.mnist.command;

import dev.lanewise.mnist.comparison.Comparison;
import dev.lanewise.mnist.machine.EngineSetup;
import dev.lanewise.mnist.terminal.Screen;
import dev.lanewise.mnist.terminal.Terminal;
import dev.lanewise.mnist.terminal.Verbosity;
import dev.lanewise.mnist.text.Symbols;
import dev.lanewise.mnist.training.ScheduleSpec;
import dev.lanewise.mnist.training.Settings;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** The options of all commands that train. As in the commands, no member has a type of the engine. */
@Command(
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "  0:done",
      "  1:results or checkpoints could not be written, or memory ran out",
      "  2:wrong usage or unusable data; nothing was trained",
      "  3:a training diverged; its last good model is kept",
      "130:interrupted by Ctrl-C; the best model so far is kept (143: by kill)",
      "141:the reader of the output has gone; otherwise as with Ctrl-C"
    })
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
      description =
          "Images in a batch; 1 is stochastic, 0 or full is batch gradient descent, with all images"
              + " in one batch (default: ${DEFAULT-VALUE}).",
      converter = BatchSize.class)
  private int batchSize = Settings.BATCH_SIZE;

  @Option(
      names = "--learning-rate",
      paramLabel = "X",
      description = "One learning rate for all (default: each optimizer's own).",
      converter = LearningRate.class)
  private @Nullable Double learningRate;

  @Option(
      names = "--schedule",
      paramLabel = "NAME[:KEY=VALUE,...]",
      description = {
        "Course of the learning rate (default: constant). Lengths are epochs, or steps as in"
            + " 500steps.",
        "  step:every=1,factor=0.5",
        "  exponential:every=1,factor=0.9",
        "  inverse-time:every=1,decay=1",
        "  polynomial:over=ALL,end=0,power=1",
        "  cosine:over=ALL,floor=0",
        "  cosine-restarts:first=1,stretch=2,shrink=1,floor=0",
        "  one-cycle:over=ALL,rise=0.3,divide=25,final-divide=10000",
        "  plateau:factor=0.1,patience=2,progress=0.0001,cooldown=0,floor=0",
        "These values hold where you give no others; ALL is what remains of the training. All but"
            + " one-cycle also take warmup=LENGTH, a linear rise from 0."
      })
  private String schedule = "constant";

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
      description = "Where results, models and the report go (default: ${DEFAULT-VALUE}).")
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
      names = "--tensorboard",
      paramLabel = "DIR",
      description =
          "Write event files for TensorBoard while the runs go on, a folder for each run"
              + " (default: none).")
  private @Nullable Path tensorBoard;

  @Option(
      names = "--metrics",
      paramLabel = "FILE",
      description =
          "Write a JSON line for each step and epoch while the runs go on; - is the standard output,"
              + " and then everything else goes to standard error (default: none).")
  private @Nullable String metrics;

  @Option(
      names = {"-q", "--quiet"},
      description = "Print the final table and errors alone.")
  private boolean quiet;

  @Option(
      names = {"-v", "--verbose"},
      description = "Print details too: hyper-parameters, steps an epoch, parameter hashes.")
  private boolean verbose;

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
    if (quiet && verbose) {
      throw new ParameterException(commandLine, "--quiet and --verbose exclude each other");
    }
    EngineSetup.choose(kernels, vectorBits);
    return Commands.run(
        commandLine,
        () ->
            new Comparison(
                    settings(optimizers, option, seeds),
                    screen(commandLine),
                    commandLine.getOut(),
                    line -> Commands.complain(commandLine, line),
                    Commands.typed(commandLine))
                .run());
  }

  private Screen screen(CommandLine commandLine) {
    boolean linesOnOut = "-".equals(metrics);
    Terminal terminal = Terminal.find();
    return new Screen(
        linesOnOut ? commandLine.getErr() : commandLine.getOut(),
        terminal::columns,
        Symbols.of((linesOnOut ? System.err : System.out).charset()),
        Commands.style(commandLine),
        quiet ? Verbosity.QUIET : verbose ? Verbosity.VERBOSE : Verbosity.NORMAL);
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
        ScheduleSpec.parse(schedule),
        threads,
        limit,
        data,
        output,
        checkpoint == null ? null : new Settings.Checkpointing(checkpoint, every, resume),
        new Settings.Metrics(tensorBoard, metrics));
  }

  /** A name as the user may write it. */
  static String name(String optimizer) {
    return optimizer.strip().toLowerCase(Locale.ROOT);
  }
}
