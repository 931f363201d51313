package dev.lanewise.mnist.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import dev.lanewise.engine.optim.Optimizer;
import dev.lanewise.mnist.machine.Machine;
import dev.lanewise.mnist.results.Protocol;
import dev.lanewise.mnist.results.Results;
import dev.lanewise.mnist.results.ResultsFolder;
import dev.lanewise.mnist.results.RunResult;
import dev.lanewise.mnist.results.SampleResults;
import dev.lanewise.mnist.results.UnfinishedRun;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportTest {
  @TempDir Path dir;

  private final List<String> errors = new ArrayList<>();

  @Test
  void showsTheTableBesideThePublishedOne() throws IOException {
    Document page =
        page(
            SampleResults.of(
                List.of(
                    SampleResults.run("sgd", 0, 5, 0.9662),
                    SampleResults.run("rmsprop", 0, 5, 0.9905),
                    SampleResults.run("nadam", 0, 5, 0.98)),
                List.of()));

    assertThat(page.title()).isEqualTo("Three optimizers on MNIST");
    assertThat(page.selectFirst(".lead").text())
        .isEqualTo(
            "After 5 epochs, rmsprop classifies 99.05 % of the validation images correctly, more than"
                + " any other.");
    Element table = page.selectFirst("section[aria-labelledby=results] table");
    assertThat(table.select("thead th").eachText())
        .containsExactly(
            "Optimizer",
            "Validation accuracy",
            "Published accuracy",
            "Test accuracy",
            "Training loss",
            "Validation loss",
            "Time, seconds",
            "Images a second");
    assertThat(table.select("tbody tr").eachText())
        .containsExactly(
            "sgd 96.62 96.50 96.52 0.1000 0.0800 12.3 25,000",
            "rmsprop 99.05best 98.95 98.95 0.1000 0.0800 12.3 25,000",
            "nadam 98.00 – 97.90 0.1000 0.0800 12.3 25,000");
    assertThat(table.select("tbody th")).allMatch(th -> th.attr("scope").equals("row"));
    assertThat(page.select(".notice")).allMatch(notice -> notice.parent().is("noscript"));
  }

  @Test
  void equallyGoodOnesAreBothBest() throws IOException {
    Document page =
        page(
            SampleResults.of(
                List.of(
                    SampleResults.run("sgd", 0, 5, 0.97),
                    SampleResults.run("adam", 0, 5, 0.98),
                    SampleResults.run("nadam", 0, 5, 0.98)),
                List.of()));

    assertThat(page.selectFirst(".lead").text())
        .isEqualTo("After 5 epochs, adam classifies 98.00 % of the validation images correctly.");
    assertThat(page.select("tr.best th").eachText()).containsExactly("adam", "nadam");
  }

  @Test
  void showsMeanAndSpreadOfSeveralSeeds() throws IOException {
    Document page =
        page(
            SampleResults.of(
                List.of(
                    SampleResults.run("adam", 0, 3, 0.97), SampleResults.run("adam", 1, 3, 0.99)),
                List.of()));

    assertThat(page.title()).isEqualTo("adam on MNIST");
    assertThat(page.select("section[aria-labelledby=results] tbody tr").text())
        .startsWith("adam 2 98.00 ± 1.41 98.97 97.90 ± 1.41");
    JsonArray last = point(chart(page, "validation-accuracy"), 0, 2);
    assertThat(last).extracting(JsonElement::getAsDouble).containsExactly(3.0, 0.98, 0.97, 0.99);
    assertThat(page.text()).contains("the band reaches from the lowest to the highest");
    assertThat(page.select(".matrix tbody tr").first().text()).startsWith("0 194 6 0");
  }

  @Test
  void hasEveryChartWithEveryOptimizer() throws IOException {
    List<RunResult> runs = new ArrayList<>();
    for (String optimizer : Optimizer.names()) {
      runs.add(SampleResults.run(optimizer, 0, 5, 0.9 + runs.size() * 0.005));
    }
    Document page = page(SampleResults.of(runs, List.of()));

    assertThat(page.select("figure[data-chart]").eachAttr("data-chart"))
        .containsExactlyElementsOf(ReportCharts.IDS);
    for (String id : ReportCharts.IDS) {
      JsonElement chart = chart(page, id);
      int lines = chart.getAsJsonObject().getAsJsonArray("lines").size();
      assertThat(lines).as(id).isEqualTo(id.equals("learning-rate") ? 1 : runs.size());
      assertIsAPicture(id);
    }
    assertThat(chart(page, "learning-rate").toString()).contains("sgd, momentum and 12 more");
    assertIsAPicture("memory");
    assertThat(page.select("article")).hasSize(runs.size());
    assertThat(errors).isEmpty();
  }

  @Test
  void isOneFileThatAsksForNothing() throws IOException {
    Document page =
        page(SampleResults.of(List.of(SampleResults.run("adam", 0, 1, 0.97)), List.of()));

    assertThat(page.select("[src], link[href]"))
        .allMatch(
            element -> element.attr("src").startsWith("data:") || element.attr("href").equals("data:,"));
    assertThat(page.select("script[src], iframe, object, embed, [onload], [onerror]")).isEmpty();
    assertThat(page.selectFirst("meta[http-equiv=Content-Security-Policy]").attr("content"))
        .startsWith("default-src 'none'; img-src data:;");
    assertThat(page.select("style").text()).doesNotContain("url(", "@import");
    assertThat(page.select("script").last().data()).doesNotContain("{{", "fetch(");
    assertThat(page.select("html").attr("lang")).isEqualTo("en");
  }

  @Test
  void whatDidNotFinishIsToldAndDrawn() throws IOException {
    Document page =
        page(
            SampleResults.of(
                List.of(),
                List.of(
                    SampleResults.unfinished("sgd", UnfinishedRun.DIVERGED, 0, 6),
                    SampleResults.unfinished("adam", UnfinishedRun.INTERRUPTED, 1, 12))));

    assertThat(page.select(".lead").text()).isEqualTo("No training came to its end.");
    assertThat(page.select("section.notice li").eachText())
        .containsExactly(
            "sgd, seed 0, diverged after 0 whole epochs: the loss is NaN <in step 7>",
            "adam, seed 0, was interrupted after 1 whole epoch.");
    assertThat(page.select("section[aria-labelledby=results]")).isEmpty();
    assertThat(chart(page, "loss-by-step").toString())
        .contains("\"name\":\"sgd (diverged)\"", "\"name\":\"adam (interrupted)\"");
    assertThat(chart(page, "validation-loss").getAsJsonObject().getAsJsonArray("lines")).hasSize(1);
  }

  @Test
  void isMadeEvenOfATrainingThatHadNoStep() throws IOException {
    Document page =
        page(
            SampleResults.of(
                List.of(),
                List.of(SampleResults.unfinished("adam", UnfinishedRun.INTERRUPTED, 0, 0))));

    assertThat(page.select("figure")).isEmpty();
    assertThat(page.text()).contains("was interrupted after 0 whole epochs");
    assertThat(dir.resolve("charts")).isEmptyDirectory();
  }

  @Test
  void picturesOfAnEarlierReportGoAndForeignFilesStay() throws IOException {
    page(SampleResults.of(List.of(SampleResults.run("adam", 0, 2, 0.97)), List.of()));
    Files.writeString(dir.resolve("charts/mine.png"), "mine");
    page(
        SampleResults.of(
            List.of(), List.of(SampleResults.unfinished("sgd", UnfinishedRun.DIVERGED, 0, 3))));

    try (var files = Files.list(dir.resolve("charts"))) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder("loss-by-step.png", "learning-rate.png", "mine.png");
    }
  }

  @Test
  void escapesWhatComesFromOutside() throws IOException {
    String evil = "</script><script>alert('x')</script>&\"<img src=x onerror=alert(1)>";
    Results results =
        SampleResults.of(List.of(SampleResults.run("adam", 0, 1, 0.97)), List.of());
    Protocol protocol = results.protocol();
    Document page =
        page(
            new Results(
                2,
                evil,
                new Protocol(
                    evil, evil, protocol.optimizers(), List.of(0L), 5, 128, false, evil, 1),
                new Machine(evil, 1, evil, evil, 0, 1),
                SampleResults.data(null, "/data/" + evil.replace("/", "")),
                results.runs(),
                List.of(new UnfinishedRun(evil, 0, evil, evil, List.of(), results.runs().getFirst().steps()))));

    assertThat(page.select("script")).hasSize(4 - 1);
    assertThat(page.select("img")).allMatch(img -> img.attr("src").startsWith("data:image/png;"));
    assertThat(page.select("pre").first().text()).isEqualTo(evil);
    assertThat(page.title()).endsWith(" on <script><script>alert('x')<script>&\"<img src=x onerror=alert(1)>");
    assertThat(chart(page, "loss-by-step").toString()).contains("<img src=x onerror");
  }

  @Test
  void manyClassesBecomeAListInPlaceOfAMatrix() throws IOException {
    Document page =
        page(
            SampleResults.of(
                List.of(
                    SampleResults.run("adam", 0, 1, 0.97, SampleResults.predictions(40))),
                List.of()));

    assertThat(page.select(".matrix")).isEmpty();
    assertThat(page.select(".pairs li")).hasSize(12);
    assertThat(page.select(".pairs li").first().text()).isEqualTo("0 taken for 1: 3");
  }

  @Test
  void saysWhyImagesAndKernelsAreMissing() throws IOException {
    Document page =
        page(SampleResults.of(List.of(SampleResults.run("adam", 0, 1, 0.97)), List.of()));

    assertThat(page.select(".digits img")).isEmpty();
    assertThat(page.select(".digits li").eachText())
        .containsExactly("9 instead of 4 > 99.99 %", "5 instead of 3 75.00 %");
    assertThat(page.text())
        .contains("The images are not there any more.")
        .contains("not shown, since its model, adam-0.safetensors, is not there any more");
  }

  @Test
  void writesTheDocumentedColumns() throws IOException {
    page(
        SampleResults.of(
            List.of(SampleResults.run("adam", 0, 2, 0.97)),
            List.of(SampleResults.unfinished("sgd", UnfinishedRun.DIVERGED, 1, 2))));

    assertThat(Files.readString(dir.resolve("epochs.csv")).lines())
        .hasSize(4)
        .startsWith(
            "optimizer,seed,outcome,epoch,train_loss,train_accuracy,validation_loss,"
                + "validation_accuracy,seconds,elapsed_seconds,images_per_second")
        .anyMatch(line -> line.startsWith("adam,0,finished,2,0.25,") && line.endsWith(",2.5,5.0,25000.0"))
        .anyMatch(line -> line.startsWith("sgd,0,diverged,1,0.5,"));
    assertThat(Files.readString(dir.resolve("steps.csv")).lines())
        .hasSize(43)
        .startsWith(
            "optimizer,seed,outcome,step,elapsed_seconds,loss,learning_rate",
            "adam,0,finished,5,0.3,2.0,0.001")
        .endsWith("sgd,0,diverged,10,0.6,1.0,0.001");
  }

  private Document page(Results results) throws IOException {
    Path file = new Report(new ResultsFolder(dir), errors::add).write(results, null);
    return Jsoup.parse(file);
  }

  private static JsonElement chart(Document page, String id) {
    String json = page.selectFirst("script#charts").data();
    return JsonParser.parseString(json).getAsJsonArray().asList().stream()
        .filter(chart -> chart.getAsJsonObject().get("id").getAsString().equals(id))
        .findFirst()
        .orElseThrow();
  }

  private static JsonArray point(JsonElement chart, int line, int index) {
    return chart
        .getAsJsonObject()
        .getAsJsonArray("lines")
        .get(line)
        .getAsJsonObject()
        .getAsJsonArray("points")
        .get(index)
        .getAsJsonArray();
  }

  /** Decodes a picture and looks for more than a few colours in it. */
  private void assertIsAPicture(String id) throws IOException {
    BufferedImage image = ImageIO.read(dir.resolve("charts/" + id + ".png").toFile());
    assertThat(image.getWidth()).as(id).isEqualTo(1800);
    long colours =
        IntStream.range(0, image.getWidth() * image.getHeight())
            .map(i -> image.getRGB(i % image.getWidth(), i / image.getWidth()))
            .distinct()
            .count();
    assertThat(colours).as(id).isGreaterThan(20);
  }
}
