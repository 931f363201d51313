package dev.lanewise.mnist.comparison;

import dev.lanewise.mnist.results.ResultsFolder;
import dev.lanewise.mnist.results.RunResult;
import dev.lanewise.mnist.terminal.Screen;
import dev.lanewise.mnist.text.Format;
import dev.lanewise.mnist.training.Settings;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What there is to say at the end. Safe for use by several threads: the one that trains and the one
 * that handles Ctrl-C, of which the first to come says it.
 */
final class Summary {
  private final Settings settings;
  private final Screen screen;
  private final ResultsFolder folder;
  private final List<RunResult> finished = new ArrayList<>();
  private @Nullable Unfinished unfinished;
  private boolean published;
  private boolean told;

  Summary(Settings settings, Screen screen, ResultsFolder folder) {
    this.settings = settings;
    this.screen = screen;
    this.folder = folder;
  }

  /** Puts the published accuracies beside the results. */
  synchronized void compareWithPublished() {
    published = true;
  }

  /** Takes in that a run has finished an epoch. */
  synchronized void progress(Unfinished run) {
    unfinished = run;
  }

  /** Takes in that a run is finished. */
  synchronized void finish(RunResult result) {
    finished.add(result);
    unfinished = null;
  }

  /** Takes in that a run came to nothing. */
  synchronized void drop() {
    unfinished = null;
  }

  /** The finished runs, in the order in which they ended. */
  synchronized List<RunResult> finished() {
    return List.copyOf(finished);
  }

  /** Says it, once; and takes away what still goes on, such as the making of the report. */
  synchronized void tell(boolean interrupted) {
    screen.clear();
    if (told) {
      return;
    }
    told = true;
    screen.println("");
    if (interrupted) {
      int wanted = settings.optimizers().size() * settings.seeds().size();
      screen.result("Interrupted: %d of %d runs finished".formatted(finished.size(), wanted));
      if (settings.checkpoints() != null) {
        screen.result("The same command with --resume goes on");
      }
    }
    if (!finished.isEmpty() || unfinished != null) {
      ComparisonTable.of(finished, unfinished, published, screen).forEach(screen::result);
      screen.println("");
    }
    if (unfinished != null) {
      screen.println(
          "Best model of the interrupted run: %s (epoch %d, validation accuracy %s %%)"
              .formatted(
                  unfinished.file(),
                  unfinished.best().epoch(),
                  Format.percent(unfinished.best().validationAccuracy())));
    }
    if (!finished.isEmpty()) {
      screen.println("Results: " + folder.resultsFile() + ", and the models beside it");
    }
  }
}
