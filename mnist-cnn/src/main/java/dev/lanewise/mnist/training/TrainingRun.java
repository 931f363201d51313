package dev.lanewise.mnist.training;

import dev.lanewise.engine.model.Model;
import dev.lanewise.engine.optim.Optimizer;
import dev.lanewise.engine.train.Evaluation;
import dev.lanewise.engine.train.History;
import dev.lanewise.engine.train.ResumeException;
import dev.lanewise.engine.train.Trainer;
import dev.lanewise.engine.train.TrainerBuilder;
import dev.lanewise.engine.train.TrainingException;
import dev.lanewise.mnist.data.ImageData;
import dev.lanewise.mnist.metrics.Recorder;
import dev.lanewise.mnist.metrics.RunListener;
import dev.lanewise.mnist.results.Course;
import dev.lanewise.mnist.results.RunResult;
import dev.lanewise.mnist.results.TestPredictions;
import dev.lanewise.mnist.text.OutputException;
import dev.lanewise.mnist.text.UsageException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Trains one model with one rule.
 *
 * @param settings how
 * @param samples on what
 * @param images the same data, for the predictions at the end
 * @param errors takes what the user should know and what does not end the run, a line each
 * @param stop asked after each batch whether to end early
 */
public record TrainingRun(
    Settings settings,
    Samples samples,
    ImageData images,
    Consumer<String> errors,
    BooleanSupplier stop) {

  /**
   * Trains and tests.
   *
   * @param model fresh parameters; trained ones afterwards
   * @param optimizer the rule
   * @param seed of the order of the images
   * @param steps takes down how the loss goes
   * @param listeners follow the run, and are closed by the caller
   * @return the outcome, or null if it was ended early
   * @throws TrainingException if a loss is no longer a finite number; the model has its last good
   *     parameters then
   * @throws UsageException if the run cannot be resumed
   * @throws dev.lanewise.engine.memory.MemoryLimitException if the run does not fit into memory
   * @throws OutputException if a checkpoint cannot be written
   */
  public @Nullable RunResult of(
      Model model,
      Optimizer optimizer,
      long seed,
      StepRecorder steps,
      List<? extends RunListener> listeners) {
    List<RunListener> all = new ArrayList<>(listeners);
    all.add(steps);
    Recorder recorder = new Recorder(all, stop);
    TrainerBuilder builder =
        Trainer.builder(model, optimizer)
            .batchSize(settings.batchOf(samples.train().size()))
            .seed(seed)
            .threads(settings.threads())
            .listener(recorder);
    try (RunCheckpoints checkpoints =
            new RunCheckpoints(settings.checkpoints(), Course.name(optimizer.name(), seed));
        Trainer trainer = checkpoints.attach(builder).build()) {
      recorder.follow(trainer, checkpoints.resume(trainer, errors));
      History history = fit(trainer, checkpoints);
      if (history.epochs().size() < settings.epochs()) {
        return null;
      }
      recorder.testing();
      Evaluation test = trainer.evaluate(samples.test());
      requireFinite(test);
      recorder.tested(test);
      return new RunResult(
          optimizer.name(),
          seed,
          optimizer.learningRate(),
          history.epochs().stream().map(RunResult.Epoch::of).toList(),
          test.accuracy(),
          test.loss(),
          recorder.seconds(),
          model.parametersSha256(),
          optimizer.stateBytesPerParameter(),
          memory(model, optimizer, trainer),
          steps.steps(),
          TestPredictions.of(model, images));
    }
  }

  private static RunResult.Memory memory(Model model, Optimizer optimizer, Trainer trainer) {
    long floats = model.network().parameterFloats();
    return new RunResult.Memory(
        floats * Float.BYTES, optimizer.stateBytes(floats), trainer.memoryBytes());
  }

  private History fit(Trainer trainer, RunCheckpoints checkpoints) {
    try {
      return trainer.fit(samples.train(), samples.validation(), settings.epochs());
    } catch (UncheckedIOException e) {
      throw checkpoints.unwritten(e);
    } catch (ResumeException e) {
      throw checkpoints.notTheSame(e);
    }
  }

  private static void requireFinite(Evaluation test) {
    if (!Double.isFinite(test.loss())) {
      throw new TrainingException("the test loss is " + test.loss());
    }
  }
}
