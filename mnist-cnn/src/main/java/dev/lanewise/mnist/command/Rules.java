package dev.lanewise.mnist.command;

import dev.lanewise.engine.optim.Optimizer;
import dev.lanewise.mnist.text.Suggestion;
import dev.lanewise.mnist.text.UsageException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds the engine's optimizers by name. */
final class Rules {
  private Rules() {}

  /**
   * The rules of these names.
   *
   * @param names what the user asked for
   * @param option that gave them, for messages
   * @param learningRate for all of them, or null for each one's own
   * @throws UsageException if there is no such rule; the message lists those there are
   */
  static List<Optimizer> named(List<String> names, String option, @Nullable Double learningRate) {
    for (String name : names) {
      if (!Optimizer.names().contains(name)) {
        String suggestion = Suggestion.of(name, Optimizer.names());
        throw new UsageException(
            "Invalid value for option '%s': no optimizer \"%s\"%s %s"
                .formatted(
                    option,
                    name,
                    suggestion.isEmpty() ? "; there are" : suggestion + " There are",
                    String.join(", ", Optimizer.names())));
      }
    }
    return names.stream()
        .map(Optimizer::byName)
        .map(rule -> learningRate == null ? rule : rule.withLearningRate(learningRate))
        .toList();
  }
}
