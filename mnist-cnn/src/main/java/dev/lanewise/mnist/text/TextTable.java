package dev.lanewise.mnist.text;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A table of text: the first column to the left, the others to the right, a heading of two lines.
 */
public final class TextTable {
  private static final int COLUMNS = 80;

  private final List<String[]> rows = new ArrayList<>();
  private int headings;
  private int best = -1;

  /** Adds a row; all have equally many cells. */
  public void add(List<String> cells) {
    rows.add(cells.toArray(String[]::new));
  }

  /** Ends the heading with the rows so far. */
  public void endHeading() {
    headings = rows.size();
  }

  /** Marks the last row as the best. */
  public void markBest() {
    best = rows.size() - 1;
  }

  /**
   * The lines. Two spaces are between columns, or one where that makes the table fit 80 columns.
   */
  public List<String> lines(Style style) {
    int[] widths = new int[rows.getFirst().length];
    for (String[] row : rows) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], row[i].length());
      }
    }
    int text = 0;
    for (int width : widths) {
      text += width;
    }
    String gap = text + 2 * (widths.length - 1) <= COLUMNS ? "  " : " ";
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < rows.size(); i++) {
      String line = line(rows.get(i), widths, gap);
      lines.add(i < headings ? style.heading(line) : i == best ? style.best(line) : line);
    }
    lines.add(headings, "-".repeat(text + gap.length() * (widths.length - 1)));
    return lines;
  }

  /**
   * A text as lines of a width, broken between words. Words that are longer are left whole.
   *
   * @param columns the width; 0 for any
   */
  public static List<String> wrapped(String text, int columns) {
    if (columns == 0 || text.length() <= columns || text.indexOf('\u001b') >= 0) {
      return List.of(text);
    }
    List<String> lines = new ArrayList<>();
    StringBuilder line = new StringBuilder();
    for (String word : text.split(" ", -1)) {
      if (!line.isEmpty() && line.length() + 1 + word.length() > columns) {
        lines.add(line.toString());
        line.setLength(0);
        line.append(' ').append(word);
      } else {
        line.append(line.isEmpty() ? "" : " ").append(word);
      }
    }
    lines.add(line.toString());
    return lines;
  }

  private static String line(String[] row, int[] widths, String gap) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < row.length; i++) {
      String format = "%" + (i == 0 ? "-" : "") + widths[i] + "s";
      line.append(i == 0 ? "" : gap).append(String.format(Locale.ROOT, format, row[i]));
    }
    return line.toString().stripTrailing();
  }
}
