package dev.lanewise.mnist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.lanewise.engine.io.ModelFile;
import dev.lanewise.engine.model.Model;
import dev.lanewise.engine.optim.Adam;
import dev.lanewise.engine.train.Trainer;
import dev.lanewise.engine.train.TrainerBuilder;
import dev.lanewise.mnist.data.ImageData;
import dev.lanewise.mnist.training.Network;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tiny comparisons through the command line. */
class ComparisonTest {
  @TempDir Path dir;

  @Test
  void leavesResultsInTheDocumentedForm() throws IOException {
    App.Outcome outcome = run("--limit", "600", "--epochs", "1", "--optimizers", "sgd");

    assertThat(outcome.exitCode()).isZero();
    assertThat(outcome.err()).isEmpty();
    assertThat(outcome.out())
        .contains("MNIST: 540 training, 60 validation and 10,000 test images of 28x28")
        .doesNotContain("\r", "publ.");
    assertThat(files())
        .containsExactlyInAnyOrder(
            "results.json", "sgd-0.safetensors", "report.html", "epochs.csv", "steps.csv", "charts");

    JsonObject results = results();
    assertThat(results.keySet())
        .containsExactly(
            "schemaVersion", "version", "protocol", "machine", "data", "runs", "unfinished");
    assertThat(results.get("schemaVersion").getAsInt()).isEqualTo(2);
    JsonObject protocol = results.getAsJsonObject("protocol");
    assertThat(protocol.get("command").getAsString())
        .startsWith("java --add-modules jdk.incubator.vector -jar mnist-cnn.jar --limit 600 --epochs 1");
    assertThat(Instant.parse(protocol.get("began").getAsString())).isBefore(Instant.now());
    assertThat(protocol.get("epochs").getAsInt()).isEqualTo(1);
    assertThat(protocol.get("published").getAsBoolean()).isFalse();
    JsonObject machine = results.getAsJsonObject("machine");
    assertThat(machine.keySet())
        .containsExactly("cpu", "cores", "jdk", "kernels", "vectorBits", "threads");
    assertThat(machine.get("cpu").getAsString()).isNotBlank();
    JsonObject data = results.getAsJsonObject("data");
    assertThat(data.keySet()).containsExactly("name", "train", "validation", "test", "sha256");
    assertThat(data.get("name").getAsString()).isEqualTo("MNIST");
    assertThat(data.get("train").getAsInt()).isEqualTo(540);
    assertThat(data.get("validation").getAsInt()).isEqualTo(60);
    assertThat(data.get("test").getAsInt()).isEqualTo(10_000);
    assertThat(data.getAsJsonObject("sha256").keySet())
        .containsExactlyElementsOf(ImageData.bundled().sha256().keySet());
    assertThat(results.getAsJsonArray("runs")).hasSize(1);
    assertIsARun(run(results, 0));
  }

  private static void assertIsARun(JsonObject run) {
    assertThat(run.keySet())
        .containsExactly(
            "optimizer",
            "seed",
            "learningRate",
            "epochs",
            "testAccuracy",
            "testLoss",
            "seconds",
            "parametersSha256",
            "stateBytesPerParameter",
            "memory",
            "steps",
            "predictions");
    assertThat(run.get("optimizer").getAsString()).isEqualTo("sgd");
    assertThat(run.get("seed").getAsLong()).isZero();
    assertThat(run.get("learningRate").getAsDouble()).isEqualTo(0.01);
    assertThat(run.get("testAccuracy").getAsDouble()).isBetween(0.0, 1.0);
    assertThat(run.get("testLoss").getAsDouble()).isBetween(2.0, 2.5);
    assertThat(run.get("seconds").getAsDouble()).isPositive();
    assertThat(run.get("parametersSha256").getAsString()).matches("[0-9a-f]{64}");
    assertThat(run.get("stateBytesPerParameter").getAsInt()).isZero();
    assertThat(run.getAsJsonObject("memory").get("model").getAsLong()).isPositive();
    assertThat(run.getAsJsonObject("memory").get("optimizer").getAsLong()).isZero();
    assertThat(run.getAsJsonArray("steps")).hasSize(5); // 540 images in batches of 128
    assertThat(right(run.getAsJsonObject("predictions").getAsJsonArray("confusion")) / 10_000.0)
        .isEqualTo(run.get("testAccuracy").getAsDouble());
    assertThat(run.getAsJsonObject("predictions").getAsJsonArray("mistakes")).hasSize(12);
    assertThat(run.getAsJsonArray("epochs")).hasSize(1);
    JsonObject epoch = run.getAsJsonArray("epochs").get(0).getAsJsonObject();
    assertThat(epoch.keySet())
        .containsExactly(
            "trainLoss",
            "trainAccuracy",
            "validationLoss",
            "validationAccuracy",
            "seconds",
            "imagesPerSecond");
    // Ten classes and five steps: little better than guessing, ln 10 = 2.303.
    assertThat(epoch.get("trainLoss").getAsDouble()).isCloseTo(2.3, within(0.1));
    assertThat(epoch.get("trainAccuracy").getAsDouble()).isBetween(0.0, 1.0);
    assertThat(epoch.get("validationLoss").getAsDouble()).isCloseTo(2.3, within(0.1));
    assertThat(epoch.get("validationAccuracy").getAsDouble()).isBetween(0.0, 1.0);
    assertThat(epoch.get("seconds").getAsDouble()).isPositive();
    assertThat(epoch.get("imagesPerSecond").getAsDouble()).isPositive();
  }

  private static int right(JsonArray confusion) {
    int right = 0;
    for (int i = 0; i < confusion.size(); i++) {
      right += confusion.get(i).getAsJsonArray().get(i).getAsInt();
    }
    return right;
  }

  @Test
  void trainsOnceForEachSeedAndShowsTheMean() throws IOException {
    writeData(60, 20, 24, 20, 7);

    App.Outcome outcome = runOnData("--optimizers", "lion,nadam", "--seed", "3,-1");

    assertThat(outcome.exitCode()).isZero();
    assertThat(outcome.out()).contains("seed", "-1", "mean", "standard deviation");
    assertThat(files())
        .containsExactlyInAnyOrder(
            "results.json",
            "report.html",
            "epochs.csv",
            "steps.csv",
            "charts",
            "lion-3.safetensors",
            "lion--1.safetensors",
            "nadam-3.safetensors",
            "nadam--1.safetensors");
    List<JsonElement> runs = results().getAsJsonArray("runs").asList();
    assertThat(runs)
        .extracting(run -> run.getAsJsonObject().get("optimizer").getAsString())
        .containsExactly("lion", "lion", "nadam", "nadam");
    assertThat(runs)
        .extracting(run -> run.getAsJsonObject().get("seed").getAsInt())
        .containsExactly(3, -1, 3, -1);
    assertThat(results().getAsJsonObject("data").get("directory").getAsString())
        .isEqualTo(dir.resolve("data").toString());
  }

  @Test
  void theNumberOfThreadsDoesNotShowInTheParameters() throws IOException {
    writeData(60, 20, 18, 18, 2);

    runOnData("--optimizers", "adam", "--threads", "1");
    String one = run(results(), 0).get("parametersSha256").getAsString();
    runOnData("--optimizers", "adam", "--threads", "3");

    assertThat(run(results(), 0).get("parametersSha256").getAsString()).isEqualTo(one);
  }

  @Test
  void anyBatchSizeAndOneLearningRateForAll() throws IOException {
    writeData(11, 3, 18, 18, 3);

    for (String size : new String[] {"1", "4", "2147483647", "0", "full"}) {
      App.Outcome outcome =
          runOnData("--optimizers", "sgd,adam", "--batch-size", size, "--learning-rate", "0.002");
      assertThat(outcome.exitCode()).isZero();
      assertThat(results().getAsJsonArray("runs"))
          .allSatisfy(
              run ->
                  assertThat(run.getAsJsonObject().get("learningRate").getAsDouble())
                      .isEqualTo(0.002));
    }
  }

  @Test
  void batchGradientDescentMakesOneStepAnEpochAndTakesNoMoreMemoryThanABatchOf256()
      throws IOException {
    writeData(60, 20, 18, 18, 2);

    App.Outcome outcome = runOnData("--optimizers", "sgd", "--batch-size", "full", "--verbose");

    assertThat(outcome.out())
        .contains("batches of 54 images, steps an epoch: 1, schedule: constant")
        .contains("sgd (keras) {learning_rate=0.01, momentum=0.0}")
        .containsPattern("parameters [0-9a-f]{64}\\R");
    try (Model model = Network.of(28, 28, 10).initialize(0)) {
      TrainerBuilder builder = Trainer.builder(model, Adam.keras());
      assertThat(builder.batchSize(54_000).memoryBytes())
          .isEqualTo(builder.batchSize(256).memoryBytes());
    }
  }

  @Test
  void quietPrintsTheTableAlone() throws IOException {
    writeData(60, 20, 18, 18, 2);

    App.Outcome outcome = runOnData("--optimizers", "sgd", "--quiet");

    assertThat(outcome.out()).contains("bytes/").doesNotContain("epoch", "Lanewise", "Results");
    assertThat(outcome.out()).startsWith("           valid.");
  }

  @Test
  void aScheduleIsFollowed() throws IOException {
    writeData(60, 20, 18, 18, 2);

    runOnData("--optimizers", "sgd", "--batch-size", "16");
    String constant = run(results(), 0).get("parametersSha256").getAsString();
    runOnData("--optimizers", "sgd", "--batch-size", "16", "--schedule", "cosine");

    assertThat(run(results(), 0).get("parametersSha256").getAsString()).isNotEqualTo(constant);
  }

  @Test
  void aFinishedRunTakesThePlaceOfItsBestModelSoFar() throws IOException {
    writeData(60, 20, 18, 18, 2);
    Files.createDirectories(dir.resolve("out"));
    Files.createFile(dir.resolve("out/sgd-0.best.safetensors"));

    runOnData("--optimizers", "sgd");

    assertThat(files())
        .contains("results.json", "sgd-0.safetensors")
        .doesNotContain("sgd-0.best.safetensors");
  }

  @Test
  void aTrainingThatDivergesEndsWithCode3AndOneLineAndKeepsTheOthers() throws IOException {
    writeData(300, 5, 18, 18, 3);

    App.Outcome outcome =
        runOnData("--optimizers", "sgd,adamax", "--learning-rate", "1e30", "--batch-size", "8");

    assertThat(outcome.exitCode()).isEqualTo(3);
    assertThat(outcome.err())
        .startsWith("mnist-cnn: sgd, seed 0: ")
        .contains("loss is", "try a smaller", "with sgd at a learning rate of 1.0E30")
        .contains("The model has the parameters with which it began: ")
        .doesNotContain("\tat ");
    assertThat(files()).contains("sgd-0.last-good.safetensors").doesNotContain("sgd-0.safetensors");
    try (Model kept = ModelFile.load(dir.resolve("out/sgd-0.last-good.safetensors"));
        Model first = Network.of(18, 18, 3).initialize(0)) {
      assertThat(kept.parametersSha256()).isEqualTo(first.parametersSha256());
    }
    JsonObject left = results().getAsJsonArray("unfinished").get(0).getAsJsonObject();
    assertThat(left.get("outcome").getAsString()).isEqualTo("diverged");
    assertThat(left.get("message").getAsString()).contains("try a smaller");
    assertThat(Files.readString(dir.resolve("out/report.html"))).contains("Not finished");
  }

  @Test
  void resultsThatCannotBeWrittenEndWithCode1AndOneLine() throws IOException {
    writeData(20, 5, 18, 18, 3);
    Files.createDirectories(dir.resolve("out/results.json/occupied"));

    App.Outcome outcome = runOnData("--optimizers", "sgd,adam");

    assertThat(outcome.exitCode()).isEqualTo(1);
    assertThat(outcome.err())
        .startsWith("mnist-cnn: cannot write " + dir.resolve("out/results.json") + ": ")
        .hasLineCount(1);
    assertThat(outcome.out()).contains("sgd", "bytes/").doesNotContain("adam ");
    assertThat(files()).containsExactlyInAnyOrder("results.json", "sgd-0.safetensors");
  }

  @Test
  void aReportThatCannotBeWrittenEndsWithCode1BehindTheTableAndKeepsTheModels() throws IOException {
    writeData(20, 5, 18, 18, 3);
    Files.createDirectories(dir.resolve("out/report.html/occupied"));

    App.Outcome outcome = runOnData("--optimizers", "sgd");

    assertThat(outcome.exitCode()).isEqualTo(1);
    assertThat(outcome.err())
        .startsWith("mnist-cnn: cannot write " + dir.resolve("out/report.html") + ": ")
        .hasLineCount(1);
    assertThat(outcome.out()).contains("bytes/", "Results: ").doesNotContain("Report: ");
    assertThat(files()).contains("results.json", "sgd-0.safetensors").noneMatch(f -> f.endsWith(".tmp"));
  }

  private void writeData(int train, int test, int rows, int columns, int classes)
      throws IOException {
    IdxFiles.write(dir.resolve("data"), train, test, rows, columns, classes);
  }

  private App.Outcome runOnData(String... args) {
    String[] all = new String[args.length + 4];
    System.arraycopy(args, 0, all, 0, args.length);
    System.arraycopy(
        new String[] {"--data", dir.resolve("data").toString(), "--epochs", "1"},
        0,
        all,
        args.length,
        4);
    return run(all);
  }

  private App.Outcome run(String... args) {
    String[] all = new String[args.length + 2];
    System.arraycopy(args, 0, all, 0, args.length);
    all[args.length] = "--output";
    all[args.length + 1] = dir.resolve("out").toString();
    return App.run(all);
  }

  private List<String> files() throws IOException {
    try (var paths = Files.list(dir.resolve("out"))) {
      return paths.map(path -> path.getFileName().toString()).toList();
    }
  }

  private JsonObject results() throws IOException {
    return JsonParser.parseString(Files.readString(dir.resolve("out/results.json")))
        .getAsJsonObject();
  }

  private static JsonObject run(JsonObject results, int index) {
    return results.getAsJsonArray("runs").get(index).getAsJsonObject();
  }
}
