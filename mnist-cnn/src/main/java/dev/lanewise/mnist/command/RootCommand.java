package dev.lanewise.mnist.command;

import dev.lanewise.mnist.terminal.ExitCode;
import dev.lanewise.mnist.terminal.Terminal;
import dev.lanewise.mnist.text.Style;
import dev.lanewise.mnist.text.Suggestion;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
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
import picocli.CommandLine.TypeConversionException;
import picocli.CommandLine.UnmatchedArgumentException;

/** The application's command line. Without the name of a command, the comparison runs. */
@Command(
    name = "mnist-cnn",
    synopsisSubcommandLabel = "[COMMAND]",
    commandListHeading = "%nCommands (COMMAND --help tells more):%n")
public final class RootCommand extends CompareCommand {
  /** All commands by their names. */
  private static final Map<String, Supplier<Callable<Integer>>> COMMANDS = commands();

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

  private static Map<String, Supplier<Callable<Integer>>> commands() {
    Map<String, Supplier<Callable<Integer>>> commands = new LinkedHashMap<>();
    commands.put("compare", CompareCommand::new);
    commands.put("train", TrainCommand::new);
    commands.put("evaluate", EvaluateCommand::new);
    commands.put("export", ExportCommand::new);
    commands.put("predict", PredictCommand::new);
    commands.put("serve", ServeCommand::new);
    commands.put("report", ReportCommand::new);
    commands.put("latency", LatencyCommand::new);
    commands.put("info", InfoCommand::new);
    return commands;
  }

  /**
   * The command line for some arguments. It takes picocli a twentieth of a second to look at all
   * commands, so it has those alone that the arguments name; all of them if there may be help.
   *
   * @param args the arguments
   * @return one for a single execution
   */
  public static CommandLine commandLine(String... args) {
    // It would say on its own, before the line of ours, that quotes in a list are not balanced.
    CommandLine.tracer().setLevel(CommandLine.TraceLevel.OFF);
    // No option has a type of these packages, and to look for them takes a while.
    System.setProperty("picocli.converters.excludes", "java\\.(sql|time)\\..*");
    CommandLine commandLine = new CommandLine(new RootCommand());
    Set<String> words = new HashSet<>(Arrays.asList(args));
    boolean all = words.stream().anyMatch(RootCommand::mayAskForHelp);
    COMMANDS.forEach(
        (name, command) -> {
          if (all || words.contains(name)) {
            commandLine.addSubcommand(command.get());
          }
        });
    commandLine
        .registerConverter(Path.class, RootCommand::path)
        .setExpandAtFiles(false) // a directory may be named @results
        .setParameterExceptionHandler(RootCommand::reject);
    commandLine.getCommandSpec().usageMessage().abbreviateSynopsis(true);
    for (CommandLine command : commandLine.getSubcommands().values()) {
      command.getCommandSpec().usageMessage().abbreviateSynopsis(true);
    }
    color(commandLine, "auto");
    return commandLine;
  }

  /** The file or directory of an argument. An empty one, as of an unset variable, would be the current directory. */
  private static Path path(String value) {
    if (value.isEmpty()) {
      throw new TypeConversionException("the name of the file or directory is empty");
    }
    try {
      return Path.of(value);
    } catch (InvalidPathException e) {
      throw new TypeConversionException("'%s' names no file: %s".formatted(value, e.getReason()));
    }
  }

  /**
   * Whether a word is {@code --help}, or may be a group of short options with {@code -h} in it.
   *
   * @param word one of the arguments
   */
  public static boolean mayAskForHelp(String word) {
    return word.equals("--help")
        || (word.startsWith("-") && !word.startsWith("--") && word.contains("h"));
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
            : plain(String.valueOf(e.getMessage()));
    Commands.complain(commandLine, message + " (see --help)");
    return ExitCode.USAGE;
  }

  /** A message of picocli without its numbers of parameters, and without labels of an option's values. */
  private static String plain(String message) {
    return message
        .replaceFirst("^(Invalid value for option '[^']*') \\([^)]*\\):", "$1:")
        .replaceFirst("^(Invalid value for) positional parameter at index \\S+ \\(([^)]*)\\):", "$1 $2:");
  }

  private static String unknown(CommandLine commandLine, String argument) {
    if (argument.startsWith("-")) {
      String option = argument.split("=", 2)[0];
      List<String> known = new ArrayList<>(commandLine.getCommandSpec().optionsMap().keySet());
      known.removeIf(name -> !name.startsWith("--"));
      return "there is no option '" + option + "'" + Suggestion.of(option, known);
    }
    if (commandLine.getParent() != null) {
      return "unexpected argument '" + argument + "'";
    }
    return "there is no command '"
        + argument
        + "'"
        + Suggestion.of(argument, COMMANDS.keySet());
  }
}
