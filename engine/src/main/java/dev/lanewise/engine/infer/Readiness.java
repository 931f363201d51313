package dev.lanewise.engine.infer;

import java.time.Duration;

/**
 * How far {@link Predictor#warmUp} came. Immutable.
 *
 * @param ready whether calls had settled: allocating nothing, and all equally fast
 * @param time what it took
 * @param calls predictions made; none while kernels are being prepared in the background
 * @param nanos nanoseconds of the fastest full batch from a float array, in the last tenth of a second; 0 if the
 *     limit left no time for a call
 * @param bytes bytes on the heap that this thread allocated at the end, in about 10 milliseconds of calls; -1 where
 *     the JVM does not tell, and then they do not count for {@code ready}
 */
public record Readiness(boolean ready, Duration time, long calls, long nanos, long bytes) {}
