package dev.lanewise.engine.infer;

import dev.lanewise.engine.infer.Weights.Version;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Where a predictor says which version of the weights it is using, so that no publication writes over it: a hazard pointer
 * (Michael 2004). Also keeps a second thread and late calls out. Thread-safe; takes no lock and allocates nothing.
 */
final class Announcement {
  /** Stands for a version for good when there will be no more. */
  private static final Version CLOSED = new Version(MemorySegment.NULL, MemorySegment.NULL);

  /** Null between calls. */
  private final AtomicReference<@Nullable Version> version = new AtomicReference<>();

  /**
   * Announces the newest version, until {@link #withdraw}.
   *
   * @return the version, which was the newest at a moment when it had been announced already
   * @throws IllegalStateException if one is announced, or this is closed
   */
  Version announce(Supplier<Version> newest) {
    Version used = newest.get();
    if (!version.compareAndSet(null, used)) {
      throw new IllegalStateException(
          isClosed()
              ? "the predictor is closed"
              : "another thread is using the predictor; each thread needs one of its own");
    }
    // What was announced too late may be written over already.
    for (Version now = newest.get(); now != used; now = newest.get()) {
      version.set(now);
      used = now;
    }
    return used;
  }

  /** Ends what {@link #announce} began. */
  void withdraw() {
    version.setRelease(null);
  }

  /** Whether a version is announced. */
  boolean names(Version asked) {
    return version.get() == asked;
  }

  /**
   * Refuses all further versions.
   *
   * @return whether it was open before
   * @throws IllegalStateException if a version is announced; nothing has happened then
   */
  boolean close() {
    if (version.compareAndSet(null, CLOSED)) {
      return true;
    }
    if (!isClosed()) {
      throw new IllegalStateException("another thread is using the predictor; close it when that is done");
    }
    return false;
  }

  private boolean isClosed() {
    return version.get() == CLOSED;
  }
}
