package dev.lanewise.mnist;

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
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "  0:done",
      "  1:results or checkpoints could not be written, or memory ran out",
      "  2:wrong usage or unusable data; nothing was written",
      "  3:a training diverged; its last good model is kept",
      "130:interrupted by Ctrl-C; what was finished is kept"
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
