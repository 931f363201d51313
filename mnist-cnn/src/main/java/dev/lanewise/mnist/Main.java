package dev.lanewise.mnist;

import dev.lanewise.mnist.command.Commands;
import dev.lanewise.mnist.command.RootCommand;
import dev.lanewise.mnist.terminal.ExitCode;
import dev.lanewise.mnist.terminal.StandardOutput;
import dev.lanewise.mnist.terminal.Terminal;
import dev.lanewise.mnist.text.ConsoleText;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.util.Arrays;
import picocli.CommandLine;

/** The application. */
public final class Main {
  /** picocli refuses to print help in fewer columns. */
  private static final int MIN_HELP_COLUMNS = 55;

  private static final int MAX_HELP_COLUMNS = 80;

  private Main() {}

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
    CommandLine commandLine = RootCommand.commandLine(args).setOut(out).setErr(err);
    if (Arrays.stream(args).anyMatch(RootCommand::mayAskForHelp)) {
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
    Commands.complain(
        commandLine,
        "cannot write to the standard output"
            + (failure == null ? "" : ": " + ConsoleText.reason(failure)));
    return otherwiseGood ? ExitCode.FAILED : code;
  }
}
