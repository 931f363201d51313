package dev.lanewise.mnist.attack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lanewise.mnist.App;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Memory as a process has it: a heap of 64 MiB, and files that would like to have much more. */
class HostileFilesTest {
  @TempDir Path dir;

  @Test
  @DisplayName("no input takes more memory than it is worth, and each file is refused by name")
  void refused() throws IOException, InterruptedException {
    Process child =
        App.startClass(
            dir, List.of(), List.of("-Xmx64m"), HostileFiles.class.getName(), List.of(dir.toString()));

    assertThat(child.waitFor(60, TimeUnit.SECONDS)).isTrue();
    List<String> answers =
        Files.readAllLines(dir.resolve("output.txt")).stream().filter(line -> line.contains(" -> ")).toList();
    assertThat(child.exitValue()).isZero();
    assertThat(answers)
        .hasSize(52)
        .allSatisfy(
            answer -> {
              String file = dir.resolve(answer.substring(answer.indexOf(", ") + 2, answer.indexOf(" -> "))).toString();
              assertThat(answer).containsAnyOf(
                  " -> ModelFormatException: " + file,
                  " -> DataException: " + file,
                  " -> PictureException: " + file,
                  " -> UsageException: " + file,
                  " -> WebException: "); // a body has no name
              assertThat(answer.length()).isLessThan(600);
            });
    // Decoded, and not only refused because the heap was too small.
    assertThat(answers).filteredOn(answer -> answer.endsWith(": nothing is drawn on it")).hasSize(1);
  }
}
