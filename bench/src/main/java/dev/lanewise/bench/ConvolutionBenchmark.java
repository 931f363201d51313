package dev.lanewise.bench;

import dev.lanewise.engine.kernel.Convolution;
import dev.lanewise.engine.kernel.ConvolutionShape;
import dev.lanewise.engine.kernel.Kernels;
import dev.lanewise.engine.kernel.Reduction;
import dev.lanewise.engine.memory.Memory;
import dev.lanewise.engine.parallel.Team;
import java.lang.foreign.MemorySegment;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * The three convolutions of the MNIST network on a batch of 128 images, on one and on two threads: forward
 * (bias, ReLU and, for conv 1 and conv 3, unrolling of the images included), gradient of the weights, gradient of the
 * image. Packing the weights happens once a batch and is left out.
 *
 * <p>Threads share the images, and work them off in groups of 8, as the engine does. The gradient of the weights
 * takes the unrolled images that the forward pass leaves behind; adding up the threads' shares is part of it. Outputs
 * are those of a convolution that no pooling follows, a whole image at a time.
 *
 * <p>Operations are counted as the definition needs them. The network drops the last row and column of conv 2
 * when it pools, so the images of conv 2 are one row and column smaller here, for every library. Training never
 * needs conv 1's gradient of the image.
 *
 * <pre>java -jar bench/target/lanewise-bench.jar --include Convolution</pre>
 */
@State(Scope.Benchmark)
public class ConvolutionBenchmark {
  private static final int GROUP = 8;

  /** conv1: 28x28x1 to 26x26x32; conv2: 12x12x32 to 10x10x64; conv3: 5x5x64 to 3x3x64. */
  @Param({"conv1", "conv2", "conv3"})
  public String layer = "";

  /** Threads that share the images. */
  @Param({"1", "2"})
  public int threads = 1;

  /** Images in an operation, a multiple of 8 for each thread. */
  public int batch = Workload.BATCH;

  /** Sizes of the layer. */
  public ConvolutionShape shape;

  /** Floats from one image to the next. */
  public long imagePitch;

  /** Floats from one image's outputs to the next's. */
  public long outputPitch;

  /** Inputs, {@code [height][width][channels]} each. */
  public MemorySegment images;

  /** Outputs, {@code [height][width][filters]} each. */
  public MemorySegment outputs;

  /** Gradient of the outputs. */
  public MemorySegment outputGradient;

  /** {@code [3][3][channels][filters]}. */
  public MemorySegment weights;

  /** One for each filter. */
  public MemorySegment bias;

  /** Gradient of the weights. */
  public MemorySegment weightsGradient;

  /** Gradient of the images. */
  public MemorySegment imageGradient;

  private long columnsPitch;
  private MemorySegment columns;
  private MemorySegment groupColumns;
  private MemorySegment packed;
  private MemorySegment packedTransposed;
  private MemorySegment shares;
  private Convolution convolution;
  private Operands operands;
  private Team team;
  private Team.Task forward;
  private Team.Task weightShare;
  private Team.Task weightSum;
  private Team.Task data;

  /** Lays the convolution out, fills the operands, packs the weights, unrolls the images and starts the team. */
  @Setup
  public void setUp() {
    shape = shape(layer);
    convolution = new Convolution(shape, GROUP, shape.outputHeight(), true, Convolution.Gradients.BOTH);
    Kernels.prepare();
    imagePitch = Memory.padded((long) shape.height() * shape.width() * shape.channels());
    outputPitch = Memory.padded((long) shape.outputHeight() * shape.outputWidth() * shape.filters());
    columnsPitch = convolution.inPlace() ? imagePitch : convolution.columnsFloats();
    long taps = (long) shape.taps() * shape.filters();
    operands = new Operands();
    images = operands.random(batch * imagePitch, 0, 1);
    outputs = operands.zeros(batch * outputPitch);
    outputGradient = operands.random(batch * outputPitch, -1, 1);
    weights = operands.random(taps, -0.1, 0.1);
    bias = operands.random(shape.filters(), -0.1, 0.1);
    weightsGradient = operands.zeros(taps);
    shares = operands.zeros(threads * taps);
    imageGradient = operands.zeros(batch * imagePitch);
    columns = convolution.inPlace() ? images : operands.zeros(batch * columnsPitch);
    groupColumns = convolution.inPlace() ? images : operands.zeros(columnsPitch * threads * GROUP);
    packed = operands.zeros(convolution.packedFloats());
    packedTransposed = operands.zeros(convolution.packedTransposedFloats());
    convolution.pack(weights, 0, packed, 0);
    convolution.packTransposed(weights, 0, packedTransposed, 0);
    for (int i = 0; i < batch && !convolution.inPlace(); i++) {
      convolution.lower(images, i * imagePitch, columns, i * columnsPitch);
    }
    team = new Team(threads);
    forward = this::forwardShare;
    weightShare = this::weightGradientShare;
    weightSum = this::addShares;
    data = this::dataGradientShare;
  }

  private static ConvolutionShape shape(String layer) {
    return switch (layer) {
      case "conv1" -> ConvolutionShape.of(28, 28, 1, 32, 3, 3, 1, 1, 1, 1, false);
      case "conv2" -> ConvolutionShape.of(12, 12, 32, 64, 3, 3, 1, 1, 1, 1, false);
      case "conv3" -> ConvolutionShape.of(5, 5, 64, 64, 3, 3, 1, 1, 1, 1, false);
      default -> throw new IllegalArgumentException("no layer " + layer);
    };
  }

  /** Ends the team and frees the operands. */
  @TearDown
  public void tearDown() {
    team.close();
    operands.close();
  }

  /** Images to outputs. */
  @Benchmark
  public void forward(Work work) {
    team.run(forward);
    count(work);
  }

  /** Gradient of the outputs to that of the weights, summed over the images. */
  @Benchmark
  public void weightGradient(Work work) {
    team.run(weightShare);
    if (threads > 1) {
      team.run(weightSum);
    }
    count(work);
  }

  /** Gradient of the outputs to that of the images. */
  @Benchmark
  public void dataGradient(Work work) {
    team.run(data);
    count(work);
  }

  private int firstImage(int member) {
    return batch / GROUP * member / threads * GROUP;
  }

  /** A group's unrolled images take the place of the group's before, as in training. */
  private void forwardShare(int member) {
    for (int i = firstImage(member); i < firstImage(member + 1); i++) {
      long at = columnsPitch * (convolution.inPlace() ? i : member * GROUP + i % GROUP);
      if (!convolution.inPlace()) {
        convolution.lower(images, i * imagePitch, groupColumns, at);
      }
      if (!convolution.joined()) {
        convolution.forward(groupColumns, at, 0, packed, 0, bias, 0, outputs, i * outputPitch);
      } else if (i % GROUP == GROUP - 1) {
        convolution.forward(
            groupColumns, columnsPitch * member * GROUP, 0, packed, 0, bias, 0, outputs, (i - GROUP + 1) * outputPitch);
      }
    }
  }

  private void weightGradientShare(int member) {
    long taps = (long) shape.taps() * shape.filters();
    int first = firstImage(member);
    for (int i = first; i < firstImage(member + 1); i += GROUP) {
      convolution.weightGradient(
          GROUP, columns, i * columnsPitch, columnsPitch, outputGradient, i * outputPitch, outputPitch, i > first,
          threads == 1 ? weightsGradient : shares, member * taps);
    }
  }

  private void addShares(int member) {
    long taps = (long) shape.taps() * shape.filters();
    long first = Workload.share(taps, member, threads);
    long count = Workload.share(taps, member + 1, threads) - first;
    Reduction.columnSum(shares, first, threads, (int) count, (int) taps, weightsGradient, first, false);
  }

  private void dataGradientShare(int member) {
    for (int i = firstImage(member); i < firstImage(member + 1); i += GROUP) {
      convolution.dataGradient(
          GROUP, outputGradient, i * outputPitch, outputPitch, packedTransposed, 0, MemorySegment.NULL, 0, imageGradient,
          i * imagePitch, imagePitch);
    }
  }

  private void count(Work work) {
    work.product(
        (double) batch * shape.outputHeight() * shape.outputWidth(), shape.filters(), shape.taps());
  }
}
