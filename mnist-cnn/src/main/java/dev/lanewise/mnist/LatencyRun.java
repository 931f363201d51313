package dev.lanewise.mnist;

import com.sun.management.ThreadMXBean;
import dev.lanewise.engine.infer.Predictor;
import dev.lanewise.engine.infer.Weights;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.HdrHistogram.Histogram;

/**
 * Threads that predict at the same time, each with a predictor of its own.
 *
 * @param weights what they share
 * @param batch images in a call
 * @param threads how many
 * @param duration of a measurement
 */
record LatencyRun(Weights weights, int batch, int threads, Duration duration) {
  private static final long LONGEST = Duration.ofMinutes(10).toNanos();

  /** Calls that are due are made, however late they are, until the schedule has overrun by so much. */
  private static final long OVERRUN_NANOS = Duration.ofSeconds(5).toNanos();

  /**
   * What came out.
   *
   * @param times nanoseconds of each call
   * @param bytes allocated on the heap by the calls
   * @param behind whether the rate was too high: calls were still due long after the end
   */
  record Result(Histogram times, Instant start, Instant end, double seconds, long bytes, boolean behind) {
    double callsPerSecond() {
      return times.getTotalCount() / seconds;
    }

    String bytesPerCall() {
      double each = (double) bytes / Math.max(1, times.getTotalCount());
      return String.format(Locale.ROOT, each == 0 ? "%.0f" : each < 1 ? "%.2f" : "%,.0f", each);
    }
  }

  /** What one thread saw. */
  private record Share(Histogram times, long bytes, boolean behind) {}

  /**
   * Measures.
   *
   * @param rate calls a second of all threads together; 0 for one call after the other
   * @throws IllegalStateException if a prediction failed
   */
  Result measure(int rate) {
    CyclicBarrier barrier = new CyclicBarrier(threads);
    long interval = rate == 0 ? 0 : Math.max(1, Math.round(1e9 * threads / rate));
    Instant start = Instant.now();
    long began = System.nanoTime();
    Histogram times = new Histogram(1, LONGEST, 3);
    long bytes = 0;
    boolean behind = false;
    try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
      List<Future<Share>> futures = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        long offset = interval * i / threads;
        futures.add(pool.submit(() -> share(barrier, interval, offset)));
      }
      for (Future<Share> future : futures) {
        Share share = future.get();
        times.add(share.times);
        bytes += share.bytes;
        behind |= share.behind;
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException("a prediction failed: " + e.getCause(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
    return new Result(times, start, Instant.now(), (System.nanoTime() - began) * 1e-9, bytes, behind);
  }

  private Share share(CyclicBarrier barrier, long interval, long offset) throws Exception {
    ThreadMXBean allocations = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    Histogram times = new Histogram(1, LONGEST, 3);
    byte[] pixels = new byte[batch * weights.network().inputShape().size()];
    new SplittableRandom(0).nextBytes(pixels);
    float[] output = new float[batch * weights.network().outputShape().size()];
    try (Predictor predictor = new Predictor(weights, batch)) {
      barrier.await();
      long bytes = allocations.getCurrentThreadAllocatedBytes();
      long start = System.nanoTime();
      long end = start + duration.toNanos();
      long due = start + offset; // in a closed loop: the end of the call before
      long now = start;
      while (due < end && now < end + (interval == 0 ? 0 : OVERRUN_NANOS)) {
        while (interval > 0 && System.nanoTime() < due) {
          Thread.onSpinWait(); // to sleep until then would measure the wake-up
        }
        predictor.predict(pixels, output, batch);
        now = System.nanoTime();
        times.recordValue(Math.min(now - due, LONGEST));
        due = interval == 0 ? now : due + interval;
      }
      bytes = allocations.getCurrentThreadAllocatedBytes() - bytes;
      return new Share(times, bytes, interval > 0 && due < end);
    }
  }
}
