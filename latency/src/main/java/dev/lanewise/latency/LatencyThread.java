package dev.lanewise.latency;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CyclicBarrier;
import org.HdrHistogram.Histogram;

/** What one thread of a {@link LatencyRun} does and sees. Used by that thread, and read when it has ended. */
final class LatencyThread {
  private static final long LONGEST = Duration.ofMinutes(10).toNanos();

  /** Calls that are due are made, however late they are, until the schedule has overrun by so much. */
  private static final long OVERRUN_NANOS = Duration.ofSeconds(5).toNanos();

  final Histogram times = histogram();
  final Histogram control = histogram();
  /** How long calls and turns of the control took, without the time that they were late. */
  private final Histogram callsAlone = histogram();

  private final Histogram controlAlone = histogram();

  private final ThreadMXBean allocations = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private final CyclicBarrier barrier;
  private final long interval;
  private final long offset;
  private long bytes;
  private long nanos;
  private boolean behind;
  private Instant start = Instant.MAX;
  private Instant end = Instant.MIN;

  /**
   * A thread's share.
   *
   * @param barrier of all threads, which begin each slice together
   * @param interval nanoseconds from call to call; 0 for a closed loop
   * @param offset nanoseconds from the beginning of a slice to the first call
   */
  LatencyThread(CyclicBarrier barrier, long interval, long offset) {
    this.barrier = barrier;
    this.interval = interval;
    this.offset = offset;
  }

  static Histogram histogram() {
    return new Histogram(1, LONGEST, 3);
  }

  /** A slice of calls, then a slice of the control. */
  void slice(Caller caller, long length) throws Exception {
    barrier.await();
    if (start.equals(Instant.MAX)) {
      start = Instant.now();
    }
    long before = allocations.getCurrentThreadAllocatedBytes();
    long began = System.nanoTime();
    behind |= calls(caller, length, times, callsAlone);
    nanos += System.nanoTime() - began;
    bytes += allocations.getCurrentThreadAllocatedBytes() - before;
    long median = callsAlone.getValueAtPercentile(50);
    barrier.await();
    calls(() -> spin(median), length, control, controlAlone);
    end = Instant.now();
  }

  private static void spin(long nanos) {
    long start = System.nanoTime();
    while (System.nanoTime() - start < nanos) {
      Thread.onSpinWait();
    }
  }

  /** Returns whether calls were still due long after the end. */
  private boolean calls(Caller caller, long length, Histogram seen, Histogram alone) throws Exception {
    long start = System.nanoTime();
    long end = start + length;
    long due = start + offset; // in a closed loop: the end of the call before
    long now = start;
    while (due < end && now < end + (interval == 0 ? 0 : OVERRUN_NANOS)) {
      while (interval > 0 && System.nanoTime() < due) {
        Thread.onSpinWait(); // to sleep until then would measure the wake-up
      }
      long began = interval > 0 ? System.nanoTime() : due;
      caller.call();
      now = System.nanoTime();
      seen.recordValue(Math.min(now - due, LONGEST));
      alone.recordValue(Math.min(now - began, LONGEST));
      due = interval == 0 ? now : due + interval;
    }
    return interval > 0 && due < end;
  }

  /** Heap memory that the calls allocated. */
  long bytes() {
    return bytes;
  }

  /** When the first slice began. */
  Instant start() {
    return start;
  }

  /** When the last one ended. */
  Instant end() {
    return end;
  }

  /** Time in slices of calls. */
  long nanos() {
    return nanos;
  }

  /** Whether the rate was too high: calls were still due long after the end. */
  boolean behind() {
    return behind;
  }
}
