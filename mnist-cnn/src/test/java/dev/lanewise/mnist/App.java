package dev.lanewise.mnist;

import java.io.PrintWriter;
import java.io.StringWriter;
import picocli.CommandLine;

/** The application as tests run it: through its command line, in this process. */
final class App {
  /** What a run left. */
  record Outcome(int exitCode, String out, String err) {}

  private App() {}

  static Outcome run(String... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine commandLine =
        Main.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    int exitCode = commandLine.execute(args);
    return new Outcome(exitCode, out.toString(), err.toString());
  }
}
