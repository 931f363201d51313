package dev.lanewise.mnist;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.lanewise.mnist.metrics.TfRecords;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.util.Event;

/** {@code --metrics} and {@code --tensorboard}, through the command line. */
class MetricsTest {
  @TempDir Path dir;

  @BeforeEach
  void data() throws IOException {
    IdxFiles.write(dir.resolve("data"), 60, 5, 18, 18, 3);
  }

  @Test
  void aLineForEachStepEpochAndTestOfEachRun() throws IOException {
    Path file = dir.resolve("metrics.jsonl");

    App.Outcome outcome = run("--metrics", file.toString(), "--optimizers", "sgd,adam");

    assertThat(outcome.exitCode()).as(outcome.err()).isZero();
    List<JsonObject> lines = lines(Files.readString(file));
    // 54 images to train on: 4 steps of up to 16 in each of 2 epochs, 2 epochs, 1 test, 2 runs.
    assertThat(lines).hasSize(2 * (2 * (4 + 1) + 1));
    assertThat(lines.get(0).keySet())
        .containsExactly(
            "event", "run", "optimizer", "seed", "epoch", "step", "seconds", "loss", "learningRate");
    assertThat(lines.get(4).keySet())
        .containsExactly(
            "event",
            "run",
            "optimizer",
            "seed",
            "epoch",
            "step",
            "seconds",
            "trainLoss",
            "trainAccuracy",
            "validationLoss",
            "validationAccuracy",
            "learningRate",
            "imagesPerSecond");
    assertThat(lines.get(10).keySet())
        .containsExactly("event", "run", "optimizer", "seed", "testLoss", "testAccuracy");
    assertThat(lines.get(9).get("step").getAsInt()).isEqualTo(8);
    assertThat(lines.get(21).get("run").getAsString()).isEqualTo("adam-0");
    assertThat(document()).contains(lines.get(4).keySet()).contains(lines.get(10).keySet());
    assertThat(document()).contains(lines.get(0).keySet());
  }

  @Test
  void aDashIsTheStandardOutputAndEverythingElseGoesToTheOther() {
    App.Outcome outcome = run("--metrics", "-", "--optimizers", "sgd");

    assertThat(outcome.exitCode()).isZero();
    assertThat(lines(outcome.out())).hasSize(11);
    assertThat(outcome.err()).contains("train loss", "bytes/");
  }

  @Test
  void eachRunHasAFolderOfEventFiles() throws IOException {
    Path board = dir.resolve("board");

    App.Outcome outcome =
        run("--tensorboard", board.toString(), "--optimizers", "sgd,adam", "--schedule", "cosine");

    assertThat(outcome.exitCode()).as(outcome.err()).isZero();
    for (String run : new String[] {"sgd-0", "adam-0"}) {
      List<Event> events = events(board.resolve(run));
      assertThat(events).hasSize(2 + 8 + 2 + 1);
      assertThat(document())
          .contains(
              events.stream()
                  .flatMap(event -> event.getSummary().getValueList().stream())
                  .map(value -> value.getTag())
                  .distinct()
                  .toList());
    }
    List<Float> rates =
        events(board.resolve("sgd-0")).stream()
            .flatMap(event -> event.getSummary().getValueList().stream())
            .filter(value -> value.getTag().equals("train/learning_rate"))
            .map(value -> value.getSimpleValue())
            .toList();
    assertThat(rates).hasSize(8).startsWith(0.01f).isSortedAccordingTo((a, b) -> Float.compare(b, a));
    assertThat(rates.getLast()).isLessThan(0.001f);
  }

  @Test
  void aResumedRunAppendsToItsLinesAndAddsAnEventFile() throws IOException {
    Path file = dir.resolve("metrics.jsonl");
    List<String> options =
        new ArrayList<>(List.of("--metrics", file.toString(), "--optimizers", "sgd"));
    options.addAll(List.of("--tensorboard", dir.resolve("board").toString()));
    options.addAll(List.of("--checkpoint", dir.resolve("checkpoints").toString(), "--resume"));
    run(options.toArray(String[]::new));
    options.addAll(List.of("--epochs", "3"));

    assertThat(run(options.toArray(String[]::new)).exitCode()).isZero();

    List<JsonObject> lines = lines(Files.readString(file));
    assertThat(lines).hasSize(11 + 6);
    assertThat(lines.get(11).get("step").getAsInt()).isEqualTo(9);
    assertThat(lines.get(11).get("epoch").getAsInt()).isEqualTo(3);
    assertThat(files(dir.resolve("board/sgd-0"))).hasSize(2);
  }

  @Test
  void placesThatCannotBeWrittenAreRefusedBeforeAnythingIsTrained() throws IOException {
    Path occupied = Files.createFile(dir.resolve("occupied"));

    App.Outcome lines = run("--metrics", dir.resolve("no/such/file").toString());
    assertThat(lines.exitCode()).isEqualTo(2);
    assertThat(lines.err()).contains("cannot write metrics to", "no such file").hasLineCount(1);

    App.Outcome board = run("--tensorboard", occupied.toString());
    assertThat(board.exitCode()).isEqualTo(2);
    assertThat(board.err()).contains("cannot write events to " + occupied).hasLineCount(1);
    assertThat(dir.resolve("out/sgd-0.safetensors")).doesNotExist();
  }

  @Test
  @EnabledOnOs(value = OS.LINUX, disabledReason = "only Linux has /dev/full")
  void aFullDiskIsToldOnceAndDoesNotEndTheTraining() {
    App.Outcome outcome = run("--metrics", "/dev/full", "--optimizers", "sgd,adam");

    assertThat(outcome.exitCode()).isZero();
    assertThat(outcome.err())
        .contains("cannot write metrics to /dev/full: ", "; the training goes on without")
        .hasLineCount(1);
    assertThat(outcome.out()).contains("adam ");
  }

  private App.Outcome run(String... args) {
    List<String> options = new ArrayList<>(List.of(args));
    if (!options.contains("--epochs")) {
      options.addAll(List.of("--epochs", "2"));
    }
    return App.run(args(options));
  }

  private String[] args(List<String> options) {
    List<String> args = new ArrayList<>(options);
    args.addAll(List.of("--batch-size", "16", "--data", dir.resolve("data").toString()));
    args.addAll(List.of("--output", dir.resolve("out").toString()));
    return args.toArray(String[]::new);
  }

  private static List<JsonObject> lines(String text) {
    return text.lines().map(line -> JsonParser.parseString(line).getAsJsonObject()).toList();
  }

  private static List<Event> events(Path folder) throws IOException {
    return TfRecords.events(files(folder).getFirst());
  }

  private static List<Path> files(Path folder) throws IOException {
    try (var files = Files.list(folder)) {
      return files.sorted().toList();
    }
  }

  private static String document() throws IOException {
    Path module = Path.of("").toAbsolutePath();
    Path root = module.endsWith("mnist-cnn") ? module.resolveSibling("docs") : module.resolve("docs");
    return Files.readString(root.resolve("metrics.md"));
  }
}
