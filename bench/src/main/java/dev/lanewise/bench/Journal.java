package dev.lanewise.bench;

import dev.lanewise.engine.kernel.Kernels;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the JVMs of a measurement have printed, in a file, so that the measurement goes on where it was interrupted. Each
 * line has the name of a run, a tab, and its output. The first line tells whose outputs they are: those of another
 * machine, build or setting are not mixed in. Not thread-safe.
 */
public final class Journal {
  private final @Nullable Path file;
  private final Map<String, String> outputs = new HashMap<>();

  private Journal(@Nullable Path file) {
    this.file = file;
  }

  /** Something that prints, most often a JVM. */
  @FunctionalInterface
  public interface Run {
    /**
     * Runs to the end.
     *
     * @return what was printed
     * @throws IOException if it fails
     * @throws InterruptedException if this thread is interrupted
     */
    String run() throws IOException, InterruptedException;
  }

  /**
   * Opens a file or begins it.
   *
   * @param file null to remember nothing
   * @param settings all that the outputs depend on beside the machine, Java and the engine's jar
   * @throws IOException if the file cannot be read or written, or belongs to another measurement
   */
  public static Journal open(@Nullable Path file, String settings) throws IOException {
    Journal journal = new Journal(file);
    if (file == null) {
      return journal;
    }
    String head = line("settings", Machine.lines() + " " + engine() + " " + settings);
    String text = Files.exists(file) ? Files.readString(file) : "";
    String whole = text.substring(0, text.lastIndexOf('\n') + 1); // a run that was killed may leave half a line
    if (whole.isEmpty()) {
      whole = head;
    } else if (!whole.startsWith(head)) {
      throw new IOException(file + " is of another machine, build or setting; delete it to begin anew");
    }
    Path folder = file.toAbsolutePath().getParent();
    if (folder != null) {
      Files.createDirectories(folder);
    }
    Files.writeString(file, whole);
    whole.lines().skip(1).map(line -> line.split("\t", 2)).forEach(
        parts -> journal.outputs.put(parts[0], parts[1].translateEscapes()));
    return journal;
  }

  /**
   * What a run of this name has printed, now or before the interruption.
   *
   * @throws IOException if it fails, which is not remembered, or the file cannot be written
   * @throws InterruptedException if this thread is interrupted
   */
  public String output(String name, Run run) throws IOException, InterruptedException {
    String known = outputs.get(name);
    if (known != null) {
      return known;
    }
    String output = run.run();
    outputs.put(name, output);
    if (file != null) {
      Files.writeString(file, line(name, output), StandardOpenOption.APPEND);
    }
    return output;
  }

  private static String line(String name, String output) {
    return name + "\t" + output.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r") + "\n";
  }

  /** The engine that is measured, by the bytes of its jar. */
  private static String engine() throws IOException {
    Path place = Path.of(URI.create(Kernels.class.getProtectionDomain().getCodeSource().getLocation().toString()));
    if (!Files.isRegularFile(place)) {
      return "classes";
    }
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(place)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
