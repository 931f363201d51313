package dev.lanewise.mnist.metrics;

import dev.lanewise.engine.train.EpochResult;
import dev.lanewise.engine.train.Evaluation;
import dev.lanewise.engine.train.TrainingPosition;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Writes a run's figures as scalars for TensorBoard, into a folder of the run's own. The file is
 * made when there is something to write, and each start of the run makes another one.
 */
public final class TensorBoard extends FileListener {
  private final Path folder;
  private long step;
  private @Nullable EventFile file;

  /**
   * Writes nothing yet.
   *
   * @param folder the run's
   * @param errors told once what cannot be written
   */
  public TensorBoard(Path folder, Consumer<IOException> errors) {
    super(errors);
    this.folder = folder;
  }

  @Override
  public void onResume(TrainingPosition position) {
    step = position.steps();
  }

  @Override
  public void onStep(StepMetrics metrics) {
    attempt(
        () -> {
          EventFile open = file();
          step = metrics.step();
          Map<String, Double> values = new LinkedHashMap<>();
          values.put("train/loss", metrics.loss());
          values.put("train/learning_rate", metrics.learningRate());
          open.write(EventMessage.scalars(EventFile.now(), step, values));
        });
  }

  @Override
  public void onEpoch(EpochMetrics epoch) {
    attempt(
        () -> {
          EventFile open = file();
          step = epoch.step();
          EpochResult result = epoch.result();
          Map<String, Double> values = new LinkedHashMap<>();
          values.put("train/accuracy", result.trainAccuracy());
          values.put("validation/loss", result.validationLoss());
          values.put("validation/accuracy", result.validationAccuracy());
          values.put("images_per_second", result.imagesPerSecond());
          open.write(EventMessage.scalars(EventFile.now(), step, values));
          open.flush();
        });
  }

  @Override
  public void onTested(Evaluation test) {
    attempt(
        () -> {
          Map<String, Double> values = new LinkedHashMap<>();
          values.put("test/loss", test.loss());
          values.put("test/accuracy", test.accuracy());
          file().write(EventMessage.scalars(EventFile.now(), step, values));
        });
  }

  private EventFile file() throws IOException {
    if (file == null) {
      file = EventFile.create(folder, step);
    }
    return file;
  }

  @Override
  public void close() {
    end(
        () -> {
          if (file != null) {
            file.close();
          }
        });
  }
}
