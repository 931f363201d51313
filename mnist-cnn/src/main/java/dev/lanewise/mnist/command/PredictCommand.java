package dev.lanewise.mnist.command;

import dev.lanewise.mnist.machine.EngineSetup;
import dev.lanewise.mnist.machine.Version;
import dev.lanewise.mnist.model.Predictions;
import dev.lanewise.mnist.terminal.ExitCode;
import dev.lanewise.mnist.terminal.Terminal;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * The command line of predictions for pictures. As in {@link CompareCommand}, no member has a type
 * of the engine.
 */
@Command(
    name = "predict",
    description = {
      "Recognises the digit on each picture, and prints the probabilities.",
      "A picture is a PNG or JPEG of up to 100 million pixels with one digit on even paper, dark on"
          + " light or light on dark. It is centred and scaled as the images of MNIST are."
    },
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    sortOptions = false,
    parameterListHeading = "%nParameters:%n",
    optionListHeading = "%nOptions:%n",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:done",
      "1:not enough memory",
      "2:wrong usage, unusable model, or a picture that cannot be used; the others are answered"
    })
final class PredictCommand implements Callable<Integer> {
  @Spec private @Nullable CommandSpec spec;

  @Parameters(arity = "1..*", paramLabel = "IMAGE", description = "Pictures, PNG or JPEG.")
  private List<Path> images = List.of();

  @Option(
      names = "--model",
      paramLabel = "FILE",
      description = "A model, a safetensors file (default: the one in this jar).")
  private @Nullable Path model;

  @Override
  public Integer call() {
    CommandLine commandLine = Commands.commandLine(spec);
    EngineSetup.choose(null, null);
    return Commands.run(
        commandLine,
        () -> {
          EngineSetup.start();
          boolean all =
              new Predictions(images, Terminal.find().columns())
                  .print(
                      model,
                      line -> {
                        commandLine.getOut().println(line);
                        commandLine.getOut().flush();
                      },
                      fault -> Commands.complain(commandLine, fault));
          return all ? ExitCode.DONE : ExitCode.USAGE;
        });
  }
}
