package dev.lanewise.mnist.training;

import dev.lanewise.engine.optim.CosineDecay;
import dev.lanewise.engine.optim.CosineRestarts;
import dev.lanewise.engine.optim.OneCycle;
import dev.lanewise.engine.optim.ReduceOnPlateau;
import dev.lanewise.engine.optim.Schedule;
import dev.lanewise.engine.optim.WarmUp;
import dev.lanewise.mnist.text.Suggestion;
import dev.lanewise.mnist.text.UsageException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/**
 * A learning-rate schedule as it is written on the command line, {@code NAME[:KEY=VALUE,...]}, for
 * example {@code cosine:warmup=1,floor=0.01}. Lengths are epochs, or steps with the suffix {@code
 * steps}; they become steps when the number of steps of an epoch is known.
 */
public final class ScheduleSpec {
  private static final String OPTION = "Invalid value for option '--schedule': ";

  private enum Kind {
    CONSTANT,
    STEP,
    EXPONENTIAL,
    INVERSE_TIME,
    POLYNOMIAL,
    COSINE,
    COSINE_RESTARTS,
    ONE_CYCLE,
    PLATEAU;

    /** The name on the command line. */
    String text() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The keys that it knows. */
    List<String> keys() {
      return switch (this) {
        case CONSTANT -> List.of("warmup");
        case STEP, EXPONENTIAL -> List.of("every", "factor", "warmup");
        case INVERSE_TIME -> List.of("every", "decay", "warmup");
        case POLYNOMIAL -> List.of("over", "end", "power", "warmup");
        case COSINE -> List.of("over", "floor", "warmup");
        case COSINE_RESTARTS -> List.of("first", "stretch", "shrink", "floor", "warmup");
        case ONE_CYCLE -> List.of("over", "rise", "divide", "final-divide");
        case PLATEAU -> List.of("factor", "patience", "progress", "cooldown", "floor", "warmup");
      };
    }
  }

  private final Kind kind;
  private final Map<String, String> values;

  private ScheduleSpec(Kind kind, Map<String, String> values) {
    this.kind = kind;
    this.values = values;
  }

  /** The names of all schedules. */
  public static List<String> names() {
    return Arrays.stream(Kind.values()).map(kind -> kind.text()).toList();
  }

  /**
   * Reads a schedule.
   *
   * @throws UsageException if it is none: the name or a key is not known, or a value is out of its
   *     range
   */
  public static ScheduleSpec parse(String text) {
    String[] parts = text.strip().toLowerCase(Locale.ROOT).split(":", 2);
    Kind kind = kind(parts[0]);
    Map<String, String> values = new LinkedHashMap<>();
    if (parts.length == 2) {
      for (String assignment : parts[1].split(",", -1)) {
        String[] sides = assignment.split("=", -1);
        if (sides.length != 2 || sides[1].isBlank()) {
          throw new UsageException(
              OPTION + "'" + assignment + "' is not KEY=VALUE, as in cosine:warmup=1,floor=0.01");
        }
        String key = sides[0].strip();
        if (!kind.keys().contains(key)) {
          throw new UsageException(
              "%s%s has no '%s'%s"
                  .formatted(OPTION, kind.text(), key, choice(key, kind.keys(), "It has ")));
        }
        if (values.put(key, sides[1].strip()) != null) {
          throw new UsageException(OPTION + "'" + key + "' comes twice");
        }
      }
    }
    ScheduleSpec spec = new ScheduleSpec(kind, values);
    spec.schedule(1000, 1000); // for its complaints
    return spec;
  }

  private static Kind kind(String name) {
    for (Kind kind : Kind.values()) {
      if (kind.text().equals(name)) {
        return kind;
      }
    }
    throw new UsageException(
        OPTION + "no schedule '" + name + "'" + choice(name, names(), "There are "));
  }

  private static String choice(String word, List<String> known, String lead) {
    String suggestion = Suggestion.of(word, known);
    String begin = suggestion.isEmpty() ? "; " + lead.toLowerCase(Locale.ROOT) : suggestion + " " + lead;
    return begin + String.join(", ", known);
  }

  /** Whether the rate is the same at every step. */
  boolean isConstant() {
    return kind == Kind.CONSTANT && values.isEmpty();
  }

  /**
   * The engine's schedule.
   *
   * @param stepsPerEpoch at least 1
   * @param epochs of the training
   * @throws UsageException if a value is out of its range
   */
  Schedule schedule(long stepsPerEpoch, int epochs) {
    long warmUp = values.containsKey("warmup") ? steps("warmup", "0", stepsPerEpoch) : 0;
    long rest = Math.max(1, stepsPerEpoch * epochs - warmUp);
    String all = rest + "steps";
    try {
      Schedule schedule =
          switch (kind) {
            case CONSTANT -> Schedule.constant();
            case STEP -> Schedule.step(steps("every", "1", stepsPerEpoch), number("factor", 0.5));
            case EXPONENTIAL ->
                Schedule.exponential(steps("every", "1", stepsPerEpoch), number("factor", 0.9));
            case INVERSE_TIME ->
                Schedule.inverseTime(steps("every", "1", stepsPerEpoch), number("decay", 1));
            case POLYNOMIAL ->
                Schedule.polynomial(
                    steps("over", all, stepsPerEpoch), number("end", 0), number("power", 1));
            case COSINE -> new CosineDecay(steps("over", all, stepsPerEpoch), number("floor", 0));
            case COSINE_RESTARTS ->
                new CosineRestarts(
                    steps("first", "1", stepsPerEpoch),
                    number("stretch", 2),
                    number("shrink", 1),
                    number("floor", 0));
            case ONE_CYCLE ->
                new OneCycle(
                    steps("over", all, stepsPerEpoch),
                    number("rise", 0.3),
                    number("divide", 25),
                    number("final-divide", 1e4));
            case PLATEAU ->
                new ReduceOnPlateau(
                    true,
                    number("factor", 0.1),
                    whole("patience", 2),
                    number("progress", 1e-4),
                    whole("cooldown", 0),
                    number("floor", 0));
          };
      return warmUp == 0 ? schedule : new WarmUp(warmUp, 0, schedule);
    } catch (IllegalArgumentException e) {
      throw new UsageException(OPTION + kind.text() + ": " + e.getMessage());
    }
  }

  /** A length: epochs, or steps if it says so; at least one step. */
  private long steps(String key, String standard, long stepsPerEpoch) {
    String text = values.getOrDefault(key, standard);
    try {
      if (text.endsWith("steps")) {
        long steps = Long.parseLong(text.substring(0, text.length() - "steps".length()).strip());
        if (steps >= 1) {
          return steps;
        }
      } else {
        double epochs = Double.parseDouble(text);
        if (epochs > 0 && epochs <= 1e9) {
          return Math.max(1, Math.round(epochs * stepsPerEpoch));
        }
      }
    } catch (NumberFormatException e) {
      // Told below, like a length out of range.
    }
    throw bad(key, text, "a length: epochs such as 1 or 0.5, or steps such as 500steps");
  }

  private double number(String key, double standard) {
    return value(key, standard, Double::valueOf, "a number");
  }

  private int whole(String key, int standard) {
    return value(key, standard, Integer::valueOf, "a whole number");
  }

  private <T> T value(String key, T standard, Function<String, T> reader, String wanted) {
    String text = values.get(key);
    if (text == null) {
      return standard;
    }
    try {
      return reader.apply(text);
    } catch (NumberFormatException e) {
      throw bad(key, text, wanted);
    }
  }

  private UsageException bad(String key, String text, String wanted) {
    return new UsageException(
        "%s%s of %s is '%s', which is not %s".formatted(OPTION, key, kind.text(), text, wanted));
  }

  /** As it is written on the command line. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(kind.text());
    values.forEach(
        (key, value) ->
            text.append(text.indexOf(":") < 0 ? ":" : ",").append(key).append('=').append(value));
    return text.toString();
  }
}
