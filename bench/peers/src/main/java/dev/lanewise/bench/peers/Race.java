package dev.lanewise.bench.peers;

import dev.lanewise.bench.ChildJvm;
import dev.lanewise.bench.Journal;
import dev.lanewise.bench.Outcome;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * All trials, fork by fork: within one fork every library gets a JVM of its own for each part and number of threads,
 * and the FMA peak is measured in another one right before it.
 */
final class Race {
  /** Seconds of a slice of warming up: before a case, and before the peak. */
  private static final String SLICE = "0.3";

  private static final String PEAK_SLICE = "0.15";

  /** How far a library's validation accuracy may lie from Lanewise's. */
  static final double BAND = 0.03;

  private final Options options;
  private final Map<Key, Runs> runs = new LinkedHashMap<>();

  Race(Options options) {
    this.options = options;
  }

  private record Key(Part part, int threads, String what, Library library) {}

  /** What the forks of one case gave. */
  private static final class Runs {
    private final List<Double> rates = new ArrayList<>();
    private final List<Double> shares = new ArrayList<>();
    private final List<Double> accuracies = new ArrayList<>();
    private String failure = "";
  }

  /** Runs everything, but what was run before an interruption; prints a line for each JVM. */
  List<Outcome> run() throws IOException, InterruptedException {
    Journal journal = Journal.open(options.resume(), options.seconds() + " s, batches: " + options.batches());
    for (int fork = 1; fork <= options.forks(); fork++) {
      for (Part part : options.parts()) {
        for (int threads : part.threads()) {
          for (Library library : options.libraries()) {
            if (library.takes(part)) {
              String name = "fork %d: %s, %d, %s".formatted(fork, part.option(), threads, library.title());
              System.out.println(name);
              trial(journal, name, part, threads, library);
            }
          }
        }
      }
    }
    return outcomes();
  }

  private void trial(Journal journal, String name, Part part, int threads, Library library)
      throws IOException, InterruptedException {
    String refusal = library.refusal(threads);
    if (!refusal.isEmpty()) {
      part.cases().forEach(what -> runs(part, threads, what, library).failure = refusal);
      return;
    }
    double peak =
        Double.parseDouble(
            journal.output(
                "peak before " + name,
                () -> child(threads, List.of(), PeakRun.class, threads + "", PEAK_SLICE, PEAK_SLICE)));
    try {
      String output =
          journal.output(
              name,
              () ->
                  child(
                      threads, library.jvm(), TrialRun.class, library.name(), part.name(), threads + "", SLICE,
                      options.seconds() + "", options.batches() + ""));
      add(part, threads, library, peak, output.lines().toList());
    } catch (IOException e) {
      String reason = TrialRun.reason(e);
      part.cases().forEach(what -> runs(part, threads, what, library).failure = reason);
    }
  }

  /** Takes the lines of one JVM, some of them {@link TrialRun}'s. */
  void add(Part part, int threads, Library library, double peak, List<String> lines) {
    Set<String> missing = new LinkedHashSet<>(part.cases());
    for (String line : lines) {
      String[] fields = line.split("\t", -1);
      if (!fields[0].equals(TrialRun.MARK)) {
        continue;
      }
      missing.remove(fields[1]);
      Runs found = runs(part, threads, fields[1], library);
      if (fields.length == 3) {
        found.failure = fields[2];
      } else {
        found.rates.add(Double.parseDouble(fields[2]));
        found.shares.add(Double.parseDouble(fields[3]) / peak);
        found.accuracies.add(Double.parseDouble(fields[4]));
      }
    }
    missing.forEach(what -> runs(part, threads, what, library).failure = "its JVM printed no result");
  }

  private Runs runs(Part part, int threads, String what, Library library) {
    return runs.computeIfAbsent(new Key(part, threads, what, library), key -> new Runs());
  }

  /** Thread counts come by the environment where a library has no call for it. */
  static String child(int threads, List<String> jvm, Class<?> main, String... args)
      throws IOException, InterruptedException {
    Map<String, String> environment =
        Map.of(
            "OMP_NUM_THREADS", threads + "", "OPENBLAS_NUM_THREADS", threads + "", "MKL_NUM_THREADS", threads + "",
            "TF_CPP_MIN_LOG_LEVEL", "2");
    return ChildJvm.run(environment, jvm, ChildJvm.ownClassPath(), main, args);
  }

  /** What has been added so far, in the order of the report. */
  List<Outcome> outcomes() {
    List<Outcome> outcomes = new ArrayList<>();
    for (Part part : options.parts()) {
      for (int threads : part.threads()) {
        for (String what : part.cases()) {
          for (Library library : options.libraries()) {
            Runs found = runs.get(new Key(part, threads, what, library));
            if (found != null) {
              outcomes.add(
                  new Outcome(
                      part.option(), what, threads, library.title(), part.unit(), found.rates, found.shares,
                      remark(found, part, threads, what)));
            }
          }
        }
      }
    }
    return outcomes;
  }

  private String remark(Runs found, Part part, int threads, String what) {
    if (!found.failure.isEmpty() || part != Part.TRAINING) {
      return found.failure;
    }
    Runs own = runs.get(new Key(part, threads, what, Library.LANEWISE));
    if (own == null || own.accuracies.isEmpty()) {
      return "Lanewise trained nothing to compare it with";
    }
    double expected = own.accuracies.getFirst();
    for (double accuracy : found.accuracies) {
      if (!(Math.abs(accuracy - expected) <= BAND)) {
        return String.format(
            Locale.ROOT, "different work: validation accuracy %.4f, Lanewise's %.4f", accuracy, expected);
      }
    }
    return "";
  }

  /** What training reached, a sentence for each library. */
  List<String> notes() {
    List<String> notes = new ArrayList<>();
    runs.forEach(
        (key, found) -> {
          if (key.part() == Part.TRAINING && !found.accuracies.isEmpty()) {
            notes.add(
                String.format(
                    Locale.ROOT, "Validation accuracy of %s after %d batches, %d thread(s): %s",
                    key.library().title(), options.batches(), key.threads(),
                    found.accuracies.stream()
                        .map(a -> String.format(Locale.ROOT, "%.4f", a))
                        .collect(Collectors.joining(", "))));
          }
        });
    return notes;
  }
}
