package dev.lanewise.latency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class LatencyRunTest {
  private static final Duration HALF_A_SECOND = Duration.ofMillis(500);

  private static LatencyRun run(int threads, Duration duration, Caller caller) {
    return new LatencyRun(() -> caller, threads, duration);
  }

  private static void take(long nanos) {
    long start = System.nanoTime();
    while (System.nanoTime() - start < nanos) {
      Thread.onSpinWait();
    }
  }

  @Test
  @DisplayName("a fixed rate makes so many calls, and as many turns of the control")
  void makesSoManyCalls() {
    LatencyResult result = run(2, Duration.ofSeconds(1), () -> {}).measure(1_000);
    assertThat(result.times().getTotalCount()).isEqualTo(1_000);
    assertThat(result.control().getTotalCount()).isEqualTo(1_000);
    assertThat(result.behind()).isFalse();
  }

  @Test
  @DisplayName("at more than the machine can do, the time in the queue counts, and it says so")
  void countsTheTimeInTheQueue() {
    LatencyResult flooded = run(2, HALF_A_SECOND, () -> take(1_000_000)).measure(1_000_000);
    assertThat(flooded.behind()).isTrue();
    assertThat(flooded.times().getMaxValue()).isGreaterThan(Duration.ofSeconds(5).toNanos());
  }

  @Test
  @DisplayName("the control takes as long as the median call, and does not have the calls' own outliers")
  void controlIsFreeOfTheCallsOutliers() {
    AtomicInteger calls = new AtomicInteger();
    LatencyResult result =
        run(1, HALF_A_SECOND, () -> {
          take(200_000);
          if (calls.incrementAndGet() % 20 == 0) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(3));
          }
        }).measure(0);
    assertThat(result.times().getValueAtPercentile(99)).isGreaterThan(2_900_000);
    assertThat(result.control().getValueAtPercentile(50)).isBetween(200_000L, 1_000_000L);
    assertThat(result.control().getMean()).isLessThan(result.times().getMean());
  }

  @Test
  @DisplayName("the control of calls that had to wait takes as long as a call, not as its wait")
  void controlDoesNotWait() {
    AtomicInteger calls = new AtomicInteger();
    LatencyResult result =
        run(1, HALF_A_SECOND, () -> {
          if (calls.getAndIncrement() == 0) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(450));
          }
        }).measure(1_000);
    assertThat(result.times().getValueAtPercentile(50)).isGreaterThan(100_000_000);
    assertThat(result.control().getValueAtPercentile(50)).isLessThan(100_000_000);
  }

  @Test
  @DisplayName("what calls allocate is counted, and the harness adds nothing to a call")
  void countsBytes() {
    LatencyResult none = run(1, HALF_A_SECOND, () -> take(100_000)).measure(1_000);
    assertThat(none.bytes()).as("bytes of %d calls", none.times().getTotalCount()).isLessThan(500);
    AtomicReference<byte[]> kept = new AtomicReference<>();
    LatencyResult result = run(1, HALF_A_SECOND, () -> kept.set(new byte[1 << 20])).measure(100);
    assertThat(result.bytes() / result.times().getTotalCount()).isBetween(1L << 20, (1L << 20) + 64);
  }

  @Test
  @DisplayName("making a caller and closing it lie outside of the time whose pauses count")
  void countsFromTheFirstCall() {
    AtomicReference<Instant> ready = new AtomicReference<>();
    AtomicReference<Instant> closing = new AtomicReference<>();
    LatencyRun run =
        new LatencyRun(
            () -> {
              take(100_000_000);
              ready.set(Instant.now());
              return new Caller() {
                @Override
                public void call() {}

                @Override
                public void close() {
                  closing.set(Instant.now());
                  take(100_000_000);
                }
              };
            },
            1, HALF_A_SECOND);
    LatencyResult result = run.measure(1_000);
    assertThat(result.start()).isBetween(ready.get(), ready.get().plusMillis(90));
    assertThat(result.end()).isBetween(ready.get().plus(HALF_A_SECOND), closing.get());
  }

  @Test
  @Timeout(30)
  @DisplayName("a call that fails ends all threads with its reason, and each caller is closed")
  void failsAsAWhole() {
    AtomicInteger open = new AtomicInteger();
    LatencyRun run =
        new LatencyRun(
            () -> {
              int number = open.incrementAndGet();
              return new Caller() {
                @Override
                public void call() {
                  if (number == 2) {
                    throw new IllegalArgumentException("no such image");
                  }
                }

                @Override
                public void close() {
                  open.decrementAndGet();
                }
              };
            },
            2, HALF_A_SECOND);
    assertThatThrownBy(() -> run.measure(0)).hasMessageContaining("no such image");
    assertThat(open).hasValue(0);
  }

  @Test
  @DisplayName("the collections and safepoints of a span of time are counted")
  void countsPauses() {
    try (Pauses pauses = Pauses.record()) {
      Instant start = Instant.now();
      System.gc();
      System.gc();
      Instant end = Instant.now();
      pauses.stop();

      assertThat(pauses.collections(start, end)).isGreaterThanOrEqualTo(2);
      assertThat(pauses.safepoints(start, end)).isGreaterThanOrEqualTo(2);
      assertThat(pauses.collections(end.plusSeconds(1), end.plusSeconds(2))).isZero();
    }
  }
}
