package dev.lanewise.bench;

import dev.lanewise.engine.kernel.Losses;
import dev.lanewise.engine.memory.Memory;
import java.lang.foreign.MemorySegment;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * Softmax cross-entropy with its gradient for a batch of 128, on one thread. Ten classes leave lanes of a
 * vector empty; a thousand show the exponential at work.
 *
 * <pre>java -jar bench/target/lanewise-bench.jar --include Loss</pre>
 */
@State(Scope.Benchmark)
public class LossBenchmark {
  static final int ROWS = 128;

  /** Classes of a row. */
  @Param({"10", "1000"})
  public int classes;

  int pitch;
  MemorySegment logits;
  MemorySegment labels;
  MemorySegment gradient;
  private Operands operands;

  /** Fills the operands. */
  @Setup
  public void setUp() {
    pitch = (int) Memory.padded(classes);
    operands = new Operands();
    logits = operands.random((long) ROWS * pitch, -4, 4);
    labels = operands.labels(ROWS, classes);
    gradient = operands.zeros((long) ROWS * pitch);
  }

  /** Frees the operands. */
  @TearDown
  public void tearDown() {
    operands.close();
  }

  /** Loss of the batch, returned so that nothing of it is dead code, and gradient. */
  @Benchmark
  public double softmaxCrossEntropy(Work work) {
    work.images += ROWS;
    return Losses.softmaxCrossEntropy(
        logits, 0, pitch, ROWS, classes, labels, 0, 1f / ROWS, gradient, 0);
  }
}
