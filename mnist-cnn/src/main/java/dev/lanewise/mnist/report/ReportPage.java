package dev.lanewise.mnist.report;

import com.samskivert.mustache.Mustache;
import dev.lanewise.mnist.data.DataFacts;
import dev.lanewise.mnist.machine.Machine;
import dev.lanewise.mnist.results.Protocol;
import dev.lanewise.mnist.results.Results;
import dev.lanewise.mnist.results.RunResult;
import dev.lanewise.mnist.results.UnfinishedRun;
import dev.lanewise.mnist.text.Format;
import dev.lanewise.mnist.training.Published;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** The report's page: one file with all that it shows. The template escapes each text put into it. */
final class ReportPage {
  private static final String D3 = "/META-INF/resources/webjars/d3/7.9.0/";
  private static final String NONE = "–";
  private static final List<String> NUMBERS =
      List.of(
          "No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten",
          "Eleven", "Twelve");

  private final Results results;
  private final List<OptimizerRuns> runs;
  private final List<OptimizerRuns> finished;
  private final ReportCharts charts;
  private final ReportDetails details;
  private final boolean seeds;

  ReportPage(
      Results results, List<OptimizerRuns> runs, ReportCharts charts, ReportDetails details) {
    this.results = results;
    this.runs = runs;
    this.charts = charts;
    this.details = details;
    finished = runs.stream().filter(group -> !group.finished().isEmpty()).toList();
    seeds = finished.stream().anyMatch(group -> group.finished().size() > 1);
  }

  String html() {
    Map<String, Object> model = new HashMap<>();
    model.put("css", resource("report.css"));
    model.put("script", resource("report.js"));
    model.put("d3", resource(D3 + "dist/d3.min.js"));
    model.put("d3License", resource(D3 + "LICENSE"));
    model.put("version", results.version());
    model.put("title", title());
    model.put("lead", lead());
    model.put("facts", facts());
    model.put("problems", problems());
    model.put("hasProblems", !problems().isEmpty());
    model.put("rows", finished.stream().map(this::row).toList());
    model.put("hasRows", !finished.isEmpty());
    model.put("published", results.protocol().published());
    model.put("seeds", seeds);
    List<Map<String, Object>> sections = sections();
    model.put("sections", sections);
    model.put("charts", ChartJson.of(charts.all()));
    model.put("mistakes", finished.stream().map(details::mistakes).toList());
    model.put("kernels", finished.stream().map(details::kernels).toList());
    model.put("memory", memory());
    model.put("model", finished.isEmpty() ? "" : Format.bytes(anyMemory().model()));
    model.put("command", List.of(results.protocol().command().split(" ", -1)));
    model.put("hashes", hashes());
    model.put("machine", machine());
    model.put("network", results.protocol().network());
    model.put("data", dataHashes());
    return Mustache.compiler()
        .emptyStringIsFalse(true)
        .compile(resource("report.html"))
        .execute(model);
  }

  private RunResult.Memory anyMemory() {
    return finished.getFirst().finished().getFirst().memory();
  }

  private String dataName() {
    String name = results.data().name();
    if (name != null) {
      return name;
    }
    String directory = String.valueOf(results.data().directory());
    Path last = Path.of(directory).getFileName();
    return last == null ? directory : last.toString();
  }

  private String title() {
    int count = runs.size();
    if (count == 1) {
      return runs.getFirst().optimizer() + " on " + dataName();
    }
    String number = count < NUMBERS.size() ? NUMBERS.get(count) : Integer.toString(count);
    return number + " optimizers on " + dataName();
  }

  private String lead() {
    if (finished.isEmpty()) {
      return "No training came to its end.";
    }
    OptimizerRuns best = best();
    String share = Format.percent(best.mean(run -> run.last().validationAccuracy()));
    int epochs = results.protocol().epochs();
    return "After %s, %s classifies %s %% of the validation images correctly%s."
        .formatted(
            counted(epochs, "epoch"),
            best.optimizer(),
            share,
            isBestAlone(best) ? ", more than any other" : "");
  }

  private OptimizerRuns best() {
    OptimizerRuns best = finished.getFirst();
    for (OptimizerRuns group : finished) {
      if (accuracy(group) > accuracy(best)) {
        best = group;
      }
    }
    return best;
  }

  private boolean isBestAlone(OptimizerRuns best) {
    return finished.size() > 1
        && finished.stream().filter(group -> accuracy(group) == accuracy(best)).count() == 1;
  }

  private static double accuracy(OptimizerRuns group) {
    return group.mean(run -> run.last().validationAccuracy());
  }

  private List<Map<String, String>> facts() {
    Protocol protocol = results.protocol();
    DataFacts data = results.data();
    List<Map<String, String>> facts = new ArrayList<>();
    facts.add(
        fact(
            "Data",
            "%s: %s training, %s validation and %s test images"
                .formatted(
                    dataName(),
                    Format.whole(data.train()),
                    Format.whole(data.validation()),
                    Format.whole(data.test()))));
    facts.add(
        fact(
            "Network",
            "convolutional, %s parameters".formatted(Format.whole((double) protocol.parameters()))));
    facts.add(
        fact(
            "Training",
            "%s, batches of %s, %s"
                .formatted(
                    counted(protocol.epochs(), "epoch"),
                    Format.whole(protocol.batchSize()),
                    protocol.seeds().size() == 1
                        ? "seed " + protocol.seeds().getFirst()
                        : protocol.seeds().size() + " seeds")));
    facts.add(fact("Machine", results.machine().describe()));
    return facts;
  }

  private static Map<String, String> fact(String name, String value) {
    return Map.of("name", name, "value", value);
  }

  private static String counted(int count, String thing) {
    return Format.whole(count) + " " + thing + (count == 1 ? "" : "s");
  }

  private List<String> problems() {
    List<String> problems = new ArrayList<>();
    for (UnfinishedRun run : results.unfinished()) {
      String message = run.message();
      problems.add(
          "%s, seed %d, %s after %s%s"
              .formatted(
                  run.optimizer(),
                  run.seed(),
                  run.outcome().equals(UnfinishedRun.INTERRUPTED)
                      ? "was interrupted"
                      : run.outcome(),
                  counted(run.epochs().size(), "whole epoch"),
                  message == null ? "." : ": " + message));
    }
    int missing =
        results.protocol().runs() - results.runs().size() - results.unfinished().size();
    if (missing > 0) {
      problems.add(counted(missing, "further run") + " did not begin.");
    }
    return problems;
  }

  private Map<String, Object> row(OptimizerRuns group) {
    Map<String, Object> row = new HashMap<>();
    row.put("optimizer", group.optimizer());
    row.put("best", finished.size() > 1 && accuracy(group) == accuracy(best()));
    row.put("validation", spread(group, run -> run.last().validationAccuracy(), Format::percent));
    Double published = Published.validationAccuracy(group.optimizer());
    row.put("publishedAccuracy", published == null ? NONE : Format.percent(published));
    row.put("test", spread(group, RunResult::testAccuracy, Format::percent));
    row.put("trainLoss", Format.loss(group.mean(run -> run.last().trainLoss())));
    row.put("validationLoss", Format.loss(group.mean(run -> run.last().validationLoss())));
    row.put("seconds", Format.seconds(group.mean(RunResult::seconds)));
    row.put("rate", Format.whole(group.mean(RunResult::imagesPerSecond)));
    row.put("runs", group.finished().size());
    return row;
  }

  /** The mean, and the standard deviation behind it if there are several runs. */
  private static String spread(
      OptimizerRuns group, ToDoubleFunction<RunResult> value, Function<Double, String> format) {
    String mean = format.apply(group.mean(value));
    return group.finished().size() == 1
        ? mean
        : mean + " ± " + format.apply(group.deviation(value));
  }

  private List<Map<String, Object>> sections() {
    List<Map<String, Object>> sections = new ArrayList<>();
    section(
        sections,
        "Accuracy by epoch",
        "An epoch is one pass over the training images. The axis is stretched towards 100 %, so that"
            + " 98.9 and 99.1 can be told apart.",
        charts.accuracyByEpoch());
    section(
        sections,
        "Loss by epoch",
        "The loss is what training makes small: the cross-entropy between the labels and the"
            + " probabilities that the network gives. A training loss that falls while the"
            + " validation loss rises means that the network learns its images by heart.",
        charts.lossByEpoch());
    section(
        sections,
        "Loss by step",
        "A step is one batch and one update. Each point is the mean of a few steps in a row, so a"
            + " line has 400 points at the most.",
        charts.lossByStep());
    section(
        sections,
        "Accuracy against time",
        "Which optimizer gets furthest in the time there is. Times are those of this machine and of"
            + " whatever else it did.",
        charts.accuracyByTime());
    section(
        sections,
        "Learning rate",
        "How far a step goes, as the schedule says it. Equal rates share a line.",
        charts.learningRate());
    return sections;
  }

  private void section(
      List<Map<String, Object>> sections, String title, String text, List<LineChart> drawn) {
    if (!drawn.isEmpty()) {
      String more = seeds ? " Lines are means over the seeds; the band reaches from the lowest to"
          + " the highest." : "";
      sections.add(
          Map.of(
              "title",
              title,
              "text",
              text + more,
              "several",
              drawn.size() > 1,
              "charts",
              drawn.stream().map(ReportPage::figure).toList()));
    }
  }

  private static Map<String, Object> figure(LineChart chart) {
    return Map.of("id", chart.id(), "title", chart.title(), "text", chart.text());
  }

  private List<Map<String, Object>> memory() {
    long most =
        finished.stream()
            .flatMap(group -> group.finished().stream())
            .mapToLong(run -> run.memory().optimizer())
            .max()
            .orElse(1);
    return finished.stream()
        .map(
            group -> {
              RunResult run = group.finished().getFirst();
              return Map.<String, Object>of(
                  "optimizer",
                  group.optimizer(),
                  "perParameter",
                  run.stateBytesPerParameter(),
                  "state",
                  Format.bytes(run.memory().optimizer()),
                  "share",
                  most == 0 ? 0 : Math.round(100.0 * run.memory().optimizer() / most),
                  "trainer",
                  Format.bytes(run.memory().trainer()));
            })
        .toList();
  }

  private List<Map<String, Object>> hashes() {
    return results.runs().stream()
        .map(
            run ->
                Map.<String, Object>of(
                    "optimizer", run.optimizer(),
                    "seed", run.seed(),
                    "rate", Double.toString(run.learningRate()),
                    "hash", run.parametersSha256()))
        .toList();
  }

  private List<Map<String, String>> machine() {
    Machine machine = results.machine();
    return List.of(
        fact("Processor", machine.cpu()),
        fact("Cores", Integer.toString(machine.cores())),
        fact("Threads", Integer.toString(machine.threads())),
        fact(
            "Kernels",
            machine.vectorBits() == 0
                ? machine.kernels()
                : machine.kernels() + ", " + machine.vectorBits() + " bit"),
        fact("JDK", machine.jdk()),
        fact("Lanewise", results.version()),
        fact("Began", results.protocol().began()),
        fact(
            "Seeds",
            String.join(", ", results.protocol().seeds().stream().map(String::valueOf).toList())));
  }

  private List<Map<String, String>> dataHashes() {
    return results.data().sha256().entrySet().stream()
        .map(file -> fact(file.getKey(), file.getValue()))
        .toList();
  }

  private static String resource(String name) {
    try (@Nullable InputStream in = ReportPage.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException(name + " is missing in the application");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(String.format(Locale.ROOT, "cannot read %s", name), e);
    }
  }
}
