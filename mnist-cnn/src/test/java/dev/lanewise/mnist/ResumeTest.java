package dev.lanewise.mnist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.condition.OS.WINDOWS;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.lanewise.mnist.attack.FuzzMaterial;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.io.TempDir;

/** Trainings that end before their time, through the command line, and go on with {@code --resume}. */
class ResumeTest {
  private static final String MODEL = "nadam-0.safetensors";

  @TempDir Path dir;

  @BeforeEach
  void data() throws IOException {
    IdxFiles.write(dir.resolve("data"), 600, 5, 18, 18, 3);
  }

  private String[] args(String output, String... more) {
    List<String> args = new ArrayList<>(List.of("train", "--optimizer", "nadam", "--batch-size", "16"));
    args.addAll(List.of("--epochs", "4", "--data", dir.resolve("data").toString()));
    args.addAll(List.of("--output", dir.resolve(output).toString()));
    args.addAll(List.of(more));
    return args.toArray(new String[0]);
  }

  private String[] kept(String... more) {
    List<String> args = new ArrayList<>(List.of("--checkpoint", checkpoints().toString()));
    args.addAll(List.of("--checkpoint-every", "3"));
    args.addAll(List.of(more));
    return args("out", args.toArray(new String[0]));
  }

  private Path checkpoints() {
    return dir.resolve("checkpoints");
  }

  private void undisturbed() {
    assertThat(App.run(args("expected")).exitCode()).isZero();
  }

  private void sameAsUndisturbed() throws IOException {
    assertThat(dir.resolve("out").resolve(MODEL)).hasSameBinaryContentAs(dir.resolve("expected").resolve(MODEL));
    assertThat(history("out")).isEqualTo(history("expected")).hasSize(4);
  }

  /** Every bit of the epochs in results.json but the times. */
  private List<String> history(String output) throws IOException {
    JsonObject results =
        JsonParser.parseString(Files.readString(dir.resolve(output).resolve("results.json"))).getAsJsonObject();
    List<String> epochs = new ArrayList<>();
    results.getAsJsonArray("runs").get(0).getAsJsonObject().getAsJsonArray("epochs").forEach(
        epoch -> {
          epoch.getAsJsonObject().remove("seconds");
          epoch.getAsJsonObject().remove("imagesPerSecond");
          epochs.add(epoch.toString());
        });
    return epochs;
  }

  @Test
  @DisabledOnOs(value = WINDOWS, disabledReason = "Windows has no signals")
  void afterControlCAndAfterKill9() throws IOException, InterruptedException {
    undisturbed();
    for (String signal : new String[] {"-INT", "-KILL"}) {
      Process app = App.start(dir, List.of(), List.of(kept("--resume")));
      waitForCheckpoint(app);
      new ProcessBuilder("kill", signal, Long.toString(app.pid())).start().waitFor();
      assertThat(app.waitFor(20, TimeUnit.SECONDS)).isTrue();
      String text = Files.readString(dir.resolve("output.txt"));
      if (signal.equals("-INT")) {
        assertThat(app.exitValue()).as(text).isEqualTo(130);
        assertThat(text).contains("Interrupted: 0 of 1 runs finished", "The same command with --resume goes on");
      }
    }

    App.Outcome outcome = App.run(kept("--resume"));

    assertThat(outcome.exitCode()).as(outcome.err()).isZero();
    assertThat(outcome.out()).contains("nadam, seed 0: goes on after step ");
    sameAsUndisturbed();
  }

  /** Waits for a checkpoint newer than those there were. */
  private void waitForCheckpoint(Process app) throws IOException, InterruptedException {
    Path run = checkpoints().resolve("nadam-0");
    List<String> before = Files.exists(run) ? names(run) : List.of();
    while (app.isAlive() && (!Files.exists(run) || before.containsAll(names(run)))) {
      Thread.sleep(1);
    }
  }

  private static List<String> names(Path folder) throws IOException {
    try (var files = Files.list(folder)) {
      return files
          .map(f -> f.getFileName().toString())
          .filter(name -> name.startsWith("checkpoint-") && name.endsWith(".safetensors"))
          .toList();
    }
  }

  /** {@code lanewise.kills} is the number of kills, {@code lanewise.seed} draws other moments. */
  @Test
  @DisabledOnOs(value = WINDOWS, disabledReason = "Windows has no signals")
  void afterKillsAtRandomMoments() throws IOException, InterruptedException {
    undisturbed();
    SplittableRandom random = new SplittableRandom(Long.getLong("lanewise.seed", 1));
    int wanted = Integer.getInteger("lanewise.kills", 2);
    int trainings = 1;
    for (int kills = 0; kills < wanted; ) {
      Process app = App.start(dir, List.of(), List.of(kept("--resume")));
      waitForCheckpoint(app);
      TimeUnit.MICROSECONDS.sleep(random.nextInt(50_000));
      app.toHandle().destroyForcibly();
      int code = app.waitFor();
      if (code == 0) { // it was faster: all over again
        sameAsUndisturbed();
        delete(dir.resolve("out"));
        delete(checkpoints());
        trainings++;
      } else {
        assertThat(code).as("128 + SIGKILL; %s", Files.readString(dir.resolve("output.txt"))).isEqualTo(137);
        kills++;
      }
    }

    assertThat(App.run(kept("--resume")).exitCode()).isZero();
    sameAsUndisturbed();
    System.out.printf("%d kills of the application in %d trainings, all came to the same bits%n", wanted, trainings);
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  @Test
  @DisabledOnOs(value = WINDOWS, disabledReason = "Windows has no ulimit")
  void afterALimitOnFileSizes() throws IOException, InterruptedException {
    undisturbed();
    // No file may grow beyond 64 KiB: the system's own error, in the middle of a checkpoint.
    Process app =
        App.start(
            dir,
            List.of("sh", "-c", "ulimit -f 128; exec \"$@\"", "sh"),
            List.of("-XX:-UsePerfData"),
            List.of(kept()));
    assertThat(app.waitFor(60, TimeUnit.SECONDS)).isTrue();
    String text = Files.readString(dir.resolve("output.txt"));
    assertThat(app.exitValue()).as(text).isEqualTo(1);
    assertThat(text).contains("mnist-cnn: cannot write " + checkpoints().resolve("nadam-0"), "cannot be written: ");
    assertThat(names(checkpoints().resolve("nadam-0"))).isEmpty();

    assertThat(App.run(kept("--resume")).exitCode()).isZero();
    sameAsUndisturbed();
  }

  @Test
  void aComparisonTrainsWhatIsMissing() throws IOException {
    String[] first = kept();
    assertThat(App.run(first).exitCode()).isZero();
    String[] both = kept("--resume");
    both[0] = "compare";
    both[1] = "--optimizers";
    both[2] = "nadam,sgd";

    App.Outcome outcome = App.run(both);

    assertThat(outcome.exitCode()).as(outcome.err()).isZero();
    assertThat(outcome.out())
        .contains("nadam, seed 0: goes on after step 136, in epoch 5")
        .doesNotContain("nadam        1/4", "sgd, seed 0: goes on");
    assertThat(dir.resolve("out/sgd-0.safetensors")).exists();
  }

  @Test
  void checkpointsOfAnEarlierTrainingAreNotOverwritten() {
    assertThat(App.run(kept()).exitCode()).isZero();
    String[] both = kept();
    both[0] = "compare";
    both[1] = "--optimizers";
    both[2] = "sgd,nadam";

    App.Outcome outcome = App.run(both);

    assertThat(outcome.exitCode()).isEqualTo(2);
    assertThat(dir.resolve("out/sgd-0.safetensors")).as("found before anything is trained").doesNotExist();
    assertThat(outcome.err())
        .contains(checkpoints().resolve("nadam-0") + " has checkpoints of an earlier training", "--resume")
        .hasLineCount(1);
  }

  /** Another value of an option, or one more option. */
  private static String[] with(String[] args, String option, String value) {
    List<String> all = new ArrayList<>(List.of(args));
    int at = all.indexOf(option);
    if (at < 0) {
      all.addAll(List.of(option, value));
    } else {
      all.set(at + 1, value);
    }
    return all.toArray(new String[0]);
  }

  @Test
  void anotherTrainingIsRefusedAndTheDifferenceNamed() throws IOException {
    IdxFiles.write(dir.resolve("other"), 601, 5, 18, 18, 3);
    IdxFiles.write(dir.resolve("wider"), 600, 5, 18, 19, 3);
    assertThat(App.run(kept()).exitCode()).isZero();

    String another = "it is another training: the ";
    refused("--learning-rate", "0.5", another + "optimizer was ", "learning_rate=0.5");
    refused("--batch-size", "17", another + "batch size was 16, now it is 17");
    refused("--schedule", "cosine", another + "schedule was ConstantRate", "CosineDecay");
    refused("--limit", "200", another + "training data was 540 samples of ", "now it is 180 samples");
    refused("--data", dir.resolve("other").toString(), another + "training data was 540 samples of ", "SHA-256");
    refused("--data", dir.resolve("wider").toString(), another + "network was ", "18x19x1");
    refused("--epochs", "3", "4 epochs are finished already, more than 3");
  }

  private void refused(String option, String value, String... faults) throws IOException {
    List<String> before = names(checkpoints().resolve("nadam-0"));

    App.Outcome outcome = App.run(with(kept("--resume"), option, value));

    assertThat(outcome.exitCode()).as(option).isEqualTo(2);
    assertThat(outcome.err())
        .startsWith("mnist-cnn: cannot resume from " + checkpoints().resolve("nadam-0"))
        .contains(faults)
        .hasLineCount(1);
    assertThat(names(checkpoints().resolve("nadam-0"))).containsExactlyInAnyOrderElementsOf(before);
  }

  @Test
  void threadsKernelsAndTheDistanceOfCheckpointsMayChange() throws IOException {
    undisturbed();
    assertThat(App.run(with(kept(), "--epochs", "2")).exitCode()).isZero();

    App.Outcome outcome =
        App.run(with(kept("--resume", "--threads", "3", "--kernels", "scalar"), "--checkpoint-every", "50"));

    assertThat(outcome.exitCode()).as(outcome.err()).isZero();
    sameAsUndisturbed();
  }

  @Test
  void aCheckpointOfAnotherVersionIsRefusedAndKept() throws IOException {
    assertThat(App.run(kept()).exitCode()).isZero();
    Path run = checkpoints().resolve("nadam-0");
    for (String name : names(run)) {
      byte[] bytes = Files.readAllBytes(run.resolve(name));
      String text = new String(bytes, StandardCharsets.ISO_8859_1);
      int at = text.indexOf("\"lanewise.checkpoint\":\"1\"") + "\"lanewise.checkpoint\":\"".length();
      bytes[at] = '2';
      Files.write(run.resolve(name), FuzzMaterial.withChecksum(bytes));
    }
    List<String> before = names(run);

    App.Outcome outcome = App.run(kept("--resume"));

    assertThat(outcome.exitCode()).isEqualTo(2);
    assertThat(outcome.err())
        .startsWith("mnist-cnn: cannot resume from " + run)
        .contains("format version \"2\"; this engine reads version 1")
        .hasLineCount(1);
    assertThat(names(run)).containsExactlyInAnyOrderElementsOf(before);
  }

  @Test
  void aDamagedCheckpointIsToldAndTheOneBeforeItUsed() throws IOException {
    undisturbed();
    assertThat(App.run(kept()).exitCode()).isZero();
    Path newest = checkpoints().resolve("nadam-0/checkpoint-136.safetensors");
    byte[] bytes = Files.readAllBytes(newest);
    bytes[bytes.length / 2] ^= 4;
    Files.write(newest, bytes);

    App.Outcome outcome = App.run(kept("--resume"));

    assertThat(outcome.exitCode()).as(outcome.err()).isZero();
    assertThat(outcome.err()).contains("mnist-cnn: " + newest + ": bytes 0 to ", "the one before it is used").hasLineCount(1);
    sameAsUndisturbed();
  }
}
