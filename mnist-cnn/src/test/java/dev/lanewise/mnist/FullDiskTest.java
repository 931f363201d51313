package dev.lanewise.mnist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.lanewise.engine.io.ModelFile;
import dev.lanewise.engine.model.Model;
import dev.lanewise.mnist.attack.FuzzMaterial;
import dev.lanewise.mnist.terminal.ExitCode;
import dev.lanewise.mnist.training.Network;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A file system in memory that is really full. Only root can mount one; otherwise the tests are skipped. */
@EnabledOnOs(value = OS.LINUX, disabledReason = "needs tmpfs")
class FullDiskTest {
  @TempDir Path dir;
  private boolean mounted;

  @BeforeEach
  void smallDisk() throws IOException, InterruptedException {
    IdxFiles.write(dir.resolve("data"), 300, 5, 18, 18, 3);
    Files.createDirectory(disk());
    mounted = run("mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", disk().toString()) == 0;
    assumeThat(mounted).as("needs the right to mount a tmpfs").isTrue();
  }

  @AfterEach
  void unmount() throws IOException, InterruptedException {
    if (mounted) {
      assertThat(run("umount", disk().toString())).isZero();
    }
  }

  private Path disk() {
    return dir.resolve("disk");
  }

  private static int run(String... command) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
    return process.exitValue();
  }

  private void resize(long bytes) throws IOException, InterruptedException {
    assertThat(run("mount", "-o", "remount,size=" + bytes, disk().toString())).isZero();
  }

  private App.Outcome train(Path output, String... more) {
    List<String> args = new ArrayList<>(List.of("train", "--optimizer", "adam", "--batch-size", "50"));
    args.addAll(List.of("--epochs", "2", "--data", dir.resolve("data").toString(), "--output", output.toString()));
    args.addAll(List.of(more));
    return App.run(args.toArray(new String[0]));
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(f -> !f.endsWith(".lock")).sorted().toList();
    }
  }

  @Test
  void aCheckpointThatDoesNotFitEndsTheTrainingAndTheOnesBeforeItAreKept() throws Exception {
    Path expected = dir.resolve("expected");
    assertThat(train(expected, "--checkpoint", dir.resolve("roomy").toString()).exitCode()).isZero();
    Path run = disk().resolve("adam-0");
    long size = Files.size(files(dir.resolve("roomy/adam-0")).getLast());
    resize(5 * size / 2); // two and a half

    App.Outcome full = train(dir.resolve("out"), "--checkpoint", disk().toString(), "--checkpoint-every", "1");

    assertThat(full.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(full.err()).contains("mnist-cnn: cannot write " + run, "No space left on device").hasLineCount(1);
    assertThat(files(run))
        .containsExactly(run.resolve("checkpoint-1.safetensors"), run.resolve("checkpoint-2.safetensors"));

    resize(10 * size);
    App.Outcome resumed =
        train(dir.resolve("out"), "--checkpoint", disk().toString(), "--checkpoint-every", "1", "--resume");
    assertThat(resumed.exitCode()).as(resumed.err()).isZero();
    assertThat(resumed.out()).contains("adam, seed 0: goes on after step 2");
    assertThat(dir.resolve("out/adam-0.safetensors")).hasSameBinaryContentAs(expected.resolve("adam-0.safetensors"));
  }

  @Test
  void resultsThatDoNotFitAreToldWithOneLine() throws Exception {
    App.Outcome full = train(disk().resolve("out"));

    assertThat(full.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(full.err()).contains("mnist-cnn: ", disk().toString(), "No space left on device").hasLineCount(1);
    assertThat(files(disk().resolve("out"))).noneMatch(file -> file.toString().endsWith(".tmp"));
  }

  @Test
  void aModelThatDoesNotFitLeavesTheOldFile() throws Exception {
    Path file = disk().resolve("model.safetensors");
    try (Model small = FuzzMaterial.NETWORK.initialize(1);
        Model large = Network.of(28, 28, 10).initialize(1)) {
      ModelFile.save(small, file);
      byte[] before = Files.readAllBytes(file);

      assertThatExceptionOfType(FileSystemException.class)
          .isThrownBy(() -> ModelFile.save(large, file))
          .withMessageContaining(file + ": cannot be written: No space left on device");
      assertThat(file).hasBinaryContent(before);
      assertThat(files(disk())).containsExactly(file);
    }
  }
}
