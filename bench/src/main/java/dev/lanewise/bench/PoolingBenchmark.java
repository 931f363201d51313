package dev.lanewise.bench;

import dev.lanewise.engine.kernel.Pooling;
import dev.lanewise.engine.memory.Memory;
import java.lang.foreign.MemorySegment;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * Pooling 2x2 of one image, forward and backward, on one thread: the fused form, which knows that a ReLU came
 * before and that two rows are still in L1, against the general one, which takes any window. Bytes count each
 * input, output and recorded position once.
 *
 * <pre>java -jar bench/target/lanewise-bench.jar --include Pooling</pre>
 */
@State(Scope.Benchmark)
public class PoolingBenchmark {
  /** Rows, columns and channels of the image: what conv 1 and conv 2 of the MNIST network hand on. */
  @Param({"26x26x32", "10x10x64"})
  public String pool = "";

  int height;
  int width;
  int channels;
  MemorySegment in;
  MemorySegment out;
  MemorySegment codes;
  MemorySegment outGradient;
  MemorySegment inGradient;
  private Operands operands;

  /** Fills the operands; the codes become those of the general form until {@link #fusedForward} runs. */
  @Setup
  public void setUp() {
    String[] sizes = pool.split("x", -1);
    height = Integer.parseInt(sizes[0]);
    width = Integer.parseInt(sizes[1]);
    channels = Integer.parseInt(sizes[2]);
    long floats = (long) height * width * channels;
    operands = new Operands();
    in = operands.random(floats, -1, 1);
    for (long i = 0; i < floats; i++) {
      Memory.set(in, i, Math.max(Memory.get(in, i), 0f));
    }
    out = operands.zeros(floats / 4);
    codes = operands.zeros(floats / 4);
    outGradient = operands.random(floats / 4, -1, 1);
    inGradient = operands.zeros(floats);
    maxForward(new Work());
  }

  /** Frees the operands. */
  @TearDown
  public void tearDown() {
    operands.close();
  }

  /** Maxima behind a ReLU, band by band. */
  @Benchmark
  public void fusedForward(Work work) {
    long band = 2L * width * channels;
    for (int row = 0; row < height / 2; row++) {
      Pooling.maxPool2x2Relu(
          in, row * band, width, channels, out, row * band / 4, codes, row * band / 4);
    }
    count(work, 1.5);
  }

  /** Gradient of pooling and ReLU in one pass. */
  @Benchmark
  public void fusedBackward(Work work) {
    long band = 2L * width * channels;
    for (int row = 0; row < height / 2; row++) {
      Pooling.unpool2x2Relu(
          outGradient, row * band / 4, codes, row * band / 4, width / 2, channels, inGradient, row * band,
          width * channels);
    }
    count(work, 1.5);
  }

  /** Maxima of any window. */
  @Benchmark
  public void maxForward(Work work) {
    Pooling.maxForward(
        in, 0, height, width, channels, 2, 2, 2, 2, 0, 0, height / 2, width / 2, out, 0, codes, 0);
    count(work, 1.5);
  }

  /** Gradient of the maxima of any window. */
  @Benchmark
  public void maxBackward(Work work) {
    Pooling.maxBackward(
        outGradient, 0, codes, 0, height, width, channels, 2, 2, 2, 2, 0, 0, height / 2, width / 2,
        inGradient, 0);
    count(work, 1.5);
  }

  /** Means of any window. */
  @Benchmark
  public void averageForward(Work work) {
    Pooling.averageForward(
        in, 0, height, width, channels, 2, 2, 2, 2, 0, 0, height / 2, width / 2, out, 0);
    count(work, 1.25);
  }

  /** Gradient of the means of any window. */
  @Benchmark
  public void averageBackward(Work work) {
    Pooling.averageBackward(
        outGradient, 0, height, width, channels, 2, 2, 2, 2, 0, 0, height / 2, width / 2, inGradient, 0);
    count(work, 1.25);
  }

  private void count(Work work, double passes) {
    work.floats(passes * height * width * channels);
  }
}
