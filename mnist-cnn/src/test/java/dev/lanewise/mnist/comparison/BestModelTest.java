package dev.lanewise.mnist.comparison;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lanewise.engine.io.ModelFile;
import dev.lanewise.engine.memory.Shape;
import dev.lanewise.engine.model.Dense;
import dev.lanewise.engine.model.Model;
import dev.lanewise.engine.model.Sequential;
import dev.lanewise.engine.optim.Adam;
import dev.lanewise.engine.train.EpochResult;
import dev.lanewise.engine.train.TrainingPosition;
import dev.lanewise.mnist.metrics.EpochMetrics;
import dev.lanewise.mnist.results.ResultsFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BestModelTest {
  @TempDir Path dir;

  private final Model model = Sequential.of(Shape.of(2), Dense.of(2)).initialize(1);
  private final List<Unfinished> told = new ArrayList<>();
  private final EpochResult good = epoch(1, 0.25, 0.9);
  private final EpochResult worse = epoch(2, 0.26, 0.8);

  @AfterEach
  void close() {
    model.close();
  }

  @Test
  void isFoundAgainAndStaysUntilThereIsABetterOne() throws IOException {
    BestModel first = best();
    first.onEpoch(metrics(good));
    first.onEpoch(metrics(worse));
    told.clear();

    BestModel resumed = best();
    resumed.onResume(position(good, worse));
    resumed.onEpoch(metrics(epoch(3, 0.25, 0.9)));

    assertThat(told).extracting(Unfinished::best).containsExactly(good, good);
    assertThat(kept()).startsWith("epoch 1,");
  }

  @Test
  void thatOfAnotherRunIsNotTakenForItsOwn() throws IOException {
    EpochResult other = epoch(1, Math.nextUp(0.25), 0.9);
    best().onEpoch(metrics(other));
    told.clear();

    BestModel resumed = best();
    resumed.onResume(position(good, worse));
    assertThat(told).isEmpty();
    resumed.onEpoch(metrics(epoch(3, 0.5, 0.7)));

    assertThat(told).extracting(run -> run.best().epoch()).containsExactly(3);
    assertThat(kept()).startsWith("epoch 3,");
  }

  @Test
  void norIsOneThatDoesNotSayOrThatIsDamagedOrMissing() throws IOException {
    best().onResume(position(good));
    ModelFile.save(model, dir.resolve("adam-0.best.safetensors"));
    best().onResume(position(good));
    Files.writeString(dir.resolve("adam-0.best.safetensors"), "what");
    best().onResume(position(good));

    assertThat(told).isEmpty();
  }

  private BestModel best() {
    return new BestModel(new ResultsFolder(dir), model, Adam.keras(), 0, 5, told::add);
  }

  private String kept() throws IOException {
    return ModelFile.metadata(dir.resolve("adam-0.best.safetensors")).get("mnist-cnn.when-best");
  }

  private static EpochResult epoch(int epoch, double loss, double accuracy) {
    return new EpochResult(epoch, 2 * loss, accuracy, loss, accuracy, 1, 100);
  }

  private static EpochMetrics metrics(EpochResult epoch) {
    return new EpochMetrics(epoch, 7L * epoch.epoch(), 0.001, epoch.epoch());
  }

  private static TrainingPosition position(EpochResult... history) {
    return new TrainingPosition(
        Map.of(), 7L * history.length, List.of(), history.length + 1, 0, 0, 0, 0, List.of(history));
  }
}
