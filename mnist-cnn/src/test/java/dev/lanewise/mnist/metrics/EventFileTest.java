package dev.lanewise.mnist.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.lanewise.engine.train.EpochResult;
import dev.lanewise.engine.train.Evaluation;
import dev.lanewise.engine.train.TrainingPosition;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.framework.Summary;
import org.tensorflow.util.Event;
import org.tensorflow.util.SessionLog;

/** Event files as TensorFlow's own message classes and {@link TfRecords} read them. */
class EventFileTest {
  @TempDir Path dir;

  private final List<IOException> errors = new ArrayList<>();

  @Test
  void beginsWithTheVersionAndTheStartOfTheRun() throws IOException {
    EventFile.create(dir, 7).close();

    List<Event> events = TfRecords.events(onlyFile());
    assertThat(events).hasSize(2);
    assertThat(events.get(0).getFileVersion()).isEqualTo("brain.Event:2");
    assertThat(events.get(1).getSessionLog().getStatus()).isEqualTo(SessionLog.SessionStatus.START);
    assertThat(events.get(1).getStep()).isEqualTo(7);
    assertThat(onlyFile().getFileName().toString()).startsWith("events.out.tfevents.");
  }

  @Test
  void aRunBecomesScalarsByTagAndStep() throws IOException {
    double before = System.currentTimeMillis() / 1e3;
    try (TensorBoard board = new TensorBoard(dir, errors::add)) {
      board.onStep(step(1, 2.25, 0.001));
      board.onStep(step(300, 1.5, 0.0005));
      board.onEpoch(
          new EpochMetrics(new EpochResult(1, 1.8, 0.5, 1.25, 0.75, 4, 12_000), 300, 0.0005, 5));
      board.onTested(new Evaluation(10, 1.125, 0.875));
    }

    List<Event> events = TfRecords.events(onlyFile());
    assertThat(events).hasSize(6);
    assertThat(scalars(events.get(2)))
        .containsExactly(Map.entry("train/loss", 2.25f), Map.entry("train/learning_rate", 0.001f));
    assertThat(events.get(3).getStep()).isEqualTo(300);
    assertThat(scalars(events.get(4)))
        .containsExactly(
            Map.entry("train/accuracy", 0.5f),
            Map.entry("validation/loss", 1.25f),
            Map.entry("validation/accuracy", 0.75f),
            Map.entry("images_per_second", 12_000f));
    assertThat(scalars(events.get(5)))
        .containsExactly(Map.entry("test/loss", 1.125f), Map.entry("test/accuracy", 0.875f));
    assertThat(events.get(5).getStep()).isEqualTo(300);
    assertThat(events)
        .allSatisfy(event -> assertThat(event.getWallTime()).isCloseTo(before, within(60.0)));
    assertThat(errors).isEmpty();
  }

  @Test
  void aRunThatGoesOnGetsAnotherFileThatSaysWhere() throws IOException {
    try (TensorBoard board = new TensorBoard(dir, errors::add)) {
      board.onStep(step(1, 2, 0.1));
    }
    try (TensorBoard board = new TensorBoard(dir, errors::add)) {
      board.onResume(new TrainingPosition(Map.of(), 1, List.of(), 1, 8, 2, 3, 0.1, List.of()));
      board.onStep(step(2, 1, 0.1));
    }

    List<Path> files = files();
    assertThat(files).hasSize(2);
    assertThat(TfRecords.events(files.get(0))).extracting(Event::getStep).containsExactly(0L, 0L, 1L);
    assertThat(TfRecords.events(files.get(1))).extracting(Event::getStep).containsExactly(0L, 1L, 2L);
  }

  @Test
  void whatAKilledProcessLeavesCanBeReadUpToItsLastWholeRecords() throws IOException {
    EventFile file = EventFile.create(dir, 0);
    for (int i = 1; i <= 5000; i++) {
      file.write(EventMessage.scalars(1, i, Map.of("train/loss", 1.0)));
    }

    // Not closed: what is on disk is what a kill -9 would leave now.
    List<Event> events = TfRecords.events(onlyFile());
    assertThat(events.size()).isBetween(2000, 5001);
    assertThat(events.getLast().getStep()).isEqualTo(events.size() - 2);
    file.close();
    assertThat(TfRecords.events(onlyFile())).hasSize(5002);
  }

  @Test
  void tellsOnceWhatCannotBeWrittenAndGoesOn() throws IOException {
    Path occupied = Files.createFile(dir.resolve("occupied"));
    try (TensorBoard board = new TensorBoard(occupied, errors::add)) {
      board.onStep(step(1, 2, 0.1));
      board.onStep(step(2, 2, 0.1));
      board.onTested(new Evaluation(10, 1, 1));
    }

    assertThat(errors).hasSize(1);
  }

  @Test
  void theChecksumIsTensorFlows() {
    byte[] digits = "123456789".getBytes(StandardCharsets.US_ASCII);

    assertThat(TfRecords.crc32c(digits)).isEqualTo(0xE3069283); // the check value of CRC-32C
    assertThat(EventFile.maskedCrc(digits, 0, 9)).isEqualTo(TfRecords.masked(0xE3069283));
  }

  private static StepMetrics step(long step, double loss, double rate) {
    return new StepMetrics(1, step, 8, 16, loss, loss, 0.5, rate, 1);
  }

  private static List<Map.Entry<String, Float>> scalars(Event event) {
    return event.getSummary().getValueList().stream()
        .map((Summary.Value value) -> Map.entry(value.getTag(), value.getSimpleValue()))
        .toList();
  }

  private Path onlyFile() throws IOException {
    List<Path> files = files();
    assertThat(files).hasSize(1);
    return files.getFirst();
  }

  private List<Path> files() throws IOException {
    try (var files = Files.list(dir)) {
      return files.sorted().toList();
    }
  }
}
