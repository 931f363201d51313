package dev.lanewise.mnist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.condition.OS.WINDOWS;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.io.TempDir;

/** What needs a process of its own: signals, and kernels other than those of the other tests. */
class ProcessTest {
  @TempDir Path dir;

  @Test
  @DisabledOnOs(value = WINDOWS, disabledReason = "Windows has no kill -INT")
  void controlCKeepsWhatIsFinished() throws IOException, InterruptedException {
    IdxFiles.write(dir.resolve("data"), 1000, 5, 18, 18, 3);
    Path output = dir.resolve("out");
    // Enough epochs that the second run is still at work when the signal reaches it.
    Process app =
        start(
            List.of(),
            List.of(
                "--data",
                dir.resolve("data").toString(),
                "--output",
                output.toString(),
                "--optimizers",
                "sgd,adam",
                "--epochs",
                "20"));
    waitFor(output.resolve("results.json"), app);
    new ProcessBuilder("kill", "-INT", Long.toString(app.pid())).start().waitFor();

    assertThat(app.waitFor(20, TimeUnit.SECONDS)).isTrue();
    String text = outputOf(app);
    assertThat(app.exitValue()).as(text).isEqualTo(130);
    assertThat(text).contains("Interrupted: 1 of 2 runs finished", "bytes/", "results.json");
    assertThat(Files.readString(output.resolve("results.json"))).contains("\"sgd\"");
  }

  @Test
  void aWidthThatTheCpuLacksIsRefusedWithOneLine() throws IOException, InterruptedException {
    // On machines that are not x86 the JVM ignores the option, and lacks 512 bit anyway.
    Process app =
        start(
            List.of("-XX:+IgnoreUnrecognizedVMOptions", "-XX:UseAVX=2"),
            List.of("--vector-bits", "512", "--output", dir.resolve("out").toString()));

    assertThat(app.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(app.exitValue()).isEqualTo(2);
    assertThat(outputOf(app).replace(App.INCUBATOR_WARNING, "").strip())
        .startsWith("mnist-cnn: SIMD kernels cannot be used: vectors of 512 bit")
        .hasLineCount(1);
    assertThat(dir.resolve("out")).doesNotExist();
  }

  @Test
  void scalarKernelsOnDemand() throws IOException, InterruptedException {
    IdxFiles.write(dir.resolve("data"), 20, 5, 18, 18, 3);
    Process app =
        start(
            List.of(),
            List.of(
                "--kernels",
                "scalar",
                "--epochs",
                "1",
                "--optimizers",
                "sgd",
                "--data",
                dir.resolve("data").toString(),
                "--output",
                dir.resolve("o").toString()));

    assertThat(app.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(outputOf(app)).contains(": scalar kernels, ").doesNotContain("INFO");
    assertThat(app.exitValue()).isZero();
    assertThat(Files.readString(dir.resolve("o/results.json")))
        .contains("\"kernels\": \"scalar\"", "\"vectorBits\": 0");
  }

  private Process start(List<String> options, List<String> args) throws IOException {
    return App.start(dir, options, args);
  }

  private String outputOf(Process app) throws IOException {
    return Files.readString(dir.resolve("output.txt"), StandardCharsets.UTF_8);
  }

  private static void waitFor(Path file, Process app) throws InterruptedException {
    while (!Files.exists(file) && app.isAlive()) {
      Thread.sleep(2);
    }
  }
}
