package dev.lanewise.mnist;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;

/** Garbage collections and safepoints of this process, as JFR records them. */
final class LatencyPauses implements AutoCloseable {
  private static final String COLLECTION = "jdk.GarbageCollection";
  private static final String SAFEPOINT = "jdk.SafepointBegin";

  private final Recording recording = new Recording();
  private List<RecordedEvent> events = List.of();

  private LatencyPauses() {
    recording.enable(COLLECTION).withoutThreshold();
    recording.enable(SAFEPOINT).withoutThreshold();
  }

  /** Begins to record. */
  static LatencyPauses record() {
    LatencyPauses pauses = new LatencyPauses();
    pauses.recording.start();
    return pauses;
  }

  /** Ends recording; before, there is nothing to count. */
  void stop() {
    try {
      Path file = Files.createTempFile("lanewise-latency", ".jfr");
      try {
        recording.stop();
        recording.dump(file);
        events = RecordingFile.readAllEvents(file);
      } finally {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Garbage collections between two moments. */
  String collections(Instant start, Instant end) {
    return count(COLLECTION, start, end);
  }

  /** Safepoints between two moments, those of collections included. */
  String safepoints(Instant start, Instant end) {
    return count(SAFEPOINT, start, end);
  }

  private String count(String name, Instant start, Instant end) {
    return Long.toString(
        events.stream()
            .filter(event -> event.getEventType().getName().equals(name))
            .filter(event -> !event.getStartTime().isBefore(start) && !event.getStartTime().isAfter(end))
            .count());
  }

  @Override
  public void close() {
    recording.close();
  }
}
