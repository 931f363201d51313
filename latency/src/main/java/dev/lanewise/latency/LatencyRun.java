package dev.lanewise.latency;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Threads that make calls at the same time. Slices of half a second of calls take turns with slices of a control, on the
 * same threads and with the same schedule: a loop that does nothing but look at the clock, for as long as the median call
 * takes, the time in the queue not counted. What is slow there is the machine's doing (another process, the hypervisor), not the call's.
 *
 * @param callers makes a caller, and warms it up if it needs that, on the thread that will use it
 * @param threads how many
 * @param duration of all slices of calls together
 */
public record LatencyRun(Callable<? extends Caller> callers, int threads, Duration duration) {
  private static final Duration SLICE = Duration.ofMillis(500);

  /**
   * Measures.
   *
   * @param rate calls a second of all threads together; 0 for one call after the other
   * @throws IllegalStateException if a call failed
   */
  public LatencyResult measure(int rate) {
    CyclicBarrier barrier = new CyclicBarrier(threads);
    long interval = rate == 0 ? 0 : Math.max(1, Math.round(1e9 * threads / rate));
    List<LatencyThread> shares = new ArrayList<>();
    try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
      ExecutorCompletionService<LatencyThread> ended = new ExecutorCompletionService<>(pool);
      for (int i = 0; i < threads; i++) {
        LatencyThread thread = new LatencyThread(barrier, interval, interval * i / threads);
        ended.submit(() -> share(thread));
      }
      try {
        for (int i = 0; i < threads; i++) {
          shares.add(ended.take().get());
        }
      } finally {
        pool.shutdownNow(); // where one failed, the others wait at the barrier
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException("a call failed: " + e.getCause(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
    return LatencyResult.of(shares);
  }

  private LatencyThread share(LatencyThread thread) throws Exception {
    int slices = (int) Math.max(1, duration.dividedBy(SLICE));
    try (Caller caller = callers.call()) {
      for (int i = 0; i < slices; i++) {
        thread.slice(caller, duration.dividedBy(slices).toNanos());
      }
    }
    return thread;
  }
}
