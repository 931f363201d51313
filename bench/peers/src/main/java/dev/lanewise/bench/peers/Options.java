package dev.lanewise.bench.peers;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The command line.
 *
 * @param latency whether latencies of predictions are compared, instead of the parts
 * @param parts what is compared
 * @param libraries who takes part; Lanewise always does
 * @param forks fresh JVMs for each library, part and number of threads
 * @param seconds of measuring in each case
 * @param batches batches of an epoch of training
 * @param output folder of the report
 * @param resume file of a measurement that may be interrupted, or null
 */
record Options(
    boolean latency,
    Set<Part> parts,
    Set<Library> libraries,
    int forks,
    double seconds,
    int batches,
    Path output,
    @Nullable Path resume) {
  static final String HELP =
      """
      Usage: java -jar lanewise-bench-peers.jar [options]
        --only PART,...       of gemm, convolution, training, prediction (default: all)
        --libraries NAME,...  of lanewise, openblas, onednn, netlib, ejml, tensorflow, pytorch, dl4j,
                              onnx-runtime (default: all; lanewise always takes part)
        --forks N             fresh JVMs for each library, part and number of threads (default 5)
        --seconds S           of measuring each case, once it gains no more (default 2)
        --batches N           batches of 128 images in the epoch whose accuracy is checked (default 64)
        --quick               2 forks of 0.3 seconds and 32 batches, unless said otherwise behind it
        --latency             how long predictions take, percentile by percentile, instead of these parts;
                              of lanewise, tensorflow, pytorch and onnx-runtime
        --output FOLDER       where page and pictures go (default docs/benchmarks)
        --resume FILE         keeps what was measured; interrupted, the same command goes on from there
      """;

  static Options parse(String... args) {
    boolean latency = false;
    Set<Part> parts = EnumSet.allOf(Part.class);
    Set<Library> libraries = EnumSet.allOf(Library.class);
    int forks = 5;
    double seconds = 2;
    int batches = 64;
    Path output = Path.of("docs", "benchmarks");
    Path resume = null;
    List<String> rest = new ArrayList<>(List.of(args));
    while (!rest.isEmpty()) {
      String option = rest.removeFirst();
      if (option.equals("--quick")) {
        forks = 2;
        seconds = 0.3;
        batches = 32;
        continue;
      }
      if (option.equals("--latency")) {
        latency = true;
        continue;
      }
      String value = rest.isEmpty() ? null : rest.removeFirst();
      switch (option) {
        case "--only" -> parts = parts(required(option, value));
        case "--libraries" -> libraries = libraries(required(option, value));
        case "--forks" -> forks = (int) positive(option, value, true);
        case "--seconds" -> seconds = positive(option, value, false);
        case "--batches" -> batches = (int) positive(option, value, true);
        case "--output" -> output = Path.of(required(option, value));
        case "--resume" -> resume = Path.of(required(option, value));
        default -> throw new IllegalArgumentException("no option " + option);
      }
    }
    return new Options(latency, parts, libraries, forks, seconds, batches, output, resume);
  }

  private static String required(String option, @Nullable String value) {
    if (value == null) {
      throw new IllegalArgumentException(option + " needs a value");
    }
    return value;
  }

  private static Set<Part> parts(String names) {
    Set<Part> parts = EnumSet.noneOf(Part.class);
    for (String name : names.split(",", -1)) {
      parts.add(
          Arrays.stream(Part.values())
              .filter(part -> part.option().equals(name))
              .findFirst()
              .orElseThrow(() -> new IllegalArgumentException("no part " + name)));
    }
    return parts;
  }

  private static Set<Library> libraries(String names) {
    Set<Library> libraries = EnumSet.of(Library.LANEWISE);
    for (String name : names.split(",", -1)) {
      libraries.add(Library.of(name.toLowerCase(Locale.ROOT)));
    }
    return libraries;
  }

  private static double positive(String option, @Nullable String value, boolean whole) {
    String text = required(option, value);
    try {
      double number = whole ? Integer.parseInt(text) : Double.parseDouble(text);
      if (number > 0 && number < Double.POSITIVE_INFINITY) {
        return number;
      }
    } catch (NumberFormatException e) {
      // said below
    }
    throw new IllegalArgumentException(option + " needs a number above 0, not " + text);
  }
}
