package dev.lanewise.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an interrupted measurement finds again. */
class JournalTest {
  private static final String OUTPUT = "a row\t1.5\\n\nan \"other\"\ts\r\n\t";

  private static String never() throws IOException {
    throw new IOException("ran again");
  }

  @Test
  @DisplayName("What has run does not run again, and its output comes back to the character")
  void resumes(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("new").resolve("journal.txt");
    assertThat(Journal.open(file, "a").output("fork 1: x", () -> OUTPUT)).isEqualTo(OUTPUT);
    Journal again = Journal.open(file, "a");
    assertThat(again.output("fork 1: x", JournalTest::never)).isEqualTo(OUTPUT);
    assertThat(again.output("fork 2: x", () -> "2")).isEqualTo("2");
    assertThat(Journal.open(file, "a").output("fork 2: x", JournalTest::never)).isEqualTo("2");
  }

  @Test
  @DisplayName("What failed runs again")
  void failure(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("journal.txt");
    Journal journal = Journal.open(file, "a");
    assertThatIOException().isThrownBy(() -> journal.output("x", JournalTest::never));
    assertThat(Journal.open(file, "a").output("x", () -> "well")).isEqualTo("well");
  }

  @Test
  @DisplayName("Half a line, of a run that was killed while it wrote, is forgotten")
  void killed(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("journal.txt");
    Journal.open(file, "a").output("x", () -> "1");
    Files.writeString(file, "y\t12", StandardOpenOption.APPEND);
    assertThat(Journal.open(file, "a").output("y", () -> "123")).isEqualTo("123");
    Journal again = Journal.open(file, "a");
    assertThat(again.output("x", JournalTest::never)).isEqualTo("1");
    assertThat(again.output("y", JournalTest::never)).isEqualTo("123");
  }

  @Test
  @DisplayName("Another setting's outputs are not mixed in")
  void other(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("journal.txt");
    Journal.open(file, "a").output("x", () -> "1");
    assertThatIOException().isThrownBy(() -> Journal.open(file, "b")).withMessageContaining("another");
    assertThatIOException().isThrownBy(() -> Journal.open(file, "a and more")).withMessageContaining("another");
  }

  @Test
  @DisplayName("Without a file everything runs")
  void none() throws Exception {
    assertThat(Journal.open(null, "a").output("x", () -> "1")).isEqualTo("1");
  }
}
