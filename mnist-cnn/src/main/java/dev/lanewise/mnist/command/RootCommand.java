package dev.lanewise.mnist.command;

import dev.lanewise.mnist.terminal.ExitCode;
import dev.lanewise.mnist.terminal.Terminal;
import dev.lanewise.mnist.text.Style;
import dev.lanewise.mnist.text.Suggestion;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/** The application's command line. Without the name of a command, the comparison runs. */
@Command(
    name = "mnist-cnn",
    synopsisSubcommandLabel = "[COMMAND]",
    commandListHeading = "%nCommands (COMMAND --help tells more):%n")
public final class RootCommand extends CompareCommand {
  @Spec private @Nullable CommandSpec rootSpec;

  private RootCommand() {}

  /** Set while the arguments are read, so that help and messages follow it. */
  @Option(
      names = "--color",
      paramLabel = "auto|always|never",
      description =
          "Colours; auto: on a terminal, unless NO_COLOR is set (default: auto).",
      converter = Choice.Color.class,
      scope = ScopeType.INHERIT)
  void color(String choice) {
    color(Objects.requireNonNull(rootSpec).root().commandLine(), choice);
  }

  /**
   * The command line with all commands.
   *
   * @return one for a single execution
   */
  public static CommandLine commandLine() {
    // It would say on its own, before the line of ours, that quotes in a list are not balanced.
    CommandLine.tracer().setLevel(CommandLine.TraceLevel.OFF);
    CommandLine commandLine =
        new CommandLine(new RootCommand())
            .addSubcommand(new CompareCommand())
            .addSubcommand(new TrainCommand())
            .addSubcommand(new EvaluateCommand())
            .addSubcommand(new ExportCommand())
            .addSubcommand(new PredictCommand())
            .addSubcommand(new ServeCommand())
            .addSubcommand(new ReportCommand())
            .addSubcommand(new LatencyCommand())
            .addSubcommand(new InfoCommand())
            .setExpandAtFiles(false) // a directory may be named @results
            .setParameterExceptionHandler(RootCommand::reject);
    commandLine.getCommandSpec().usageMessage().abbreviateSynopsis(true);
    for (CommandLine command : commandLine.getSubcommands().values()) {
      command.getCommandSpec().usageMessage().abbreviateSynopsis(true);
    }
    color(commandLine, "auto");
    return commandLine;
  }

  private static void color(CommandLine commandLine, String choice) {
    Style style =
        Style.of(
            choice,
            choice.equals("auto") && Terminal.exists(),
            Objects.requireNonNullElse(System.getenv("NO_COLOR"), ""),
            Objects.requireNonNullElse(System.getenv("TERM"), ""));
    commandLine.setColorScheme(Help.defaultColorScheme(style.colored() ? Ansi.ON : Ansi.OFF));
  }

  private static int reject(ParameterException e, String[] args) {
    CommandLine commandLine = e.getCommandLine();
    String message =
        e instanceof UnmatchedArgumentException unmatched
            ? unknown(commandLine, unmatched.getUnmatched().getFirst())
            : String.valueOf(e.getMessage());
    Commands.complain(commandLine, message + " (see --help)");
    return ExitCode.USAGE;
  }

  private static String unknown(CommandLine commandLine, String argument) {
    if (argument.startsWith("-")) {
      String option = argument.split("=", 2)[0];
      List<String> known = new ArrayList<>(commandLine.getCommandSpec().optionsMap().keySet());
      known.removeIf(name -> !name.startsWith("--"));
      return "there is no option '" + option + "'" + Suggestion.of(option, known);
    }
    if (commandLine.getSubcommands().isEmpty()) {
      return "unexpected argument '" + argument + "'";
    }
    return "there is no command '"
        + argument
        + "'"
        + Suggestion.of(argument, commandLine.getSubcommands().keySet());
  }
}
