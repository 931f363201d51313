package dev.lanewise.engine.io;

import dev.lanewise.engine.train.ResumeException;
import dev.lanewise.engine.train.Trainer;
import dev.lanewise.engine.train.TrainingPosition;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A folder with the last two checkpoints of one training, {@code checkpoint-STEP.safetensors}:
 *
 * <pre>{@code
 * try (Checkpoints checkpoints = Checkpoints.open(folder);
 *     Trainer trainer =
 *         Trainer.builder(model, optimizer).checkpoints(checkpoints::save, 500).build()) {
 *   checkpoints.resume(trainer); // does nothing where there is none yet
 *   History history = trainer.fit(train, validation, 5);
 * }
 * }</pre>
 *
 * <p>However the first process ends, the second gives the same bits as one that was not disturbed. A
 * checkpoint appears whole or not at all: it is written under another name, forced to disk and
 * renamed, and only then is the oldest one deleted. It ends with a checksum of all of its bytes.
 *
 * <p>Not thread-safe. While it is open no other process can open the folder; the lock ends with the
 * process, whatever ends it.
 */
public final class Checkpoints implements AutoCloseable {
  private static final int KEPT = 2;
  private static final String PREFIX = "checkpoint-";
  private static final String SUFFIX = ".safetensors";
  private static final String DAMAGED = ".damaged";

  private final Path folder;
  private final FileChannel lock;

  private Checkpoints(Path folder, FileChannel lock) {
    this.folder = folder;
    this.lock = lock;
  }

  /**
   * Opens a folder, which is made if it is not there.
   *
   * @param folder for the checkpoints of one training
   * @return the folder; the caller closes it
   * @throws IOException if it cannot be made or written, or if another process has it open
   */
  public static Checkpoints open(Path folder) throws IOException {
    Files.createDirectories(folder);
    FileChannel channel =
        FileChannel.open(
            folder.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    Checkpoints checkpoints = new Checkpoints(folder, channel);
    boolean opened = false;
    try {
      checkpoints.lock();
      checkpoints.deleteLeftovers();
      opened = true;
      return checkpoints;
    } finally {
      if (!opened) {
        channel.close();
      }
    }
  }

  private void lock() throws IOException {
    try {
      if (lock.tryLock() != null) {
        return;
      }
    } catch (OverlappingFileLockException e) {
      // Open in this process: as bad.
    }
    throw new FileSystemException(folder.toString(), null, "another training uses this folder");
  }

  /** What a killed process may have left of a file that it was writing. */
  private void deleteLeftovers() throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, ".lanewise-*.tmp")) {
      for (Path file : files) {
        Files.delete(file);
      }
    }
  }

  /**
   * Whether there is no checkpoint.
   *
   * @throws IOException if the folder cannot be read
   */
  public boolean isEmpty() throws IOException {
    return files().isEmpty();
  }

  /** The checkpoints by step. */
  private NavigableMap<Long, Path> files() throws IOException {
    NavigableMap<Long, Path> found = new TreeMap<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, PREFIX + "*" + SUFFIX)) {
      for (Path file : files) {
        String name = file.getFileName().toString();
        String step = name.substring(PREFIX.length(), name.length() - SUFFIX.length());
        if (step.matches("[0-9]{1,18}")) {
          found.put(Long.valueOf(step), file);
        }
      }
    }
    return found;
  }

  /**
   * Writes a checkpoint and deletes those before the last two. For the thread that trains, between two
   * steps; see {@link dev.lanewise.engine.train.TrainerBuilder#checkpoints}.
   *
   * @param trainer which training
   * @throws IOException if it cannot be written; the checkpoints that were there stay as they were
   */
  public void save(Trainer trainer) throws IOException {
    CheckpointFile.write(folder.resolve(PREFIX + trainer.steps() + SUFFIX), trainer);
    NavigableMap<Long, Path> files = files();
    while (files.size() > KEPT) {
      Files.deleteIfExists(files.pollFirstEntry().getValue());
    }
  }

  /**
   * Where a training was resumed.
   *
   * @param file the checkpoint; null if there was none, and the training begins anew
   * @param position where it goes on; null if there was no checkpoint
   * @param refused what is wrong with newer ones; they were renamed to end with {@code .damaged}
   */
  public record Resumption(
      @Nullable Path file, @Nullable TrainingPosition position, List<IOException> refused) {
    /** Keeps its own copy. */
    public Resumption {
      refused = List.copyOf(refused);
    }
  }

  /**
   * Puts a trainer where the newest checkpoint was, or where that is damaged the one before it. Does
   * nothing if there are none.
   *
   * @param trainer one with the same network, optimizer and settings
   * @return where the next {@link Trainer#fit} goes on
   * @throws ModelFormatException if there are checkpoints, but none that is whole; the others' faults are
   *     suppressed exceptions
   * @throws ResumeException if the checkpoint is of another training
   * @throws IOException if the folder cannot be read
   */
  public Resumption resume(Trainer trainer) throws IOException {
    List<IOException> refused = new ArrayList<>();
    List<Path> bad = new ArrayList<>();
    for (Path file : files().descendingMap().values()) {
      try {
        TrainingPosition position = CheckpointFile.restore(file, trainer);
        for (Path damaged : bad) {
          Files.move(
              damaged,
              damaged.resolveSibling(damaged.getFileName() + DAMAGED),
              StandardCopyOption.REPLACE_EXISTING);
        }
        return new Resumption(file, position, refused);
      } catch (ModelFormatException e) {
        refused.add(e);
        bad.add(file);
      }
    }
    if (!refused.isEmpty()) {
      IOException newest = refused.removeFirst();
      refused.forEach(newest::addSuppressed);
      throw newest;
    }
    return new Resumption(null, null, refused);
  }

  /**
   * Lets other processes open the folder. Closing twice does nothing.
   *
   * @throws IOException if the system says so
   */
  @Override
  public void close() throws IOException {
    lock.close();
  }
}
