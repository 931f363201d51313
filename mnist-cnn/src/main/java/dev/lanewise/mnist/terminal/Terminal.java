package dev.lanewise.mnist.terminal;

import dev.lanewise.mnist.launch.Launcher;
import java.io.Console;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/** What the standard output is connected to. */
public final class Terminal {
  private static final int USUAL_COLUMNS = 80;

  private volatile int columns;

  private Terminal(int columns) {
    this.columns = columns;
  }

  /** The terminal of this process, or what stands for one where there is none. */
  public static Terminal find() {
    if (!exists()) {
      return new Terminal(0);
    }
    Terminal terminal = new Terminal(measured());
    Signals.on("WINCH", () -> terminal.columns = measured());
    return terminal;
  }

  /** The columns of the terminal that the standard error goes to, or 0 if it goes elsewhere. */
  public static int errorColumns() {
    return exists() && Launcher.errorsAtTerminal() ? measured() : 0;
  }

  /** Whether a person reads and types. */
  @SuppressWarnings(
      "SystemConsoleNull") // Java 25 does return null again where there is no terminal
  public static boolean exists() {
    Console console = System.console();
    return console != null && console.isTerminal();
  }

  /** Its columns at the moment, or 0 where there is none. */
  public int columns() {
    return columns;
  }

  private static int measured() {
    int columns = columnsIn(sizeByStty());
    return columns > 0 ? columns : USUAL_COLUMNS;
  }

  /** The second number of "rows columns"; 0 where the text is anything else. */
  static int columnsIn(String size) {
    String[] words = size.strip().split(" ", -1);
    return words.length == 2 && words[1].matches("[0-9]{1,4}") ? Integer.parseInt(words[1]) : 0;
  }

  /**
   * What {@code stty size} says, which Unix has and Windows has not. Progress libraries know the
   * width as well, but put a handler of their own in place of the one for Ctrl-C, which prints the
   * table of what is finished.
   */
  private static String sizeByStty() {
    try {
      Process stty =
          new ProcessBuilder("stty", "size")
              .redirectInput(Redirect.INHERIT)
              .redirectError(Redirect.DISCARD)
              .start();
      if (!stty.waitFor(1, TimeUnit.SECONDS)) {
        stty.destroyForcibly();
        return "";
      }
      return new String(stty.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
    } catch (IOException e) {
      return ""; // there is no stty
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "";
    }
  }
}
