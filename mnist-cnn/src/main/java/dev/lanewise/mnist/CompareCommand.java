package dev.lanewise.mnist;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * The command line of the comparison.
 *
 * <p>No member has a type of the engine: picocli looks at all of them, and the engine's classes
 * must not be there before its kernels are chosen, nor be read for the help.
 */
@Command(
    name = "compare",
    description = {
      "Trains one small convolutional network with several optimizers and compares them.",
      "Without options: five optimizers, five epochs each, on the MNIST digits in this jar."
    },
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    sortOptions = false,
    optionListHeading = "%nOptions:%n",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "  0:done",
      "  1:a training failed, or results could not be written",
      "  2:wrong usage or unusable data; nothing was written",
      "130:interrupted by Ctrl-C; what was finished is kept"
    })
class CompareCommand implements Callable<Integer> {
  @Spec private @Nullable CommandSpec spec;

  @Option(
      names = "--optimizers",
      split = ",",
      paramLabel = "NAME",
      description = {
        "Optimizers to compare (default: ${DEFAULT-VALUE}).",
        "There are sgd, momentum, nesterov, adagrad, rmsprop, rmsprop-centered, rmsprop-momentum,"
            + " adam, amsgrad, adamw, nadam, adamax, adadelta, lion."
      },
      defaultValue = "sgd,momentum,adagrad,rmsprop,adam")
  private List<String> optimizers = List.of();

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
      names = "--seed",
      split = ",",
      paramLabel = "S",
      description =
          "Seed of the first parameters and of the order of the images; several seeds give a run"
              + " for each and their mean (default: ${DEFAULT-VALUE}).",
      defaultValue = "0",
      converter = Seed.class)
  private List<Long> seeds = List.of();

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

  @Override
  public Integer call() {
    CommandLine commandLine = Commands.commandLine(spec);
    EngineSetup.choose(kernels, vectorBits);
    Screen screen =
        new Screen(commandLine.getOut(), Terminal.columns(), Symbols.of(System.out.charset()));
    return Commands.run(
        commandLine,
        () ->
            new Comparison(
                    settings(commandLine),
                    screen,
                    line -> Main.complain(commandLine.getErr(), line))
                .run());
  }

  private Settings settings(CommandLine commandLine) {
    List<String> names =
        optimizers.stream().map(name -> name.strip().toLowerCase(Locale.ROOT)).toList();
    rejectDuplicates(commandLine, "--optimizers", names);
    rejectDuplicates(commandLine, "--seed", seeds);
    return new Settings(
        Rules.named(names, learningRate),
        List.copyOf(seeds),
        epochs,
        batchSize,
        learningRate == null,
        threads,
        limit,
        data,
        output);
  }

  private static void rejectDuplicates(
      CommandLine commandLine, String option, List<?> values) {
    Set<Object> seen = new HashSet<>();
    for (Object value : values) {
      if (!seen.add(value)) {
        throw new ParameterException(
            commandLine,
            "Invalid value for option '" + option + "': '" + value + "' comes twice");
      }
    }
  }
}
