package dev.lanewise.mnist.command;

import dev.lanewise.mnist.machine.EngineSetup;
import dev.lanewise.mnist.machine.Version;
import dev.lanewise.mnist.terminal.ExitCode;
import dev.lanewise.mnist.terminal.Terminal;
import dev.lanewise.mnist.text.TextTable;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * The command line of what is known of this machine. As in {@link CompareCommand}, no member has a
 * type of the engine.
 */
@Command(
    name = "info",
    description = {
      "Says what the application runs on: processor, kernels, Java, memory, data.",
      "If the SIMD kernels are off, it says why and what to do."
    },
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    sortOptions = false,
    optionListHeading = "%nOptions:%n",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:done", "1:the standard output could not be written", "2:wrong usage"},
    footerHeading = "%nExamples:%n",
    footer = {"  mnist-cnn info", "  mnist-cnn info --json | jq .vectorBits"})
final class InfoCommand implements Callable<Integer> {
  @Spec private @Nullable CommandSpec spec;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  @Override
  public Integer call() {
    CommandLine commandLine = Commands.commandLine(spec);
    EngineSetup.choose(null, null);
    return Commands.run(
        commandLine,
        () -> {
          EngineSetup.start();
          Info info = Info.here();
          PrintWriter out = commandLine.getOut();
          if (json) {
            out.println(info.toJson());
          } else {
            int columns = Terminal.find().columns();
            info.lines().forEach(line -> TextTable.wrapped(line, columns).forEach(out::println));
          }
          out.flush();
          return ExitCode.DONE;
        });
  }
}
