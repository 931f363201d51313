package dev.lanewise.engine.testing;

import dev.lanewise.engine.io.Checkpoints;
import dev.lanewise.engine.model.Model;
import dev.lanewise.engine.model.Sequential;
import dev.lanewise.engine.optim.Clipping;
import dev.lanewise.engine.optim.Optimizer;
import dev.lanewise.engine.optim.ReduceOnPlateau;
import dev.lanewise.engine.train.Dataset;
import dev.lanewise.engine.train.EpochResult;
import dev.lanewise.engine.train.History;
import dev.lanewise.engine.train.Trainer;
import dev.lanewise.engine.train.TrainingListener;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.LongPredicate;
import java.util.stream.Collectors;

/**
 * Small trainings that several tests stop and continue: 90 samples in batches of 40, so that each epoch has
 * three steps and the last of them a smaller batch; dropout; a validation after each epoch.
 *
 * @param optimizer the rule
 * @param seed of parameters, order and dropout
 * @param epochs of the whole training
 */
public record Trainings(Optimizer optimizer, long seed, int epochs) {
  private static final Sequential NETWORK = Networks.small();

  /** Steps of an epoch. */
  public static final int STEPS = 3;

  /** What a training came to: hash of the parameters, and the history without its times. */
  public record Outcome(String sha256, String history, boolean cancelled) {}

  /**
   * A training whose rate falls after each epoch but the first, as the validation loss decides, and with a
   * norm of gradients in each step.
   */
  public static Trainings of(String optimizer, long seed, int epochs) {
    return new Trainings(
        Optimizer.byName(optimizer)
            .withSchedule(new ReduceOnPlateau(true, 0.5, 1, 10, 0, 0).withWarmUp(4))
            .withClipping(Clipping.byGlobalNorm(0.7)),
        seed,
        epochs);
  }

  /** From the first step to the last, without checkpoints. */
  public Outcome undisturbed() {
    try (Dataset data = Networks.images(NETWORK, 120);
        Model model = NETWORK.initialize(seed);
        Trainer trainer = Trainer.builder(model, optimizer).batchSize(40).seed(seed).threads(1).build()) {
      return outcome(model, trainer.fit(data.slice(0, 90), data.slice(90, 120), epochs));
    }
  }

  /**
   * Continues from the folder's checkpoint or begins, and writes checkpoints.
   *
   * @param every steps between checkpoints
   * @param stop told the number of each step; true cancels the training
   */
  public Outcome resumed(Path folder, int every, int threads, LongPredicate stop) throws IOException {
    Stopper stopper = new Stopper(stop);
    try (Dataset data = Networks.images(NETWORK, 120);
        Model model = NETWORK.initialize(seed);
        Checkpoints checkpoints = Checkpoints.open(folder);
        Trainer trainer =
            Trainer.builder(model, optimizer)
                .batchSize(40)
                .seed(seed)
                .threads(threads)
                .listener(stopper)
                .checkpoints(checkpoints::save, every)
                .build()) {
      stopper.trainer = trainer;
      checkpoints.resume(trainer);
      return outcome(model, trainer.fit(data.slice(0, 90), data.slice(90, 120), epochs));
    }
  }

  private static Outcome outcome(Model model, History history) {
    return new Outcome(model.parametersSha256(), withoutTimes(history.epochs()), history.cancelled());
  }

  /** Every bit of the epochs' losses and accuracies. */
  private static String withoutTimes(List<EpochResult> epochs) {
    return epochs.stream()
        .map(e -> new EpochResult(
            e.epoch(), e.trainLoss(), e.trainAccuracy(), e.validationLoss(), e.validationAccuracy(), 0, 0))
        .map(EpochResult::toString)
        .collect(Collectors.joining("\n"));
  }

  private static final class Stopper implements TrainingListener {
    private final LongPredicate stop;
    private Trainer trainer;

    Stopper(LongPredicate stop) {
      this.stop = stop;
    }

    @Override
    public void onBatch(int epoch, int samplesDone, int samples, double loss) {
      if (stop.test(trainer.steps())) {
        trainer.cancel();
      }
    }
  }
}
