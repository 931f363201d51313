package dev.lanewise.bench;

import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/**
 * How much work the operations of an iteration did. JMH divides the counters by the time, so that its results
 * hold GFLOP/s, GB/s and images/s beside operations/s. A benchmark fills in those that make sense for it.
 *
 * <p>Each thread has its own; JMH adds them up.
 */
@State(Scope.Thread)
@AuxCounters(AuxCounters.Type.OPERATIONS)
public class Work {
  /** Billions of floating-point operations; a fused multiply-add counts as two. */
  public double gflop;

  /** Billions of bytes that must be read or written, each once. */
  public double gbyte;

  /** Images trained or predicted; for a loss, its rows. */
  public double images;

  /** One more product of an m x k and a k x n matrix. */
  void product(double m, double n, double k) {
    gflop += 2e-9 * m * n * k;
  }

  /** So many floats read or written once more. */
  void floats(double count) {
    gbyte += 1e-9 * Float.BYTES * count;
  }
}
