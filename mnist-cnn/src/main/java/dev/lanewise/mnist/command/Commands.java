package dev.lanewise.mnist.command;

import dev.lanewise.mnist.data.DataException;
import dev.lanewise.mnist.launch.LauncherOptions;
import dev.lanewise.mnist.terminal.ExitCode;
import dev.lanewise.mnist.terminal.Terminal;
import dev.lanewise.mnist.text.ConsoleText;
import dev.lanewise.mnist.text.OutputException;
import dev.lanewise.mnist.text.Style;
import dev.lanewise.mnist.text.TextTable;
import dev.lanewise.mnist.text.UsageException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;

/** What all commands do alike. */
public final class Commands {
  private static final String NAME = "mnist-cnn:";

  private Commands() {}

  /**
   * The command line of a command that picocli has filled.
   *
   * @throws ParameterException if an option stands before the command: {@code mnist-cnn --epochs 1
   *     compare} would otherwise silently compare with five epochs
   */
  static CommandLine commandLine(@Nullable CommandSpec spec) {
    if (spec == null) {
      throw new IllegalStateException("made without picocli");
    }
    CommandLine commandLine = spec.commandLine();
    CommandLine parent = commandLine.getParent();
    if (parent != null
        && parent.getParseResult().matchedOptions().stream()
            .anyMatch(option -> option.scopeType() != ScopeType.INHERIT)) {
      throw new ParameterException(
          commandLine, "options belong behind the command '" + commandLine.getCommandName() + "'");
    }
    return commandLine;
  }

  /** What the user typed, as a command that a shell can repeat. */
  static String typed(CommandLine commandLine) {
    CommandLine root = commandLine;
    while (root.getParent() != null) {
      root = root.getParent();
    }
    List<String> words =
        new ArrayList<>(
            List.of("java", "--add-modules", "jdk.incubator.vector", "-jar", "mnist-cnn.jar"));
    words.addAll(root.getParseResult().originalArgs());
    return LauncherOptions.line(words, false);
  }

  /**
   * Does a command's work, and tells in one line what keeps it from that.
   *
   * @return the exit code
   */
  static int run(CommandLine commandLine, IntSupplier work) {
    try {
      return work.getAsInt();
    } catch (UsageException | DataException e) {
      complain(commandLine, e.getMessage());
      return ExitCode.USAGE;
    } catch (OutputException e) {
      complain(commandLine, e.getMessage());
      return ExitCode.FAILED;
    } catch (OutOfMemoryError e) {
      complain(commandLine, "out of memory: " + e.getMessage());
      return ExitCode.FAILED;
    }
  }

  /** Prints a line of results; on a terminal it is broken between words. */
  static void print(CommandLine commandLine, String line) {
    PrintWriter out = commandLine.getOut();
    TextTable.wrapped(line, Terminal.find().columns()).forEach(out::println);
    out.flush();
  }

  /** The style that the user or the terminal wants. */
  static Style style(CommandLine commandLine) {
    return new Style(commandLine.getColorScheme().ansi().enabled());
  }

  /**
   * Prints a message as one line, in the colours of the command line. On a terminal it is broken
   * between words.
   *
   * @param commandLine whose error stream takes it
   * @param message control characters in it are replaced
   */
  public static void complain(CommandLine commandLine, @Nullable String message) {
    PrintWriter err = commandLine.getErr();
    String line = NAME + " " + ConsoleText.oneLine(String.valueOf(message));
    String text = String.join(System.lineSeparator(), TextTable.wrapped(line, Terminal.errorColumns()));
    err.println(style(commandLine).error(NAME) + text.substring(NAME.length()));
    err.flush();
  }
}
