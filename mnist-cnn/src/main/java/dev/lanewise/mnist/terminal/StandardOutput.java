package dev.lanewise.mnist.terminal;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The process's standard output, which remembers why it could not be written to. */
public final class StandardOutput extends OutputStream {
  private final OutputStream out = new FileOutputStream(FileDescriptor.out);
  private volatile @Nullable IOException failure;

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int from, int length) throws IOException {
    try {
      out.write(bytes, from, length);
    } catch (IOException e) {
      failure = Objects.requireNonNullElse(failure, e);
      throw e;
    }
  }

  /** What went wrong first, or null. */
  public @Nullable IOException failure() {
    return failure;
  }

  /** Whether that is no more than a reader that has gone, as with {@code | head -1}. */
  public boolean readerGone() {
    IOException first = failure;
    // In any language: "Broken pipe", "Datenübergabe unterbrochen (broken pipe)", "The pipe is being closed".
    return first != null
        && String.valueOf(first.getMessage()).toLowerCase(Locale.ROOT).contains("pipe");
  }
}
