package dev.lanewise.mnist;

import java.io.IOException;
import java.nio.file.Path;

/** A result that cannot be written. The message names the file and the reason. */
final class OutputException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  OutputException(Path file, IOException cause) {
    super("cannot write " + file + ": " + ConsoleText.reason(cause), cause);
  }
}
