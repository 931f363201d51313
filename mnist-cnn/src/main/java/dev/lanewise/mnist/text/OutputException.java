package dev.lanewise.mnist.text;

import java.io.IOException;
import java.nio.file.Path;

/** A result that cannot be written. The message names the file and the reason. */
public final class OutputException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public OutputException(Path file, IOException cause) {
    super("cannot write " + file + ": " + ConsoleText.reason(cause), cause);
  }
}
