package dev.lanewise.mnist;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A table of text: the first column to the left, the others to the right, a heading of two lines.
 */
final class TextTable {
  private static final int COLUMNS = 80;

  private final List<String[]> rows = new ArrayList<>();
  private int headings;

  /** Adds a row; all have equally many cells. */
  void add(List<String> cells) {
    rows.add(cells.toArray(String[]::new));
  }

  /** Ends the heading with the rows so far. */
  void endHeading() {
    headings = rows.size();
  }

  /**
   * The lines. Two spaces are between columns, or one where that makes the table fit 80 columns.
   */
  List<String> lines() {
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
    for (String[] row : rows) {
      lines.add(line(row, widths, gap));
    }
    lines.add(headings, "-".repeat(text + gap.length() * (widths.length - 1)));
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
