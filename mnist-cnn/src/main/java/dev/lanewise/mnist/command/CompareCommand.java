package dev.lanewise.mnist.command;

import dev.lanewise.mnist.machine.Version;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
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
    footerHeading = "%nExamples:%n",
    footer = {
      "  mnist-cnn --optimizers sgd,adam --epochs 2",
      "  mnist-cnn --seed 0,1,2 --output seeds",
      "  mnist-cnn --optimizers sgd --batch-size full --epochs 20",
      "  mnist-cnn --schedule cosine:warmup=1 --tensorboard runs",
      "mnist-cnn stands for: java --add-modules jdk.incubator.vector -jar mnist-cnn.jar"
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
      names = "--seed",
      split = ",",
      paramLabel = "S",
      description =
          "Seed of the first parameters and of the order of the images; several seeds give a run"
              + " for each, their mean and their standard deviation (default: ${DEFAULT-VALUE}).",
      defaultValue = "0",
      converter = Seed.class)
  private List<Long> seeds = List.of();

  @Mixin private RunOptions options = new RunOptions();

  @Override
  public Integer call() {
    CommandLine commandLine = Commands.commandLine(spec);
    List<String> names = optimizers.stream().map(RunOptions::name).toList();
    rejectDuplicates(commandLine, "--optimizers", names);
    rejectDuplicates(commandLine, "--seed", seeds);
    return options.run(commandLine, names, "--optimizers", seeds);
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
