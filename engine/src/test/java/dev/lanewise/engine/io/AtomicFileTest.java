package dev.lanewise.engine.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file appears whole or not at all, and nothing else is left behind. */
@Tag("once")
class AtomicFileTest {
  private static final String TEMPORARY = ".*[.]lanewise-[-0-9a-f]+[.]tmp";

  @TempDir private Path folder;
  private Path file;

  @BeforeEach
  void anOldFile() throws IOException {
    file = Files.writeString(folder.resolve("model"), "old");
  }

  private static void write(FileChannel channel, String text) throws IOException {
    channel.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void replacesAFileAtTheVeryEnd() throws IOException {
    AtomicFile.write(
        file,
        channel -> {
          write(channel, "new");
          assertThat(file).hasContent("old");
        });

    assertThat(file).hasContent("new");
    assertThat(folder).isDirectoryNotContaining("glob:**.tmp");
  }

  @Test
  void keepsTheOldFileIfWritingFails() {
    IOException cause = new IOException("No space left on device");

    assertThatExceptionOfType(FileSystemException.class)
        .isThrownBy(() -> writeHalfAndThrow(cause))
        .withMessage(file + ": cannot be written: No space left on device")
        .withCause(cause);
    assertThat(file).hasContent("old");
    assertThat(folder).isDirectoryNotContaining("glob:**.tmp");
  }

  @Test
  void keepsTheOldFileIfTheContentCannotBeHad() {
    IllegalStateException cause = new IllegalStateException("memory was already closed");

    assertThatException().isThrownBy(() -> writeHalfAndThrow(cause)).isSameAs(cause);
    assertThat(file).hasContent("old");
    assertThat(folder).isDirectoryNotContaining("glob:**.tmp");
  }

  private void writeHalfAndThrow(Exception fault) throws IOException {
    AtomicFile.write(
        file,
        channel -> {
          write(channel, "half");
          if (fault instanceof IOException failure) {
            throw failure;
          }
          throw (RuntimeException) fault;
        });
  }

  @Test
  void doesNotReplaceAFolder() throws IOException {
    Path target = Files.createDirectory(folder.resolve("folder"));

    assertThatExceptionOfType(FileSystemException.class)
        .isThrownBy(() -> AtomicFile.write(target, channel -> write(channel, "new")))
        .withMessage(target + ": is a folder");
    assertThat(target).isEmptyDirectory();
  }

  @Test
  void removesTheTemporaryFileIfItCannotBeRenamed() {
    Path target = folder.resolve("folder");

    assertThatExceptionOfType(FileSystemException.class)
        .isThrownBy(() -> failToRename(target))
        .withMessageStartingWith(target + ": cannot be written: ");
    assertThat(target).isDirectoryContaining("glob:**/x");
    assertThat(folder).isDirectoryNotContaining("glob:**.tmp");
  }

  /** The folder comes while the content is written, which no check beforehand can see. */
  private static void failToRename(Path target) throws IOException {
    AtomicFile.write(
        target, channel -> Files.createFile(Files.createDirectory(target).resolve("x")));
  }

  @Test
  void saysThatThereIsNoFolder() {
    Path target = folder.resolve("none").resolve("model");

    assertThatExceptionOfType(NoSuchFileException.class)
        .isThrownBy(() -> AtomicFile.write(target, channel -> write(channel, "new")))
        .withMessage(target + ": there is no folder " + folder.resolve("none"));
  }

  @Test
  void saysThatTheFolderMayNotBeWritten() throws IOException {
    Path locked = Files.createDirectory(folder.resolve("locked"));
    assumeThat(locked.toFile().setWritable(false) && !Files.isWritable(locked))
        .as("permissions that hold for this user")
        .isTrue();

    assertThatExceptionOfType(FileSystemException.class)
        .isThrownBy(() -> AtomicFile.write(locked.resolve("m"), channel -> write(channel, "new")))
        .withMessageContaining("no permission to create files in " + locked);
  }

  @Test
  void takesTheLongestNames() throws IOException {
    Path target = folder.resolve("m".repeat(255));

    AtomicFile.write(target, channel -> write(channel, "new"));

    assertThat(target).hasContent("new");
  }

  @Test
  void isNotRenamedBeforeItIsForcedToDisk() {
    // A closed channel cannot be forced.
    assertThatExceptionOfType(FileSystemException.class)
        .isThrownBy(
            () ->
                AtomicFile.write(
                    file,
                    channel -> {
                      write(channel, "new");
                      channel.close();
                    }))
        .withCauseInstanceOf(ClosedChannelException.class);
    assertThat(file).hasContent("old");
    assertThat(folder).isDirectoryNotContaining("glob:**.tmp");
  }

  @Test
  void forcesTheFileAndThenItsFolderToDisk() throws IOException {
    List<String> forced = forced(() -> AtomicFile.write(file, channel -> write(channel, "new")));

    assertThat(forced).hasSize(2);
    assertThat(forced.getFirst()).matches(TEMPORARY);
    assertThat(forced.getLast()).isEqualTo(folder.toString());
    assertThat(file).hasContent("new");
  }

  @Test
  void forcesTheFolderAfterTheRenameOnly() throws IOException {
    // What breaks off at the rename shows what comes before it.
    List<String> forced =
        forced(
            () ->
                assertThatExceptionOfType(FileSystemException.class)
                    .isThrownBy(() -> failToRename(folder.resolve("folder"))));

    assertThat(forced).singleElement().asString().matches(TEMPORARY);
  }

  private interface Work {
    void run() throws IOException;
  }

  /** What was forced to disk meanwhile, in this order, as the JVM's own events tell it. */
  private List<String> forced(Work work) throws IOException {
    try (Recording recording = new Recording()) {
      recording.enable("jdk.FileForce").withoutThreshold();
      recording.start();
      work.run();
      recording.stop();
      Path events = folder.resolve("events.jfr");
      recording.dump(events);
      return RecordingFile.readAllEvents(events).stream()
          .sorted(Comparator.comparing(RecordedEvent::getStartTime))
          .map(event -> event.getString("path"))
          .toList();
    }
  }
}
