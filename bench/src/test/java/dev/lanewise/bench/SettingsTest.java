package dev.lanewise.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The command line. */
class SettingsTest {
  @Test
  @DisplayName("Without options, everything runs in five forks and goes to a file")
  void defaults() {
    assertThat(Settings.parse())
        .isEqualTo(new Settings(false, ".*", Path.of("lanewise-bench.json"), 5, List.of(), 0, null, 0, null, null, null));
  }

  @Test
  @DisplayName("A smoke run writes no file unless told to")
  void smoke() {
    assertThat(Settings.parse("--smoke").output()).isNull();
    assertThat(Settings.parse("--smoke", "--output", "x.json").output()).isEqualTo(Path.of("x.json"));
  }

  @Test
  @DisplayName("Every option has its place")
  void options() {
    assertThat(
            Settings.parse(
                "--include", "Gemm", "--forks", "2", "--jvm", "-Xmx1g", "--jvm", "-Da=b", "--startup", "20", "--rows", "conv2",
                "--predictions", "3", "--jar", "other.jar", "--growth", "charts", "--output", "o.json", "--resume", "r.txt"))
        .isEqualTo(
            new Settings(
                false, "Gemm", Path.of("o.json"), 2, List.of("-Xmx1g", "-Da=b"), 20, "conv2", 3, Path.of("other.jar"),
                Path.of("charts"), Path.of("r.txt")));
  }

  @ParameterizedTest
  @DisplayName("A wrong option gets one line that names it, and exit code 2")
  @CsvSource({
    "--wat, no option --wat", "--forks 0, --forks needs a number from 1", "--startup x, --startup needs a number",
    "--include, --include needs a value", "--rows ., --rows needs --startup N", "--resume x, --resume needs --startup N", "--include (, --include needs a regular expression"
  })
  void wrong(String line, String message) {
    String[] args = line.split(" ", -1);
    assertThatIllegalArgumentException().isThrownBy(() -> Settings.parse(args)).withMessageContaining(message);
    assertThat(Main.run(args)).isEqualTo(2);
  }
}
