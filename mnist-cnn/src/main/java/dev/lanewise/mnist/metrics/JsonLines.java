package dev.lanewise.mnist.metrics;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import dev.lanewise.engine.train.EpochResult;
import dev.lanewise.engine.train.Evaluation;
import java.io.IOException;
import java.io.Writer;
import java.util.function.Consumer;

/**
 * Writes a run's figures as JSON lines: an object a line, flushed line by line. Members are in the
 * order of the records' components.
 */
public final class JsonLines extends FileListener {
  private static final Gson GSON = new GsonBuilder().disableHtmlEscaping().create();

  private final Writer out;
  private final String run;
  private final String optimizer;
  private final long seed;

  /** The line of a step. */
  private record Step(
      String event,
      String run,
      String optimizer,
      long seed,
      int epoch,
      long step,
      double seconds,
      double loss,
      double learningRate) {}

  /** The line of an epoch. */
  private record Epoch(
      String event,
      String run,
      String optimizer,
      long seed,
      int epoch,
      long step,
      double seconds,
      double trainLoss,
      double trainAccuracy,
      double validationLoss,
      double validationAccuracy,
      double learningRate,
      double imagesPerSecond) {}

  /** The line of a test. */
  private record Test(
      String event, String run, String optimizer, long seed, double testLoss, double testAccuracy) {}

  /**
   * Writes nothing yet.
   *
   * @param out takes the lines; others may write to it, too, between two calls. Not closed here
   * @param run the run's name
   * @param optimizer the rule's name
   * @param errors told once what cannot be written
   */
  public JsonLines(
      Writer out, String run, String optimizer, long seed, Consumer<IOException> errors) {
    super(errors);
    this.out = out;
    this.run = run;
    this.optimizer = optimizer;
    this.seed = seed;
  }

  @Override
  public void onStep(StepMetrics step) {
    write(
        new Step(
            "step",
            run,
            optimizer,
            seed,
            step.epoch(),
            step.step(),
            step.seconds(),
            step.loss(),
            step.learningRate()));
  }

  @Override
  public void onEpoch(EpochMetrics epoch) {
    EpochResult result = epoch.result();
    write(
        new Epoch(
            "epoch",
            run,
            optimizer,
            seed,
            result.epoch(),
            epoch.step(),
            epoch.seconds(),
            result.trainLoss(),
            result.trainAccuracy(),
            result.validationLoss(),
            result.validationAccuracy(),
            epoch.learningRate(),
            result.imagesPerSecond()));
  }

  @Override
  public void onTested(Evaluation test) {
    write(new Test("test", run, optimizer, seed, test.loss(), test.accuracy()));
  }

  private void write(Object line) {
    attempt(
        () -> {
          out.write(GSON.toJson(line) + "\n");
          out.flush();
        });
  }
}
