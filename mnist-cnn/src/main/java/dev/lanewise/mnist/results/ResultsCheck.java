package dev.lanewise.mnist.results;

import java.lang.reflect.RecordComponent;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Finds out whether results that were read from a file, which anybody may have edited, hold together. */
final class ResultsCheck {
  /** Components that may be missing. */
  private static final Set<String> OPTIONAL = Set.of("message", "name", "directory");

  /** More than any training gives, and so little that no sum, square or length of an axis is infinite. */
  private static final double LARGEST = 1e100;

  private ResultsCheck() {}

  /** What is wrong with them; null if nothing is. */
  static @Nullable String problem(@Nullable Results results) {
    String missing = missing("", results);
    if (missing != null || results == null) {
      return missing;
    }
    for (Course course : results.courses()) {
      if (!course.optimizer().matches("[a-z][a-z0-9-]{0,40}")) {
        return "the name of an optimizer";
      }
    }
    for (RunResult run : results.runs()) {
      String run0 = "the run of " + run.optimizer() + " with seed " + run.seed();
      if (run.epochs().isEmpty()) {
        return run0 + " has no epochs";
      }
      if (!run.parametersSha256().matches("[0-9a-f]{64}")) {
        return run0 + " has no hash";
      }
      if (!holdTogether(run.predictions(), results.data().test())) {
        return "the predictions of " + run0;
      }
    }
    return null;
  }

  private static boolean holdTogether(TestPredictions predictions, int images) {
    List<List<Integer>> confusion = predictions.confusion();
    int classes = confusion.size();
    return classes >= 1
        && classes <= 256
        && confusion.stream().allMatch(row -> row.size() == classes)
        && confusion.stream().flatMap(List::stream).allMatch(count -> count >= 0)
        && predictions.mistakes().size() <= TestPredictions.MOST_MISTAKES
        && predictions.mistakes().stream()
            .allMatch(
                mistake ->
                    mistake.image() >= 0
                        && mistake.image() < images
                        && mistake.label() >= 0
                        && mistake.label() < classes
                        && mistake.predicted() >= 0
                        && mistake.predicted() < classes);
  }

  /** The first part without value, or with a number that is none; null if there is no such part. */
  private static @Nullable String missing(String path, @Nullable Object value) {
    return switch (value) {
      case null -> path + " is missing";
      case Double number when !Double.isFinite(number) -> path + " is no number";
      case Double number when Math.abs(number) > LARGEST -> path + " is too large";
      case Float number when !Float.isFinite(number) -> path + " is no number";
      case Collection<?> list -> missingIn(path, list);
      case Map<?, ?> map -> missingIn(path, map.values());
      case Record parts -> missingIn(path, parts);
      default -> null;
    };
  }

  private static @Nullable String missingIn(String path, Collection<?> values) {
    int index = 0;
    for (Object value : values) {
      String missing = missing(path + "[" + index++ + "]", value);
      if (missing != null) {
        return missing;
      }
    }
    return null;
  }

  private static @Nullable String missingIn(String path, Record parts) {
    for (RecordComponent component : parts.getClass().getRecordComponents()) {
      String name = component.getName();
      Object value = valueOf(parts, component);
      if (value == null && OPTIONAL.contains(name)) {
        continue;
      }
      String missing = missing(path.isEmpty() ? name : path + "." + name, value);
      if (missing != null) {
        return missing;
      }
    }
    return null;
  }

  private static @Nullable Object valueOf(Record parts, RecordComponent component) {
    try {
      return component.getAccessor().invoke(parts);
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("an accessor of a record of this package", e);
    }
  }
}
