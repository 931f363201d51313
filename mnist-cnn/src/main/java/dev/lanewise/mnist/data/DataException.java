package dev.lanewise.mnist.data;

/** Data that cannot be used. The message is one line that names the file and its fault. */
public final class DataException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * A fault of a file.
   *
   * @param file the name or path of the file
   * @param fault what is wrong with it
   */
  public DataException(String file, String fault) {
    super(oneLine(file + ": " + fault));
  }

  /** A path may hold line breaks, and messages of the JDK sometimes do. */
  private static String oneLine(String text) {
    StringBuilder line = new StringBuilder(text.length());
    text.chars().forEach(c -> line.append(Character.isISOControl(c) ? '?' : (char) c));
    return line.toString();
  }
}
