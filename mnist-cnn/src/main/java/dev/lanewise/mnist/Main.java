package dev.lanewise.mnist;

import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
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

/** The application. */
public final class Main {
  /** picocli refuses to print help in fewer columns. */
  private static final int MIN_HELP_COLUMNS = 55;

  private static final int MAX_HELP_COLUMNS = 80;

  private Main() {}

  /** Without the name of a command, the comparison runs. */
  @Command(
      name = "mnist-cnn",
      synopsisSubcommandLabel = "[COMMAND]",
      commandListHeading = "%nCommands (COMMAND --help tells more):%n")
  static final class Root extends CompareCommand {
    @Spec private @Nullable CommandSpec rootSpec;

    /** Set while the arguments are read, so that help and messages follow it. */
    @Option(
        names = "--color",
        paramLabel = "auto|always|never",
        description =
            "Colours; auto: on a terminal, unless NO_COLOR is set (default: auto).",
        converter = Choice.Color.class,
        scope = ScopeType.INHERIT)
    void color(String choice) {
      Main.color(Objects.requireNonNull(rootSpec).root().commandLine(), choice);
    }
  }

  /**
   * Runs the application and ends the process with its exit code.
   *
   * @param args the arguments; {@code --help} lists them
   */
  public static void main(String[] args) {
    StandardOutput output = new StandardOutput();
    // picocli's own writers are UTF-8 whatever the console's character set.
    PrintWriter out = new PrintWriter(new OutputStreamWriter(output, System.out.charset()));
    PrintWriter err = new PrintWriter(System.err, false, System.err.charset());
    CommandLine commandLine = commandLine().setOut(out).setErr(err);
    if (List.of(args).contains("--help") || List.of(args).contains("-h")) {
      int columns = Terminal.find().columns();
      commandLine.setUsageHelpWidth(
          columns == 0 ? MAX_HELP_COLUMNS : Math.clamp(columns, MIN_HELP_COLUMNS, MAX_HELP_COLUMNS));
    }
    int code = commandLine.execute(args);
    System.exit(out.checkError() ? lost(output, commandLine, code) : code);
  }

  /** What is to be said and returned if not all of the output could be written. */
  private static int lost(StandardOutput output, CommandLine commandLine, int code) {
    boolean otherwiseGood = code == ExitCode.DONE || code == ExitCode.NO_READER;
    if (output.readerGone()) {
      return otherwiseGood ? ExitCode.NO_READER : code;
    }
    IOException failure = output.failure();
    complain(
        commandLine,
        "cannot write to the standard output"
            + (failure == null ? "" : ": " + ConsoleText.reason(failure)));
    return otherwiseGood ? ExitCode.FAILED : code;
  }

  static CommandLine commandLine() {
    // It would say on its own, before the line of ours, that quotes in a list are not balanced.
    CommandLine.tracer().setLevel(CommandLine.TraceLevel.OFF);
    CommandLine commandLine =
        new CommandLine(new Root())
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
            .setParameterExceptionHandler(Main::reject);
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

  /** The style that the user or the terminal wants. */
  static Style style(CommandLine commandLine) {
    return new Style(commandLine.getColorScheme().ansi().enabled());
  }

  /** Prints a message as one line. */
  static void complain(CommandLine commandLine, @Nullable String message) {
    complain(commandLine.getErr(), style(commandLine), message);
  }

  /** Prints a message as one line. */
  static void complain(PrintWriter err, @Nullable String message) {
    complain(err, Style.PLAIN, message);
  }

  private static void complain(PrintWriter err, Style style, @Nullable String message) {
    err.println(style.error("mnist-cnn:") + " " + ConsoleText.oneLine(String.valueOf(message)));
    err.flush();
  }

  private static int reject(ParameterException e, String[] args) {
    CommandLine commandLine = e.getCommandLine();
    String message =
        e instanceof UnmatchedArgumentException unmatched
            ? unknown(commandLine, unmatched.getUnmatched().getFirst())
            : String.valueOf(e.getMessage());
    complain(commandLine, message + " (see --help)");
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
