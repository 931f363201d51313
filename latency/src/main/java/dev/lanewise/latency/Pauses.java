package dev.lanewise.latency;

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
public final class Pauses implements AutoCloseable {
  private static final String COLLECTION = "jdk.GarbageCollection";
  private static final String SAFEPOINT = "jdk.SafepointBegin";

  private final Recording recording = new Recording();
  private List<RecordedEvent> events = List.of();

  private Pauses() {
    recording.enable(COLLECTION).withoutThreshold();
    recording.enable(SAFEPOINT).withoutThreshold();
  }

  /** Begins to record. */
  public static Pauses record() {
    Pauses pauses = new Pauses();
    pauses.recording.start();
    return pauses;
  }

  /** Ends recording; before, there is nothing to count. */
  public void stop() {
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
  public long collections(Instant start, Instant end) {
    return count(COLLECTION, start, end);
  }

  /** Safepoints between two moments, those of collections included. */
  public long safepoints(Instant start, Instant end) {
    return count(SAFEPOINT, start, end);
  }

  private long count(String name, Instant start, Instant end) {
    return events.stream()
        .filter(event -> event.getEventType().getName().equals(name))
        .filter(event -> !event.getStartTime().isBefore(start) && !event.getStartTime().isAfter(end))
        .count();
  }

  @Override
  public void close() {
    recording.close();
  }
}
