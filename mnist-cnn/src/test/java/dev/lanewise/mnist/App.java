package dev.lanewise.mnist;

import dev.lanewise.mnist.command.RootCommand;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;

/** The application as tests run it: through its command line, in this process. */
public final class App {
  /** What the JVM itself prints, and the launcher takes out. */
  static final String INCUBATOR_WARNING =
      "WARNING: Using incubator modules: jdk.incubator.vector";

  /** What a run left. */
  public record Outcome(int exitCode, String out, String err) {}

  private App() {}

  public static Outcome run(String... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine commandLine =
        RootCommand.commandLine(args).setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    int exitCode = commandLine.execute(args);
    return new Outcome(exitCode, out.toString(), err.toString());
  }

  /**
   * The application in a process of its own; its output goes to {@code output.txt}.
   *
   * @param dir takes the output
   * @param options of Java
   */
  static Process start(Path dir, List<String> options, List<String> args) throws IOException {
    return start(dir, List.of(), options, args);
  }

  /**
   * The same within another program.
   *
   * @param wrapper the program and its arguments, to be followed by the command
   */
  static Process start(Path dir, List<String> wrapper, List<String> options, List<String> args)
      throws IOException {
    return startClass(dir, wrapper, options, Main.class.getName(), args);
  }

  /** The same with another main class of the tests' class path. */
  public static Process startClass(
      Path dir, List<String> wrapper, List<String> options, String mainClass, List<String> args)
      throws IOException {
    List<String> command = new ArrayList<>(wrapper);
    command.addAll(command(options, mainClass, args));
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(dir.resolve("output.txt").toFile())
        .start();
  }

  /** The command of a process with a main class of the tests' class path. */
  static List<String> command(List<String> options, String mainClass, List<String> args) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of("--add-modules", "jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED"));
    command.addAll(options);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), mainClass));
    command.addAll(args);
    return command;
  }
}
