package dev.lanewise.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/**
 * The command line.
 *
 * @param smoke whether each benchmark is to run once, tiny
 * @param include which benchmarks, a regular expression found in their names
 * @param output the JSON file, or null for none
 * @param forks JVMs for each benchmark and implementation
 * @param jvm further options of these JVMs
 * @param startup fresh JVMs to start instead of any benchmark; 0 for benchmarks
 * @param rows with {@code startup}: a regular expression found in the names of the rows that they measure, or null to train
 * @param predictions the same with JVMs that predict
 * @param jar what to start them from, or null for this jar
 * @param growth folder for the report of how training grows with its size, or null for benchmarks
 * @param resume file of a measurement that may be interrupted, or null
 */
record Settings(
    boolean smoke,
    String include,
    @Nullable Path output,
    int forks,
    List<String> jvm,
    int startup,
    @Nullable String rows,
    int predictions,
    @Nullable Path jar,
    @Nullable Path growth,
    @Nullable Path resume) {
  static final String HELP =
      """
      Usage: java -jar lanewise-bench.jar [options]
        --include REGEX     only benchmarks whose name contains a match
        --forks N           fresh JVMs for each benchmark, scalar and SIMD each (default 5)
        --output FILE.json  where the results go (default lanewise-bench.json; none for --smoke)
        --jvm OPTION        further option of these JVMs, for example -Dlanewise.vector.bits=256 (repeatable)
        --smoke             each benchmark once and tiny: does it work at all? Its rates mean nothing
      or
        --startup N         start N fresh JVMs that train for a few seconds; fail if one is stuck
        --rows REGEX        let them measure single kernels instead, those whose name contains a match (. for all)
        --predictions N     start N fresh JVMs that predict; fail if one's p50 is over the best by more than a tenth
        --jar FILE          from another build of this jar
        --jvm OPTION        further option of these JVMs (repeatable)
        --resume FILE       keeps what was measured; interrupted, the same command goes on from there
      or
        --growth FOLDER     measure training against batch, image, network and threads; page and pictures go there
        --forks N           fresh JVMs for each case (default 5)
        --jvm OPTION        further option of these JVMs (repeatable)
        --resume FILE       as above
      """;

  static Settings parse(String... args) {
    boolean smoke = false;
    String include = ".*";
    Path output = null;
    int forks = 5;
    List<String> jvm = new ArrayList<>();
    int startup = 0;
    String rows = null;
    int predictions = 0;
    Path jar = null;
    Path growth = null;
    Path resume = null;
    for (int i = 0; i < args.length; i++) {
      String option = args[i];
      if (option.equals("--smoke")) {
        smoke = true;
        continue;
      }
      String value = i + 1 < args.length ? args[++i] : null;
      switch (option) {
        case "--include" -> include = expression(option, value);
        case "--output" -> output = Path.of(required(option, value));
        case "--forks" -> forks = positive(option, value);
        case "--jvm" -> jvm.add(required(option, value));
        case "--predictions" -> predictions = positive(option, value);
        case "--startup" -> startup = positive(option, value);
        case "--rows" -> rows = expression(option, value);
        case "--jar" -> jar = Path.of(required(option, value));
        case "--growth" -> growth = Path.of(required(option, value));
        case "--resume" -> resume = Path.of(required(option, value));
        default -> throw new IllegalArgumentException("no option " + option);
      }
    }
    if (rows != null && startup == 0) {
      throw new IllegalArgumentException("--rows needs --startup N");
    }
    if (resume != null && startup + predictions == 0 && growth == null) {
      throw new IllegalArgumentException("--resume needs --startup N, --predictions N or --growth FOLDER");
    }
    if (output == null && !smoke) {
      output = Path.of("lanewise-bench.json");
    }
    return new Settings(
        smoke, include, output, forks, List.copyOf(jvm), startup, rows, predictions, jar, growth, resume);
  }

  private static String required(String option, @Nullable String value) {
    if (value == null) {
      throw new IllegalArgumentException(option + " needs a value");
    }
    return value;
  }

  private static String expression(String option, @Nullable String value) {
    String text = required(option, value);
    try {
      Pattern.compile(text);
      return text;
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException(option + " needs a regular expression: " + e.getDescription(), e);
    }
  }

  private static int positive(String option, @Nullable String value) {
    String text = required(option, value);
    try {
      int number = Integer.parseInt(text);
      if (number > 0) {
        return number;
      }
    } catch (NumberFormatException e) {
      // said below
    }
    throw new IllegalArgumentException(option + " needs a number from 1, not " + text);
  }
}
