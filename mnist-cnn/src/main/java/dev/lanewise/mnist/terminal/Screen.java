package dev.lanewise.mnist.terminal;

import dev.lanewise.mnist.text.Style;
import dev.lanewise.mnist.text.Symbols;
import dev.lanewise.mnist.text.TextTable;
import java.io.PrintWriter;
import java.util.function.IntSupplier;

/**
 * The standard output: lines that stay, and below them, on a terminal, one line that is drawn over.
 *
 * <p>Safe for use by several threads: the one that trains and the one that handles Ctrl-C.
 */
public final class Screen {
  private final PrintWriter out;
  private final IntSupplier columns;
  private final Symbols symbols;
  private final Style style;
  private final Verbosity verbosity;
  private int shown;

  /**
   * A screen.
   *
   * @param out where to write
   * @param columns the terminal's width at the moment; 0 if it is none, and then there is no live
   *     line
   * @param symbols the signs that it can show
   * @param style how it shows what stands out
   * @param verbosity how much it shows
   */
  public Screen(
      PrintWriter out, IntSupplier columns, Symbols symbols, Style style, Verbosity verbosity) {
    this.out = out;
    this.columns = columns;
    this.symbols = symbols;
    this.style = style;
    this.verbosity = verbosity;
  }

  public Symbols symbols() {
    return symbols;
  }

  public Style style() {
    return style;
  }

  boolean verbose() {
    return verbosity == Verbosity.VERBOSE;
  }

  /** The terminal's width; 0 without one. */
  public int columns() {
    return columns.getAsInt();
  }

  /**
   * The width for a live line: 0 where there is to be none. The last column stays free, where some
   * terminals wrap.
   */
  public int liveColumns() {
    return verbosity == Verbosity.QUIET ? 0 : Math.max(0, columns() - 1);
  }

  /** Prints a line that stays, unless results alone are wanted. */
  public void println(String line) {
    if (verbosity != Verbosity.QUIET) {
      result(line);
    }
  }

  /** Prints a line of details, if they are wanted. */
  public void detail(String line) {
    if (verbose()) {
      result(line);
    }
  }

  /** Prints a line that stays in any case. */
  public synchronized void result(String line) {
    wipe();
    TextTable.wrapped(line, columns()).forEach(out::println);
    out.flush();
  }

  /** Takes the live line away, as before lines on another stream of the same terminal. */
  public synchronized void clear() {
    wipe();
    out.flush();
  }

  /** Draws the live line in place of the one before. */
  public synchronized void live(String text) {
    int width = liveColumns();
    if (width == 0) {
      return;
    }
    if (shown > width) {
      // The terminal has become narrower and the old line lies over several rows: leave it there.
      out.println();
      shown = 0;
    }
    String line = text.length() <= width ? text : text.substring(0, width);
    out.print("\r" + line + " ".repeat(Math.max(0, shown - line.length())));
    out.flush();
    shown = line.length();
  }

  private void wipe() {
    if (shown > 0) {
      out.print("\r" + " ".repeat(Math.min(shown, Math.max(0, liveColumns()))) + "\r");
      shown = 0;
    }
  }
}
