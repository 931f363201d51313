package dev.lanewise.mnist;

import java.io.PrintWriter;

/**
 * The standard output: lines that stay, and below them, on a terminal, one line that is drawn over.
 *
 * <p>Safe for use by several threads: the one that trains and the one that handles Ctrl-C.
 */
final class Screen {
  private final PrintWriter out;
  private final int columns;
  private final Symbols symbols;
  private int shown;

  /**
   * A screen.
   *
   * @param out where to write
   * @param columns the terminal's width; 0 if it is none, and then there is no live line
   * @param symbols the signs that it can show
   */
  Screen(PrintWriter out, int columns, Symbols symbols) {
    this.out = out;
    this.columns = columns;
    this.symbols = symbols;
  }

  Symbols symbols() {
    return symbols;
  }

  /**
   * The width for a live line: 0 without a terminal. The last column stays free, where some wrap.
   */
  int liveColumns() {
    return Math.max(0, columns - 1);
  }

  /** Prints a line that stays. */
  synchronized void println(String line) {
    wipe();
    out.println(line);
    out.flush();
  }

  /** Draws the live line in place of the one before. */
  synchronized void live(String text) {
    if (liveColumns() == 0) {
      return;
    }
    String line = text.length() <= liveColumns() ? text : text.substring(0, liveColumns());
    out.print("\r" + line + " ".repeat(Math.max(0, shown - line.length())));
    out.flush();
    shown = line.length();
  }

  private void wipe() {
    if (shown > 0) {
      out.print("\r" + " ".repeat(shown) + "\r");
      shown = 0;
    }
  }
}
