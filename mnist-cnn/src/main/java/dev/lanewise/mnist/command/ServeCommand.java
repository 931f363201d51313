package dev.lanewise.mnist.command;

import dev.lanewise.mnist.machine.EngineSetup;
import dev.lanewise.mnist.machine.Version;
import dev.lanewise.mnist.terminal.ExitCode;
import dev.lanewise.mnist.web.PortException;
import dev.lanewise.mnist.web.WebServer;
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
 * The command line of the server. As in {@link CompareCommand}, no member has a type of the engine.
 */
@Command(
    name = "serve",
    description = {
      "Serves a page on which one draws a digit and sees it recognised, and a JSON interface.",
      "Runs until Ctrl-C; requests under way have three seconds to end then."
    },
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    sortOptions = false,
    parameterListHeading = "%nParameters:%n",
    optionListHeading = "%nOptions:%n",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "  1:the port cannot be had, or not enough memory",
      "  2:wrong usage or unusable model",
      "130:stopped by Ctrl-C"
    })
final class ServeCommand implements Callable<Integer> {
  @Spec private @Nullable CommandSpec spec;

  @Parameters(
      arity = "0..1",
      paramLabel = "MODEL",
      description = "A model, a safetensors file (default: the one in this jar).")
  private @Nullable Path model;

  @Option(
      names = "--port",
      paramLabel = "N",
      description = "Port; 0 takes a free one (default: ${DEFAULT-VALUE}).",
      converter = PositiveInt.Port.class)
  private int port = 8080;

  @Option(
      names = "--host",
      paramLabel = "ADDRESS",
      description =
          "Address to listen on; 0.0.0.0 lets other machines in (default: this machine only).")
  private @Nullable String host;

  @Override
  public Integer call() {
    CommandLine commandLine = Commands.commandLine(spec);
    EngineSetup.choose(null, null);
    return Commands.run(
        commandLine,
        () -> {
          EngineSetup.start();
          try (WebServer server =
              WebServer.start(
                  model,
                  host,
                  port,
                  url ->
                      Commands.print(
                          commandLine, "Draw a digit on " + url + " (Ctrl-C stops)"))) {
            server.warmUp();
            server.awaitStop();
          } catch (PortException e) {
            Commands.complain(commandLine, e.getMessage());
            return ExitCode.FAILED;
          }
          return ExitCode.DONE;
        });
  }
}
