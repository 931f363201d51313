package dev.lanewise.mnist.text;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.Objects;

/** Text that is safe to print: messages in one line, and errors of the file system in words. */
public final class ConsoleText {
  private ConsoleText() {}

  /** The text with a question mark for each line break and other control character. */
  public static String oneLine(String text) {
    StringBuilder line = new StringBuilder(text.length());
    text.chars().forEach(c -> line.append(Character.isISOControl(c) ? '?' : (char) c));
    return line.toString();
  }

  /** What went wrong, without the path that {@link FileSystemException} begins with. */
  public static String reason(IOException e) {
    if (e instanceof FileSystemException f && f.getReason() != null) {
      return f.getReason();
    }
    return switch (e) {
      case AccessDeniedException _ -> "permission denied";
      case FileAlreadyExistsException _ -> "a file of that name is in the way";
      case NoSuchFileException _ -> "no such file or directory";
      default -> Objects.requireNonNullElse(e.getMessage(), e.toString());
    };
  }
}
