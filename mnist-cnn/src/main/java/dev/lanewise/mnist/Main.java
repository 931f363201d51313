package dev.lanewise.mnist;

import java.io.PrintStream;
import java.io.PrintWriter;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** The application. */
public final class Main {
  private Main() {}

  /** Without the name of a command, the comparison runs. */
  @Command(
      name = "mnist-cnn",
      synopsisSubcommandLabel = "[COMMAND]",
      commandListHeading = "%nCommands:%n")
  static final class Root extends CompareCommand {}

  /**
   * Runs the application and ends the process with its exit code.
   *
   * @param args the arguments; {@code --help} lists them
   */
  public static void main(String[] args) {
    // picocli's own writers are UTF-8 whatever the console's character set.
    CommandLine commandLine = commandLine().setOut(writer(System.out)).setErr(writer(System.err));
    System.exit(commandLine.execute(args));
  }

  private static PrintWriter writer(PrintStream stream) {
    return new PrintWriter(stream, false, stream.charset());
  }

  static CommandLine commandLine() {
    // It would say on its own, before the line of ours, that quotes in a list are not balanced.
    CommandLine.tracer().setLevel(CommandLine.TraceLevel.OFF);
    return new CommandLine(new Root())
        .addSubcommand(new CompareCommand())
        .addSubcommand(new TrainCommand())
        .addSubcommand(new EvaluateCommand())
        .addSubcommand(new ExportCommand())
        .addSubcommand(new LatencyCommand())
        .addSubcommand(new PredictCommand())
        .addSubcommand(new ServeCommand())
        .setExpandAtFiles(false) // a directory may be named @results
        .setParameterExceptionHandler(Main::reject);
  }

  /** Prints a message as one line. */
  static void complain(PrintWriter err, @Nullable String message) {
    err.println("mnist-cnn: " + ConsoleText.oneLine(String.valueOf(message)));
    err.flush();
  }

  private static int reject(ParameterException e, String[] args) {
    StringBuilder line = new StringBuilder(e.getMessage());
    if (e instanceof UnmatchedArgumentException unmatched
        && !unmatched.getSuggestions().isEmpty()) {
      line.append("; did you mean ")
          .append(String.join(" or ", unmatched.getSuggestions()))
          .append('?');
    }
    complain(e.getCommandLine().getErr(), line + " (see --help)");
    return ExitCode.USAGE;
  }
}
