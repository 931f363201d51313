package dev.lanewise.mnist.report;

import dev.lanewise.engine.io.ModelFile;
import dev.lanewise.engine.model.Model;
import dev.lanewise.engine.model.Parameter;
import dev.lanewise.mnist.data.ImageData;
import dev.lanewise.mnist.results.ResultsFolder;
import dev.lanewise.mnist.results.RunResult;
import dev.lanewise.mnist.results.TestPredictions;
import dev.lanewise.mnist.text.Format;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the page tells of each optimizer alone: its mistakes and its first layer, as the template has it. */
final class ReportDetails {
  /** More classes than this make no table that one could read. */
  private static final int MOST_CLASSES = 20;

  private static final int MOST_PAIRS = 12;

  private final ResultsFolder folder;
  private final @Nullable ImageData images;

  ReportDetails(ResultsFolder folder, @Nullable ImageData images) {
    this.folder = folder;
    this.images = images;
  }

  /** The mistakes of an optimizer's finished runs, of which there is at least one. */
  Map<String, Object> mistakes(OptimizerRuns runs) {
    Map<String, Object> model = new HashMap<>();
    long[][] confusion = sum(runs.finished());
    long all = 0;
    long right = 0;
    for (int i = 0; i < confusion.length; i++) {
      right += confusion[i][i];
      for (long count : confusion[i]) {
        all += count;
      }
    }
    model.put("optimizer", runs.optimizer());
    model.put("summary", summary(all - right, all, runs.finished().size()));
    if (confusion.length <= MOST_CLASSES) {
      model.put("matrix", matrix(confusion));
    } else {
      model.put("pairs", pairs(confusion));
    }
    RunResult first = runs.finished().getFirst();
    List<Map<String, Object>> shown =
        first.predictions().mistakes().stream().map(this::mistake).toList();
    model.put("mistakes", shown);
    model.put("hasMistakes", !shown.isEmpty());
    model.put("noImages", images == null);
    model.put("seed", runs.finished().size() > 1 ? " of seed " + first.seed() : "");
    return model;
  }

  private static String summary(long wrong, long all, int runs) {
    String of = runs == 1 ? "" : " in %d runs".formatted(runs);
    return String.format(Locale.ROOT, "%,d of %,d test images wrong%s", wrong, all, of);
  }

  private static long[][] sum(List<RunResult> runs) {
    int classes = runs.getFirst().predictions().confusion().size();
    long[][] sum = new long[classes][classes];
    for (RunResult run : runs) {
      List<List<Integer>> confusion = run.predictions().confusion();
      for (int i = 0; i < Math.min(classes, confusion.size()); i++) {
        for (int j = 0; j < Math.min(classes, confusion.size()); j++) {
          sum[i][j] += confusion.get(i).get(j);
        }
      }
    }
    return sum;
  }

  private static Map<String, Object> matrix(long[][] confusion) {
    long most = 1;
    for (int i = 0; i < confusion.length; i++) {
      for (int j = 0; j < confusion.length; j++) {
        most = i == j ? most : Math.max(most, confusion[i][j]);
      }
    }
    List<Integer> classes = new ArrayList<>();
    List<Map<String, Object>> rows = new ArrayList<>();
    for (int i = 0; i < confusion.length; i++) {
      classes.add(i);
      List<Map<String, Object>> cells = new ArrayList<>();
      long all = 0;
      for (int j = 0; j < confusion.length; j++) {
        all += confusion[i][j];
        // By the root, so that a single image still shows.
        double heat = Math.sqrt(confusion[i][j] / (double) most);
        cells.add(
            Map.of(
                "count",
                confusion[i][j],
                "kind",
                i == j ? "right" : confusion[i][j] == 0 ? "none" : "wrong",
                "heat",
                String.format(Locale.ROOT, "%.2f", Math.min(1, heat))));
      }
      String share = all == 0 ? "–" : Format.percent(confusion[i][i] / (double) all);
      rows.add(Map.of("label", i, "cells", cells, "share", share));
    }
    return Map.of("classes", classes, "rows", rows);
  }

  private static List<Map<String, Object>> pairs(long[][] confusion) {
    record Pair(int label, int predicted, long count) {}
    List<Pair> pairs = new ArrayList<>();
    for (int i = 0; i < confusion.length; i++) {
      for (int j = 0; j < confusion.length; j++) {
        if (i != j && confusion[i][j] > 0) {
          pairs.add(new Pair(i, j, confusion[i][j]));
        }
      }
    }
    pairs.sort(Comparator.comparingLong(Pair::count).reversed());
    return pairs.stream()
        .limit(MOST_PAIRS)
        .map(
            pair ->
                Map.<String, Object>of(
                    "label", pair.label, "predicted", pair.predicted, "count", pair.count))
        .toList();
  }

  private Map<String, Object> mistake(TestPredictions.Mistake mistake) {
    Map<String, Object> model = new HashMap<>();
    model.put("label", mistake.label());
    model.put("predicted", mistake.predicted());
    model.put("probability", probability(mistake.probability()));
    model.put("index", mistake.image());
    if (images != null && mistake.image() < images.testCount()) {
      int pixels = images.rows() * images.columns();
      model.put(
          "image",
          ReportImages.grey(
              images.testImages(), mistake.image() * pixels, images.rows(), images.columns()));
    }
    return model;
  }

  /** In percent; never 100, since a mistake at least was not certain to be right. */
  private static String probability(double share) {
    return share > 0.9999 ? "> 99.99" : Format.percent(share);
  }

  /** The first layer of the model of an optimizer's first finished run. */
  Map<String, Object> kernels(OptimizerRuns runs) {
    RunResult run = runs.finished().getFirst();
    Path file = folder.modelFile(run.optimizer(), run.seed());
    Map<String, Object> model = new HashMap<>();
    model.put("optimizer", runs.optimizer());
    model.put("seed", runs.finished().size() > 1 ? ", seed " + run.seed() : "");
    try (Model trained = load(file)) {
      if (trained == null) {
        model.put("missing", "its model, " + file.getFileName() + ", is not there any more");
      } else if (!trained.parametersSha256().equals(run.parametersSha256())) {
        model.put("missing", file.getFileName() + " has other parameters than this run");
      } else if (!convolvesGrey(trained)) {
        model.put("missing", "its network begins with something else than a convolution");
      } else {
        ReportImages.Kernels kernels = ReportImages.kernels(trained);
        model.put("image", kernels.image());
        model.put("count", kernels.count());
        model.put("size", kernels.height() + "×" + kernels.width());
        model.put("columns", kernels.columns());
        model.put("largest", String.format(Locale.ROOT, "%.2f", kernels.largest()));
      }
    } catch (IOException e) {
      model.put("missing", "its model cannot be read: " + e.getMessage());
    }
    return model;
  }

  private static @Nullable Model load(Path file) throws IOException {
    return Files.exists(file) ? ModelFile.load(file) : null;
  }

  private static boolean convolvesGrey(Model model) {
    Parameter first = model.network().parameters().getFirst();
    return first.shape().rank() == 4 && first.shape().dim(2) == 1;
  }
}
