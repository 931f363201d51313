package dev.lanewise.mnist.command;

import dev.lanewise.mnist.machine.Version;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * The command line of one training. As in {@link CompareCommand}, no member has a type of the
 * engine.
 */
@Command(
    name = "train",
    description = "Trains one small convolutional network with one optimizer.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    sortOptions = false,
    optionListHeading = "%nOptions:%n",
    footerHeading = "%nExamples:%n",
    footer = {
      "  mnist-cnn train",
      "  mnist-cnn train --optimizer sgd --learning-rate 0.1 --schedule step:every=2",
      "  mnist-cnn train --epochs 50 --checkpoint kept --resume",
      "  mnist-cnn train --quiet --metrics - | grep epoch"
    })
final class TrainCommand implements Callable<Integer> {
  @Spec private @Nullable CommandSpec spec;

  @Option(
      names = "--optimizer",
      paramLabel = "NAME",
      description = "The optimizer, one of those of compare (default: ${DEFAULT-VALUE}).",
      defaultValue = "adam")
  private String optimizer = "adam";

  @Option(
      names = "--seed",
      paramLabel = "S",
      description =
          "Seed of the first parameters and of the order of the images (default: ${DEFAULT-VALUE}).",
      defaultValue = "0",
      converter = Seed.class)
  private Long seed = 0L;

  @Mixin private RunOptions options = new RunOptions();

  @Override
  public Integer call() {
    CommandLine commandLine = Commands.commandLine(spec);
    return options.run(
        commandLine, List.of(RunOptions.name(optimizer)), "--optimizer", List.of(seed));
  }
}
