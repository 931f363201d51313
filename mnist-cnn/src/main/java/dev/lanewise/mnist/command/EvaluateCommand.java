package dev.lanewise.mnist.command;

import dev.lanewise.mnist.machine.EngineSetup;
import dev.lanewise.mnist.machine.Version;
import dev.lanewise.mnist.model.TrainedModel;
import dev.lanewise.mnist.terminal.ExitCode;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * The command line of an evaluation. As in {@link CompareCommand}, no member has a type of the
 * engine.
 */
@Command(
    name = "evaluate",
    description = {
      "Measures a trained model on the test images.",
      "Prints its accuracy and its mean loss, the softmax cross-entropy."
    },
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    sortOptions = false,
    parameterListHeading = "%nParameters:%n",
    optionListHeading = "%nOptions:%n",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:done", "1:not enough memory", "2:wrong usage, unusable model or data"},
    footerHeading = "%nExample:%n",
    footer = "  mnist-cnn evaluate mnist-cnn-results/adam-0.safetensors")
final class EvaluateCommand implements Callable<Integer> {
  @Spec private @Nullable CommandSpec spec;

  @Parameters(
      paramLabel = "MODEL",
      description = "The model, a safetensors file; those of a comparison are in its output.")
  private Path file = Path.of("");

  @Mixin private FromOption from = new FromOption();

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description =
          "Read other data in MNIST's format: the four files with their usual names, plain or .gz"
              + " (default: the MNIST in this jar).")
  private @Nullable Path data;

  @Override
  public Integer call() {
    CommandLine commandLine = Commands.commandLine(spec);
    EngineSetup.choose(null, null);
    return Commands.run(
        commandLine,
        () -> {
          EngineSetup.start();
          TrainedModel.evaluate(file, from.value(), data)
              .forEach(line -> Commands.print(commandLine, line));
          return ExitCode.DONE;
        });
  }
}
