package dev.lanewise.mnist.results;

import dev.lanewise.engine.io.ModelFile;
import dev.lanewise.engine.model.Model;
import dev.lanewise.mnist.text.ConsoleText;
import dev.lanewise.mnist.text.OutputException;
import dev.lanewise.mnist.text.UsageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The directory that takes the results and the models. */
public final class ResultsFolder {
  /** Name of a text in the file of a best model. */
  private static final String WHEN_BEST = "mnist-cnn.when-best";

  private final Path directory;

  public ResultsFolder(Path directory) {
    this.directory = directory;
  }

  public Path resultsFile() {
    return directory.resolve("results.json");
  }

  public Path modelFile(String optimizer, long seed) {
    return directory.resolve(Course.name(optimizer, seed) + ".safetensors");
  }

  /** Where the best model of an unfinished run is kept. */
  public Path bestFile(String optimizer, long seed) {
    return directory.resolve(Course.name(optimizer, seed) + ".best.safetensors");
  }

  /**
   * What {@link #writeBest} was told of the model that is there as a run's best.
   *
   * @return the empty text if there is none, or none that says it
   */
  public String whenBest(String optimizer, long seed) {
    try {
      return ModelFile.metadata(bestFile(optimizer, seed)).getOrDefault(WHEN_BEST, "");
    } catch (IOException e) {
      return "";
    }
  }

  /**
   * Writes the best model that an unfinished run has had, in place of one before.
   *
   * @param when tells the epoch and the run; kept in the file
   * @throws OutputException if that fails
   */
  public void writeBest(String optimizer, long seed, Model model, String when) {
    write(bestFile(optimizer, seed), model, Map.of(WHEN_BEST, when));
  }

  /**
   * Takes the best model of an unfinished run away, since the run is finished.
   *
   * @throws OutputException if that fails
   */
  public void deleteBest(String optimizer, long seed) {
    Path file = bestFile(optimizer, seed);
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new OutputException(file, e);
    }
  }

  /**
   * Finds out, without writing anything, whether the directory can take files.
   *
   * @throws UsageException if it cannot
   */
  public void check() {
    Path existing = nearestExisting();
    if (existing == null) {
      throw unusable("there is no such drive");
    }
    if (!Files.isDirectory(existing)) {
      throw unusable(
          existing.equals(directory) ? "not a directory" : existing + " is not a directory");
    }
    if (!Files.isWritable(existing)) {
      throw unusable(existing.equals(directory) ? "not writable" : existing + " is not writable");
    }
  }

  private @Nullable Path nearestExisting() {
    if (Files.exists(directory)) {
      return directory;
    }
    Path path = directory.toAbsolutePath().normalize();
    while (path != null && !Files.exists(path)) {
      path = path.getParent();
    }
    return path;
  }

  /**
   * Makes the directory and tries it with a file, which is taken away again.
   *
   * @throws UsageException if one of them fails
   */
  public void create() {
    try {
      Files.createDirectories(directory);
      Files.delete(Files.createTempFile(directory, "try-", ".tmp"));
    } catch (IOException e) {
      throw unusable(ConsoleText.reason(e));
    }
  }

  private UsageException unusable(String reason) {
    return new UsageException("cannot write to the output directory " + directory + ": " + reason);
  }

  /**
   * Writes a trained model.
   *
   * @throws OutputException if that fails
   */
  public void write(String optimizer, long seed, Model model) {
    write(modelFile(optimizer, seed), model, Map.of());
  }

  /**
   * Writes what a diverged training has left: its last good parameters.
   *
   * @return the file
   * @throws OutputException if that fails
   */
  public Path writeLastGood(String optimizer, long seed, Model model) {
    Path file = directory.resolve(Course.name(optimizer, seed) + ".last-good.safetensors");
    write(file, model, Map.of());
    return file;
  }

  private static void write(Path file, Model model, Map<String, String> metadata) {
    try {
      ModelFile.save(model, file, metadata);
    } catch (IOException e) {
      throw new OutputException(file, e);
    }
  }

  /**
   * Writes the results in place of those there. Whoever reads the file, and whenever the machine
   * stops, there is the old content or the new one.
   *
   * @throws OutputException if that fails; the old content is kept
   */
  public void write(Results results) {
    replace(resultsFile(), ResultsJson.write(results).getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Writes a file in place of one of the same name, whole or not at all.
   *
   * @param name of the file, relative to the directory
   * @throws OutputException if that fails; the old content is kept
   */
  public void write(String name, byte[] content) {
    replace(directory.resolve(name), content);
  }

  /**
   * Makes a directory within this one.
   *
   * @throws OutputException if that fails
   */
  public void createFolder(String name) {
    Path folder = directory.resolve(name);
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new OutputException(folder, e);
    }
  }

  /**
   * Deletes a file that is of an earlier report.
   *
   * @param name of the file, relative to the directory
   * @throws OutputException if it is there and stays
   */
  public void delete(String name) {
    try {
      Files.deleteIfExists(directory.resolve(name));
    } catch (IOException e) {
      throw new OutputException(directory.resolve(name), e);
    }
  }

  public Path file(String name) {
    return directory.resolve(name);
  }

  private static void replace(Path file, byte[] content) {
    try {
      force(file, content);
    } catch (IOException e) {
      throw new OutputException(file, e);
    }
  }

  private static void force(Path file, byte[] content) throws IOException {
    Path temporary = file.resolveSibling(file.getFileName() + ".tmp");
    try {
      try (FileChannel channel =
          FileChannel.open(
              temporary,
              StandardOpenOption.CREATE,
              StandardOpenOption.TRUNCATE_EXISTING,
              StandardOpenOption.WRITE)) {
        ByteBuffer buffer = ByteBuffer.wrap(content);
        while (buffer.hasRemaining()) {
          channel.write(buffer);
        }
        channel.force(true);
      }
      move(temporary, file);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  private static void move(Path from, Path to) throws IOException {
    try {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(from, to, StandardCopyOption.REPLACE_EXISTING); // the next best
    }
  }
}
