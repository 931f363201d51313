package dev.lanewise.mnist.comparison;

import dev.lanewise.engine.model.Model;
import dev.lanewise.engine.optim.Optimizer;
import dev.lanewise.engine.train.EpochResult;
import dev.lanewise.engine.train.TrainingPosition;
import dev.lanewise.mnist.metrics.EpochMetrics;
import dev.lanewise.mnist.metrics.RunListener;
import dev.lanewise.mnist.results.ResultsFolder;
import java.util.Comparator;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the best model of a run in the output folder while the run goes on: the one with the best
 * validation accuracy, and of equal ones that with the least validation loss. However the process
 * ends, it is there.
 */
final class BestModel implements RunListener {
  private static final Comparator<EpochResult> GOODNESS =
      Comparator.comparingDouble(EpochResult::validationAccuracy)
          .thenComparing(Comparator.comparingDouble(EpochResult::validationLoss).reversed());

  private final ResultsFolder folder;
  private final Model model;
  private final Optimizer optimizer;
  private final long seed;
  private final int epochs;
  private final Consumer<Unfinished> standing;
  private @Nullable EpochResult best;

  /**
   * Keeps nothing yet.
   *
   * @param standing told after each epoch where the run is
   */
  BestModel(
      ResultsFolder folder,
      Model model,
      Optimizer optimizer,
      long seed,
      int epochs,
      Consumer<Unfinished> standing) {
    this.folder = folder;
    this.model = model;
    this.optimizer = optimizer;
    this.seed = seed;
    this.epochs = epochs;
    this.standing = standing;
  }

  @Override
  public void onResume(TrainingPosition position) {
    String kept = folder.whenBest(optimizer.name(), seed);
    best =
        position.history().stream().filter(epoch -> when(epoch).equals(kept)).findFirst().orElse(null);
    if (best != null) {
      EpochResult last = position.history().getLast();
      tell(last, best, position.history().stream().mapToDouble(EpochResult::seconds).sum());
    }
  }

  @Override
  public void onEpoch(EpochMetrics epoch) {
    EpochResult result = epoch.result();
    if (best == null || GOODNESS.compare(result, best) > 0) {
      folder.writeBest(optimizer.name(), seed, model, when(result));
      best = result;
    }
    tell(result, best, epoch.seconds());
  }

  /**
   * Names an epoch and its run: another run that comes to the same losses, to the last bit, has the
   * same models.
   */
  private static String when(EpochResult epoch) {
    return "epoch "
        + epoch.epoch()
        + ", training loss "
        + epoch.trainLoss()
        + ", validation loss "
        + epoch.validationLoss();
  }

  private void tell(EpochResult last, EpochResult best, double seconds) {
    standing.accept(
        new Unfinished(
            optimizer.name(),
            seed,
            epochs,
            last,
            seconds,
            optimizer.stateBytesPerParameter(),
            best,
            folder.bestFile(optimizer.name(), seed)));
  }
}
