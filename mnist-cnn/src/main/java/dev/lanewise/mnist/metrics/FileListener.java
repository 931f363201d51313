package dev.lanewise.mnist.metrics;

import java.io.IOException;
import java.util.function.Consumer;

/**
 * A listener that writes. What cannot be written is told once and ends the writing, not the
 * training: results matter more than pictures of them.
 */
abstract class FileListener implements RunListener {
  private final Consumer<IOException> errors;
  private boolean broken;

  /** Something that writes. */
  interface Writing {
    void run() throws IOException;
  }

  FileListener(Consumer<IOException> errors) {
    this.errors = errors;
  }

  /** Writes, unless that has failed before. */
  final void attempt(Writing writing) {
    if (!broken) {
      run(writing);
    }
  }

  /** Does the last thing, which is to be done in any case. */
  final void end(Writing writing) {
    run(writing);
  }

  private void run(Writing writing) {
    try {
      writing.run();
    } catch (IOException e) {
      if (!broken) {
        broken = true;
        errors.accept(e);
      }
    }
  }
}
