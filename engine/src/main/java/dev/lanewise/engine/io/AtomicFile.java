package dev.lanewise.engine.io;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Writes a file whole or not at all: under a temporary name in the same folder, forced to disk,
 * then renamed. Until the rename whoever opens the file sees the old one, from then on the new one,
 * and so does whoever looks after a power cut. A process that is killed may leave {@code
 * .lanewise-*.tmp} behind.
 */
final class AtomicFile {
  private AtomicFile() {}

  /** What goes into the file. */
  interface Content {
    void writeTo(FileChannel channel) throws IOException;
  }

  /**
   * Writes or replaces a file. A symbolic link of that name is replaced, not followed.
   *
   * @throws IOException if it cannot be written; the message names the file, the old file is
   *     untouched
   */
  static void write(Path file, Content content) throws IOException {
    Path folder = file.toAbsolutePath().getParent();
    if (folder == null || Files.isDirectory(file)) {
      // Where a move is not atomic it would replace an empty folder.
      throw new FileSystemException(file.toString(), null, "is a folder");
    }
    if (!Files.isDirectory(folder)) {
      throw new NoSuchFileException(file.toString(), null, "there is no folder " + folder);
    }
    // A name of its own and not the file's with a suffix: that might become too long.
    Path temporary = folder.resolve(".lanewise-" + UUID.randomUUID() + ".tmp");
    try {
      write(temporary, folder, file, content);
    } catch (IOException e) {
      throw (IOException)
          new FileSystemException(file.toString(), null, "cannot be written: " + reason(e, folder))
              .initCause(e);
    }
  }

  /** The system's exceptions often consist of a path alone, here that of the temporary file. */
  private static @Nullable String reason(IOException e, Path folder) {
    return switch (e) {
      case AccessDeniedException denied -> "no permission to create files in " + folder;
      case FileSystemException failure when failure.getReason() != null -> failure.getReason();
      default -> e.getMessage();
    };
  }

  private static void write(Path temporary, Path folder, Path file, Content content)
      throws IOException {
    FileChannel opened =
        FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    boolean moved = false;
    try {
      try (FileChannel channel = opened) {
        content.writeTo(channel);
        channel.force(true);
      }
      move(temporary, file);
      moved = true;
    } finally {
      if (!moved) {
        deleteQuietly(temporary);
      }
    }
    forceQuietly(folder);
  }

  private static void move(Path from, Path to) throws IOException {
    try {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  private static void deleteQuietly(Path temporary) {
    try {
      Files.deleteIfExists(temporary);
    } catch (IOException ignored) {
      // Why the file could not be written matters more, and that exception is on its way.
    }
  }

  /** Makes the rename itself last. Not every system lets a program open a folder. */
  private static void forceQuietly(Path folder) {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (IOException ignored) {
      // The new file is complete and in place; only its survival of a power cut is not certain.
    }
  }
}
