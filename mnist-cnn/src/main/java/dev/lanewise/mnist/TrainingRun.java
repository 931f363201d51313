package dev.lanewise.mnist;

import dev.lanewise.engine.model.Model;
import dev.lanewise.engine.optim.Optimizer;
import dev.lanewise.engine.train.EpochResult;
import dev.lanewise.engine.train.Evaluation;
import dev.lanewise.engine.train.History;
import dev.lanewise.engine.train.ResumeException;
import dev.lanewise.engine.train.Trainer;
import dev.lanewise.engine.train.TrainerBuilder;
import dev.lanewise.engine.train.TrainingException;
import dev.lanewise.engine.train.TrainingListener;
import dev.lanewise.engine.train.TrainingPosition;
import java.io.UncheckedIOException;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Trains one model with one rule.
 *
 * @param settings how
 * @param samples on what
 * @param errors takes what the user should know and what does not end the run, a line each
 * @param stop asked after each batch whether to end early
 */
record TrainingRun(
    Settings settings, Samples samples, Consumer<String> errors, BooleanSupplier stop) {

  /**
   * Trains and tests.
   *
   * @param model fresh parameters; trained ones afterwards
   * @param optimizer the rule
   * @param seed of the order of the images
   * @param progress follows it
   * @return the outcome, or null if it was ended early
   * @throws TrainingException if a loss is no longer a finite number; the model has its last good
   *     parameters then
   * @throws UsageException if the run cannot be resumed
   * @throws dev.lanewise.engine.memory.MemoryLimitException if the run does not fit into memory
   * @throws OutputException if a checkpoint cannot be written
   */
  @Nullable RunResult of(Model model, Optimizer optimizer, long seed, Progress progress) {
    long start = System.nanoTime();
    Stopper stopper = new Stopper(progress, stop);
    TrainerBuilder builder =
        Trainer.builder(model, optimizer)
            .batchSize(Math.min(settings.batchSize(), samples.train().size()))
            .seed(seed)
            .threads(settings.threads())
            .listener(stopper);
    try (RunCheckpoints checkpoints =
            new RunCheckpoints(settings.checkpoints(), name(optimizer.name(), seed));
        Trainer trainer = checkpoints.attach(builder).build()) {
      stopper.trainer = trainer;
      TrainingPosition position = checkpoints.resume(trainer, errors);
      double before = 0;
      if (position != null) {
        progress.resumed(position);
        before =
            position.seconds() + position.history().stream().mapToDouble(EpochResult::seconds).sum();
      }
      History history = fit(trainer, checkpoints);
      if (stop.getAsBoolean()) {
        return null;
      }
      progress.testing();
      Evaluation test = trainer.evaluate(samples.test());
      requireFinite(test);
      return new RunResult(
          optimizer.name(),
          seed,
          optimizer.learningRate(),
          history.epochs().stream().map(RunResult.Epoch::of).toList(),
          test.accuracy(),
          test.loss(),
          before + (System.nanoTime() - start) * 1e-9,
          model.parametersSha256(),
          optimizer.stateBytesPerParameter());
    } catch (ResumeException e) {
      throw new UsageException(String.valueOf(e.getMessage()));
    }
  }

  /** What a run is called where it has files. */
  static String name(String optimizer, long seed) {
    return optimizer + "-" + seed;
  }

  private History fit(Trainer trainer, RunCheckpoints checkpoints) {
    try {
      return trainer.fit(samples.train(), samples.validation(), settings.epochs());
    } catch (UncheckedIOException e) {
      throw checkpoints.unwritten(e);
    }
  }

  private static void requireFinite(Evaluation test) {
    if (!Double.isFinite(test.loss())) {
      throw new TrainingException("the test loss is " + test.loss());
    }
  }

  /** Hands everything on, and cancels the training if asked to. */
  private static final class Stopper implements TrainingListener {
    private final TrainingListener next;
    private final BooleanSupplier stop;
    private @Nullable Trainer trainer;

    Stopper(TrainingListener next, BooleanSupplier stop) {
      this.next = next;
      this.stop = stop;
    }

    @Override
    public void onBatch(int epoch, int samplesDone, int samples, double loss) {
      next.onBatch(epoch, samplesDone, samples, loss);
      if (trainer != null && stop.getAsBoolean()) {
        trainer.cancel();
      }
    }

    @Override
    public void onEpoch(EpochResult result) {
      next.onEpoch(result);
    }
  }
}
