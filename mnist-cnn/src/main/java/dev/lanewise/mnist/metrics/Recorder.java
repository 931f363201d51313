package dev.lanewise.mnist.metrics;

import dev.lanewise.engine.train.EpochResult;
import dev.lanewise.engine.train.Evaluation;
import dev.lanewise.engine.train.Trainer;
import dev.lanewise.engine.train.TrainingListener;
import dev.lanewise.engine.train.TrainingPosition;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Tells the listeners of a run what its trainer does, and cancels the training when asked to. For
 * the thread that trains alone.
 */
public final class Recorder implements TrainingListener {
  private final List<RunListener> listeners;
  private final BooleanSupplier stop;
  private final long start = System.nanoTime();
  private double before;
  private @Nullable Trainer trainer;

  /**
   * Begins to take the time.
   *
   * @param listeners told in this order
   * @param stop asked after each batch whether to end early
   */
  public Recorder(List<? extends RunListener> listeners, BooleanSupplier stop) {
    this.listeners = List.copyOf(listeners);
    this.stop = stop;
  }

  /**
   * Names the trainer that this listener is of. Comes before it trains.
   *
   * @param position where an earlier process left the run, or null for a fresh one
   */
  public void follow(Trainer trainer, @Nullable TrainingPosition position) {
    this.trainer = trainer;
    if (position != null) {
      before =
          position.seconds() + position.history().stream().mapToDouble(EpochResult::seconds).sum();
      listeners.forEach(listener -> listener.onResume(position));
    }
  }

  /** The time of the run so far, what an earlier process took included. */
  public double seconds() {
    return before + (System.nanoTime() - start) * 1e-9;
  }

  @Override
  public void onBatch(int epoch, int samplesDone, int samples, double meanLoss) {
    Trainer followed = followed();
    StepMetrics step =
        new StepMetrics(
            epoch,
            followed.steps(),
            samplesDone,
            samples,
            followed.batchLoss(),
            meanLoss,
            followed.epochAccuracy(),
            followed.learningRate(),
            seconds());
    for (RunListener listener : listeners) {
      listener.onStep(step);
    }
    if (stop.getAsBoolean()) {
      followed.cancel();
    }
  }

  @Override
  public void onEpoch(EpochResult result) {
    Trainer followed = followed();
    EpochMetrics epoch =
        new EpochMetrics(result, followed.steps(), followed.learningRate(), seconds());
    for (RunListener listener : listeners) {
      listener.onEpoch(epoch);
    }
    if (stop.getAsBoolean()) {
      followed.cancel();
    }
  }

  /** Tells that the test images are about to be measured. */
  public void testing() {
    listeners.forEach(RunListener::onTest);
  }

  /** Tells what the test images came to. */
  public void tested(Evaluation test) {
    listeners.forEach(listener -> listener.onTested(test));
  }

  private Trainer followed() {
    if (trainer == null) {
      throw new IllegalStateException("follow comes first");
    }
    return trainer;
  }
}
