package dev.lanewise.mnist.results;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A training that did not come to its end, as it stands in results.json.
 *
 * @param optimizer the rule's name
 * @param seed of the model's first parameters and of the order of the images
 * @param outcome {@value #DIVERGED} or {@value #INTERRUPTED}
 * @param message what happened, if there is more to say
 * @param epochs those that it finished
 * @param steps how its loss went
 */
public record UnfinishedRun(
    String optimizer,
    long seed,
    String outcome,
    @Nullable String message,
    List<RunResult.Epoch> epochs,
    List<Step> steps)
    implements Course {

  public static final String DIVERGED = "diverged";
  public static final String INTERRUPTED = "interrupted";
}
