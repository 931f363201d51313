package dev.lanewise.mnist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The report of a real, tiny training. */
class ReportCommandTest {
  @TempDir Path dir;

  private Path results;
  private Path data;

  @BeforeEach
  void train() throws IOException {
    data = dir.resolve("data <b>");
    results = dir.resolve("out");
    IdxFiles.write(data, 60, 20, 20, 24, 3);
    App.Outcome outcome =
        App.run(
            "train",
            "--optimizer",
            "adam",
            "--epochs",
            "2",
            "--data",
            data.toString(),
            "--output",
            results.toString());
    assertThat(outcome.exitCode()).isZero();
    assertThat(outcome.out()).endsWith("Report: " + page() + System.lineSeparator());
    assertThat(outcome.err()).isEmpty();
  }

  @Test
  void aTrainingLeavesAReportWithImagesAndKernels() throws IOException {
    Document html = Jsoup.parse(page());

    assertThat(html.title()).isEqualTo("adam on data <b>");
    assertThat(html.select(".matrix tbody tr")).hasSize(3);
    assertThat(html.select(".digits img"))
        .isNotEmpty()
        .allMatch(image -> image.attr("alt").matches("Test image \\d+: a \\d, taken for a \\d"));
    assertThat(html.select(".kernels img").attr("alt"))
        .startsWith("32 kernels of 3×3 weights, learned with adam");
    assertThat(html.select("pre").first().text()).contains("train --optimizer adam --epochs 2");
  }

  @Test
  void theCommandMakesTheSameReportAgain() throws IOException {
    byte[] first = Files.readAllBytes(page());
    byte[] picture = Files.readAllBytes(results.resolve("charts/loss-by-step.png"));
    Files.delete(page());
    Files.delete(results.resolve("epochs.csv"));
    Files.delete(results.resolve("charts/loss-by-step.png"));

    App.Outcome outcome = App.run("report", results.toString());

    assertThat(outcome).isEqualTo(new App.Outcome(0, "Report: " + page() + System.lineSeparator(), ""));
    assertThat(Files.readAllBytes(page())).isEqualTo(first);
    assertThat(Files.readAllBytes(results.resolve("charts/loss-by-step.png"))).isEqualTo(picture);
    assertThat(results.resolve("epochs.csv")).exists();
  }

  @Test
  void dataThatHasMovedIsNamedWithAnOption() throws IOException {
    byte[] first = Files.readAllBytes(page());
    Path moved = Files.move(data, dir.resolve("moved"));

    App.Outcome without = App.run("report", results.toString());
    assertThat(without.exitCode()).isZero();
    assertThat(without.err()).startsWith("mnist-cnn: the report has no images: ").contains("--data");
    assertThat(Jsoup.parse(page()).select(".digits img")).isEmpty();

    assertThat(App.run("report", results.toString(), "--data", moved.toString()).err()).isEmpty();
    assertThat(Files.readAllBytes(page())).isEqualTo(first);
  }

  @Test
  void otherDataIsRefused() throws IOException {
    Path other = dir.resolve("other");
    IdxFiles.write(other, 30, 20, 20, 24, 3);

    App.Outcome outcome = App.run("report", results.toString(), "--data", other.toString());

    assertThat(outcome.exitCode()).isEqualTo(2);
    assertThat(outcome.err()).contains("is other data than that of the results").hasLineCount(1);
  }

  @Test
  void aModelThatWasReplacedIsNotShown() throws IOException {
    App.run("train", "--optimizer", "sgd", "--epochs", "1", "--data", data.toString(),
        "--output", dir.resolve("sgd").toString());
    Files.copy(
        dir.resolve("sgd/sgd-0.safetensors"),
        results.resolve("adam-0.safetensors"),
        StandardCopyOption.REPLACE_EXISTING);

    assertThat(App.run("report", results.toString()).exitCode()).isZero();
    assertThat(Jsoup.parse(page()).select(".kernels").text())
        .contains("not shown, since adam-0.safetensors has other parameters than this run");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"epochs\": [          | \"epochs\": null, \"x\": [     | runs[0].epochs is missing",
        "\"schemaVersion\": 2   | \"schemaVersion\": 1           | written by an earlier version",
        "\"schemaVersion\": 2   | \"schemaVersion\": 3           | written by a later version",
        "\"schemaVersion\": 2   | \"schemaVersion\": {}          | not results of this application",
        "\"optimizer\": \"adam\" | \"optimizer\": \"../../adam\" | the name of an optimizer",
        "\"testLoss\":          | \"testLoss\": NaN, \"x\":      | runs[0].testLoss is no number",
        "\"seconds\":           | \"seconds\": 1.7e308, \"x\":  | seconds is too large",
        "{                      | [                              | not results of this application",
        "\"seed\":              | \"seed\": \"x\", \"y\":        | not results of this application",
        "\"parametersSha256\": \" | \"parametersSha256\": \"<    | has no hash",
      })
  void resultsThatSomebodyEditedAreRefusedInOneLine(String text, String other, String message)
      throws IOException {
    Path file = results.resolve("results.json");
    String json = Files.readString(file);
    assertThat(json).contains(text);
    Files.writeString(file, json.replace(text, other));

    App.Outcome outcome = App.run("report", results.toString());

    assertThat(outcome.exitCode()).isEqualTo(2);
    assertThat(outcome.err()).startsWith("mnist-cnn: " + file + ": ").contains(message).hasLineCount(1);
  }

  @Test
  void withoutResultsThereIsNoReport() {
    App.Outcome outcome = App.run("report", dir.resolve("nowhere").toString());

    assertThat(outcome.exitCode()).isEqualTo(2);
    assertThat(outcome.err()).contains("there is no " + dir.resolve("nowhere/results.json")).hasLineCount(1);
  }

  @Test
  void aReportThatCannotBeWrittenEndsWithCode1() throws IOException {
    Files.delete(results.resolve("steps.csv"));
    Files.createDirectories(results.resolve("steps.csv/occupied"));

    App.Outcome outcome = App.run("report", results.toString());

    assertThat(outcome.exitCode()).isEqualTo(1);
    assertThat(outcome.err()).startsWith("mnist-cnn: cannot write " + results.resolve("steps.csv")).hasLineCount(1);
  }

  private Path page() {
    return results.resolve("report.html");
  }
}
