package dev.lanewise.mnist.command;

import dev.lanewise.mnist.machine.EngineSetup;
import dev.lanewise.mnist.machine.Version;
import dev.lanewise.mnist.report.ReportAgain;
import dev.lanewise.mnist.terminal.ExitCode;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * The command line of the report. As in {@link CompareCommand}, no member has a type of the engine.
 */
@Command(
    name = "report",
    description = {
      "Makes the report of a comparison or training again.",
      "Every comparison and training makes one at its end; this needs no training, only the results."
    },
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    sortOptions = false,
    parameterListHeading = "%nParameters:%n",
    optionListHeading = "%nOptions:%n",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:done",
      "1:the report could not be written",
      "2:wrong usage, or no results in the directory"
    })
final class ReportCommand implements Callable<Integer> {
  @Spec private @Nullable CommandSpec spec;

  @Parameters(
      arity = "0..1",
      paramLabel = "DIR",
      description =
          "The directory with results.json and the models (default: ${DEFAULT-VALUE}).",
      defaultValue = "mnist-cnn-results")
  private Path directory = Path.of("mnist-cnn-results");

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description =
          "Where the data of the results is (default: where it was). It gives the images of mistakes.")
  private @Nullable Path data;

  @Override
  public Integer call() {
    CommandLine commandLine = Commands.commandLine(spec);
    EngineSetup.choose(null, null);
    return Commands.run(
        commandLine,
        () -> {
          Path page =
              ReportAgain.make(
                  directory, data, line -> Commands.complain(commandLine, line));
          Commands.print(commandLine, "Report: " + page);
          return ExitCode.DONE;
        });
  }
}
