package dev.lanewise.engine.train;

/** Follows a training. Called on the thread that trains; what it throws ends the training. */
public interface TrainingListener {
  /**
   * A batch was trained.
   *
   * @param epoch number of the epoch, from 1
   * @param samplesDone samples of the epoch trained so far
   * @param samples samples of the epoch
   * @param loss mean loss of the epoch so far
   */
  default void onBatch(int epoch, int samplesDone, int samples, double loss) {}

  /** An epoch was trained and validated. */
  default void onEpoch(EpochResult result) {}
}
