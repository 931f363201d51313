package dev.lanewise.engine.io;

import java.io.IOException;
import java.nio.file.Path;

/**
 * What a file says is wrong or contradicts itself. The message names the file, the place and the
 * fault in one line; text from the file is quoted in it, shortened and without control characters,
 * so that it may go to a terminal or a log.
 *
 * <p>A file that cannot be had at all (missing, not readable, a failing disk) is another {@link
 * IOException}.
 */
public final class ModelFormatException extends IOException {
  private static final long serialVersionUID = 1;

  ModelFormatException(Path file, String place, String fault) {
    super(file + ": " + place + ": " + fault);
  }

  /** A name or the like from a file, made fit for a message. */
  static String quoted(String text) {
    return '"' + printable(text, 80) + '"';
  }

  /** Text from a file, made fit for a message: no control characters, no more than so many. */
  static String printable(String text, int most) {
    StringBuilder printable = new StringBuilder();
    int i = 0;
    for (int points = 0; i < text.length() && points < most; points++) {
      int point = text.codePointAt(i);
      i += Character.charCount(point);
      if (isPrintable(point)) {
        printable.appendCodePoint(point);
      } else {
        printable.append("\\u{").append(Integer.toHexString(point)).append('}');
      }
    }
    return printable.append(i < text.length() ? "..." : "").toString();
  }

  private static boolean isPrintable(int point) {
    return switch (Character.getType(point)) {
      case Character.CONTROL,
          Character.FORMAT, // among them those that turn the direction of writing
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      default -> true;
    };
  }
}
