package dev.lanewise.mnist.metrics;

import dev.lanewise.engine.train.Evaluation;
import dev.lanewise.engine.train.TrainingPosition;

/**
 * Follows one run: the training of one model with one optimizer and one seed. Called on the thread
 * that trains, so that what takes long here makes the training slower; what it throws ends the run.
 */
public interface RunListener extends AutoCloseable {
  /** The run goes on where an earlier process left it. Comes before the first step. */
  default void onResume(TrainingPosition position) {}

  /** A batch was trained. */
  default void onStep(StepMetrics step) {}

  /** An epoch was trained and validated. */
  default void onEpoch(EpochMetrics epoch) {}

  /** All epochs are trained; the test images are about to be measured. */
  default void onTest() {}

  /** The test images are measured. */
  default void onTested(Evaluation test) {}

  /** The run is over: finished, interrupted or failed. */
  @Override
  default void close() {}
}
