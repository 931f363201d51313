package dev.lanewise.engine.infer;

import com.sun.management.ThreadMXBean;
import dev.lanewise.engine.kernel.Kernels;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Runs a predictor until its calls have settled. They go round all kinds of input, in full batches and singly, since a
 * part of a batch may use other kernels than a full one. Rounds are judged by the fastest of their turns, which other
 * threads of the machine disturb least. Interpreted SIMD kernels give themselves away by allocating vectors;
 * scalar ones by getting faster.
 */
final class WarmUp {
  private static final long ROUND_NANOS = 10_000_000;
  private static final int LEAST_TURNS = 4;
  private static final int SETTLED_ROUNDS = 10;
  private static final double TOLERANCE = 0.1;

  private final Predictor predictor;
  private final int batch;
  private final float[] input;
  private final float[] output;
  private final float[] single;
  private final byte[] pixels;
  private final byte[] singlePixels;
  private final float[] singleOutput;
  private final @Nullable Counter counter = Counter.ofThisJvm();

  private long calls;
  private long fastestTurn;
  private long fastestCall;

  /** Bytes allocated by the current thread. Apart, since the module jdk.management may be absent. */
  private static final class Counter {
    private final ThreadMXBean threads;

    private Counter(ThreadMXBean threads) {
      this.threads = threads;
    }

    static @Nullable Counter ofThisJvm() {
      try {
        return ManagementFactory.getThreadMXBean() instanceof ThreadMXBean threads
                && threads.isThreadAllocatedMemorySupported()
                && threads.isThreadAllocatedMemoryEnabled()
            ? new Counter(threads)
            : null;
      } catch (LinkageError e) {
        return null;
      }
    }

    long bytes() {
      return threads.getCurrentThreadAllocatedBytes();
    }
  }

  WarmUp(Predictor predictor, int batch, int inputs, int outputs) {
    this.predictor = predictor;
    this.batch = batch;
    pixels = new byte[batch * inputs];
    input = new float[pixels.length];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) i;
      input[i] = (i & 0xFF) / 255f;
    }
    output = new float[batch * outputs];
    single = new float[inputs];
    singlePixels = new byte[inputs];
    singleOutput = new float[outputs];
  }

  Readiness run(Duration limit) {
    long start = System.nanoTime();
    // Without calls meanwhile: they would only take the processor and the JIT compiler from the kernels.
    Kernels.awaitPrepared(limit);
    long bytes = -1;
    long reference = Long.MAX_VALUE;
    int settled = 0;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment inputs = arena.allocateFrom(ValueLayout.JAVA_FLOAT, input);
      MemorySegment outputs = arena.allocateFrom(ValueLayout.JAVA_FLOAT, output);
      MemorySegment bytesIn = arena.allocateFrom(ValueLayout.JAVA_BYTE, pixels);
      while (settled < SETTLED_ROUNDS && System.nanoTime() - start < limit.toNanos()) {
        long before = counter == null ? 0 : counter.bytes();
        round(inputs, bytesIn, outputs);
        bytes = counter == null ? -1 : counter.bytes() - before;
        if (bytes > 0) {
          settled = 0;
        } else if (settled > 0 && Math.abs(fastestTurn - reference) <= TOLERANCE * reference) {
          settled++;
        } else {
          settled = 1;
          reference = fastestTurn;
        }
      }
    }
    return new Readiness(
        settled == SETTLED_ROUNDS, Duration.ofNanos(System.nanoTime() - start), calls, fastestCall, bytes);
  }

  private void round(MemorySegment inputs, MemorySegment bytesIn, MemorySegment outputs) {
    long start = System.nanoTime();
    fastestTurn = Long.MAX_VALUE;
    fastestCall = Long.MAX_VALUE;
    for (int turns = 0; turns < LEAST_TURNS || System.nanoTime() - start < ROUND_NANOS; turns++) {
      long began = System.nanoTime();
      predictor.predict(input, output, batch);
      fastestCall = Math.min(fastestCall, System.nanoTime() - began);
      predictor.predict(pixels, output, batch);
      predictor.predict(inputs, outputs, batch);
      predictor.predictPixels(bytesIn, outputs, batch);
      predictor.predict(single, singleOutput);
      predictor.probabilities(single, singleOutput);
      predictor.classify(singlePixels);
      fastestTurn = Math.min(fastestTurn, System.nanoTime() - began);
      calls += 7;
    }
  }
}
