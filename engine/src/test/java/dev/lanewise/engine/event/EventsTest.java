package dev.lanewise.engine.event;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lanewise.engine.infer.Predictor;
import dev.lanewise.engine.infer.Weights;
import dev.lanewise.engine.model.Model;
import dev.lanewise.engine.model.Sequential;
import dev.lanewise.engine.optim.Sgd;
import dev.lanewise.engine.testing.Networks;
import dev.lanewise.engine.train.Dataset;
import dev.lanewise.engine.train.Trainer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** The first test comes before any kernel, whose selection is an event. */
@Tag("once")
@Tag("fresh")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class EventsTest {
  private static final Sequential NET = Networks.small();

  @TempDir Path dir;

  /** Two epochs of three batches, two predictions, one publication. */
  private static void work() {
    try (Dataset data = Networks.images(NET, 20);
        Model model = NET.initialize(0);
        Weights weights = new Weights(model);
        Predictor predictor = new Predictor(weights, 2);
        Trainer trainer = Trainer.builder(model, Sgd.keras()).batchSize(8).threads(1).build()) {
      trainer.fit(data, null, 2);
      weights.publish(model);
      predictor.predict(new byte[2 * NET.inputShape().size()], new float[2 * NET.outputShape().size()], 2);
      predictor.classify(new byte[NET.inputShape().size()]);
    }
  }

  private List<RecordedEvent> events(Recording recording) throws IOException {
    recording.stop();
    Path file = dir.resolve("recording.jfr");
    recording.dump(file);
    return RecordingFile.readAllEvents(file).stream()
        .filter(event -> event.getEventType().getName().startsWith("dev.lanewise."))
        .toList();
  }

  private static List<RecordedEvent> named(List<RecordedEvent> events, String name) {
    return events.stream().filter(e -> e.getEventType().getName().equals("dev.lanewise." + name)).toList();
  }

  @Test
  @Order(1)
  @DisplayName("a recording that asks for them has the kernels, epochs, steps, publications and predictions")
  void recorded() throws IOException {
    try (Recording recording = new Recording()) {
      for (String name : List.of("Kernels", "Epoch", "TrainingStep", "Publication")) {
        recording.enable("dev.lanewise." + name);
      }
      recording.enable("dev.lanewise.Prediction").withoutThreshold();
      recording.start();
      work();
      List<RecordedEvent> events = events(recording);

      assertThat(named(events, "Kernels")).hasSize(1);
      assertThat(named(events, "Kernels").getFirst().getString("description"))
          .isEqualTo(dev.lanewise.engine.kernel.Kernels.description());
      assertThat(named(events, "Epoch")).extracting(e -> e.getInt("number")).containsExactly(1, 2);
      assertThat(named(events, "Epoch")).allMatch(e -> e.getInt("samples") == 20);
      List<RecordedEvent> steps = named(events, "TrainingStep");
      assertThat(steps).extracting(e -> e.getLong("step")).containsExactly(1L, 2L, 3L, 4L, 5L, 6L);
      assertThat(steps).extracting(e -> e.getInt("samples")).containsExactly(8, 8, 4, 8, 8, 4);
      assertThat(steps).allMatch(e -> e.getDouble("loss") > 0 && e.getDuration().isPositive());
      assertThat(named(events, "Publication")).extracting(e -> e.getLong("version")).containsExactly(2L);
      List<RecordedEvent> predictions = named(events, "Prediction");
      assertThat(predictions).extracting(e -> e.getInt("images")).containsExactly(2, 1);
      assertThat(predictions).allMatch(e -> e.getLong("version") == 2 && e.getDuration().isPositive());
    }
  }

  @Test
  @Order(2)
  @DisplayName("predictions below the threshold are not recorded")
  void threshold() throws IOException {
    try (Recording recording = new Recording()) {
      recording.enable("dev.lanewise.Prediction").withThreshold(Duration.ofHours(1));
      recording.start();
      work();
      assertThat(events(recording)).isEmpty();
    }
  }

  @Test
  @Order(3)
  @DisplayName("a recording that does not ask for them has none")
  void offByDefault() throws IOException {
    try (Recording recording = new Recording()) {
      recording.enable("jdk.GarbageCollection");
      recording.start();
      work();
      assertThat(events(recording)).isEmpty();
      assertThat(Events.prediction()).isNull();
      assertThat(Events.trainingStep()).isNull();
    }
  }
}
