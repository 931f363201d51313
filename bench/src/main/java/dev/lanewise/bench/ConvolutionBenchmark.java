package dev.lanewise.bench;

import dev.lanewise.engine.kernel.Convolution;
import dev.lanewise.engine.kernel.ConvolutionShape;
import dev.lanewise.engine.memory.Memory;
import java.lang.foreign.MemorySegment;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * The three convolutions of the MNIST network on a group of 8 images, the engine's unit of work, on one thread:
 * forward (unrolling of the image, bias and ReLU included), gradient of the weights, gradient of the image.
 * Packing the weights happens once a batch and is left out.
 *
 * <p>Operations are counted as the definition needs them. The network drops the last row and column of conv 2
 * when it pools, so they are not computed here either. Training never needs conv 1's gradient of the image.
 *
 * <pre>java -jar bench/target/lanewise-bench.jar --include Convolution</pre>
 */
@State(Scope.Benchmark)
public class ConvolutionBenchmark {
  static final int IMAGES = 8;

  /** conv1: 28x28x1 to 26x26x32; conv2: 13x13x32 to 10x10x64; conv3: 5x5x64 to 3x3x64. */
  @Param({"conv1", "conv2", "conv3"})
  public String layer = "";

  ConvolutionShape shape;
  long imagePitch;
  long outputPitch;
  MemorySegment images;
  MemorySegment outputs;
  MemorySegment outputGradient;
  MemorySegment weights;
  MemorySegment bias;
  MemorySegment weightsGradient;
  MemorySegment imageGradient;
  private int bandRows;
  private long columnsPitch;
  private MemorySegment columns;
  private MemorySegment packed;
  private MemorySegment packedTransposed;
  private Convolution convolution;
  private Operands operands;

  /** Lays the convolution out, fills the operands, packs the weights and unrolls the images. */
  @Setup
  public void setUp() {
    shape = shape(layer);
    // As in training: a pooling takes two rows at a time.
    bandRows = layer.equals("conv3") ? shape.outputHeight() : 2;
    convolution = new Convolution(shape, IMAGES, bandRows, true, true);
    imagePitch = Memory.padded((long) shape.height() * shape.width() * shape.channels());
    outputPitch = Memory.padded((long) shape.outputHeight() * shape.outputWidth() * shape.filters());
    columnsPitch = convolution.columnsFloats();
    operands = new Operands();
    images = operands.random(IMAGES * imagePitch, 0, 1);
    outputs = operands.zeros(IMAGES * outputPitch);
    outputGradient = operands.random(IMAGES * outputPitch, -1, 1);
    weights = operands.random((long) shape.taps() * shape.filters(), -0.1, 0.1);
    bias = operands.random(shape.filters(), -0.1, 0.1);
    weightsGradient = operands.zeros((long) shape.taps() * shape.filters());
    imageGradient = operands.zeros(IMAGES * imagePitch);
    columns = operands.zeros(IMAGES * columnsPitch);
    packed = operands.zeros(convolution.packedFloats());
    packedTransposed = operands.zeros(convolution.packedTransposedFloats());
    convolution.pack(weights, 0, packed, 0);
    convolution.packTransposed(weights, 0, packedTransposed, 0);
    for (int i = 0; i < IMAGES; i++) {
      convolution.lower(images, i * imagePitch, columns, i * columnsPitch);
    }
  }

  private static ConvolutionShape shape(String layer) {
    return switch (layer) {
      case "conv1" -> ConvolutionShape.of(28, 28, 1, 32, 3, 3, 1, 1, 1, 1, false);
      case "conv2" -> ConvolutionShape.of(13, 13, 32, 64, 3, 3, 1, 1, 1, 1, false).cropped(10, 10);
      case "conv3" -> ConvolutionShape.of(5, 5, 64, 64, 3, 3, 1, 1, 1, 1, false);
      default -> throw new IllegalArgumentException("no layer " + layer);
    };
  }

  /** Frees the operands. */
  @TearDown
  public void tearDown() {
    operands.close();
  }

  /** Images to outputs. */
  @Benchmark
  public void forward(Work work) {
    long band = (long) bandRows * shape.outputWidth() * shape.filters();
    for (int i = 0; i < IMAGES; i++) {
      convolution.lower(images, i * imagePitch, columns, i * columnsPitch);
      for (int row = 0; row < shape.outputHeight(); row += bandRows) {
        convolution.forward(
            columns, i * columnsPitch, row, packed, 0, bias, 0, outputs,
            i * outputPitch + row / bandRows * band);
      }
    }
    count(work);
  }

  /** Gradient of the outputs to that of the weights, summed over the images. */
  @Benchmark
  public void weightGradient(Work work) {
    convolution.weightGradient(
        IMAGES, columns, 0, columnsPitch, outputGradient, 0, outputPitch, false, weightsGradient, 0);
    count(work);
  }

  /** Gradient of the outputs to that of the images. */
  @Benchmark
  public void dataGradient(Work work) {
    for (int i = 0; i < IMAGES; i++) {
      convolution.dataGradient(
          outputGradient, i * outputPitch, packedTransposed, 0, MemorySegment.NULL, 0, imageGradient,
          i * imagePitch);
    }
    count(work);
  }

  private void count(Work work) {
    work.product(
        (double) IMAGES * shape.outputHeight() * shape.outputWidth(), shape.filters(), shape.taps());
  }
}
