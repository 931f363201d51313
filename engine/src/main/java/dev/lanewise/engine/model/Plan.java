package dev.lanewise.engine.model;

import dev.lanewise.engine.kernel.ConvolutionShape;
import dev.lanewise.engine.kernel.Kernels;
import dev.lanewise.engine.memory.Memory;
import dev.lanewise.engine.memory.Shape;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A network laid out as steps over one workspace for groups of up to a given number of images. A
 * convolution or dense layer takes a following ReLU into its step, and a convolution a 2x2 max pooling
 * behind that: pooled rows are then made while they are in the L1 cache, and what the pooling drops is never
 * computed.
 *
 * <p>Immutable and thread-safe; each thread runs it with an {@link Execution} of its own.
 */
public final class Plan {
  private final Sequential network;
  private final int group;
  private final boolean training;
  private final List<Step> order = new ArrayList<>();
  private final Step[] steps;
  private final Buffer input;
  private Buffer output;
  private @Nullable Buffer outputGradient;
  private long workspaceFloats;
  private long packedFloats;

  /**
   * Lays a network out.
   *
   * @param group most images in a pass, at least 1
   * @param training whether {@link #backward} is wanted
   */
  public Plan(Sequential network, int group, boolean training) {
    if (group < 1) {
      throw new IllegalArgumentException("a group has at least one image: " + group);
    }
    this.network = network;
    this.group = group;
    this.training = training;
    input = reserve(network.inputShape().size());
    output = input;
    List<Layer> layers = network.layers();
    for (int i = 0; i < layers.size(); ) {
      i += append(i);
    }
    steps = order.toArray(new Step[0]);
    if (training) {
      Kernels.prepare();
    } else {
      Kernels.prepareInBackground();
    }
  }

  /** Appends the step that begins with layer {@code i}; returns the number of layers that it covers. */
  private int append(int i) {
    Shape shape = network.inputShape(i);
    return switch (network.layers().get(i)) {
      case Conv2D c -> convolution(i, c, shape);
      case Dense d -> dense(i, d, shape);
      case MaxPool2D p ->
          pool(i, new PoolStep.Window(p.height(), p.width(), p.strideHeight(), p.strideWidth(), p.same()), true);
      case AveragePool2D p ->
          pool(i, new PoolStep.Window(p.height(), p.width(), p.strideHeight(), p.strideWidth(), p.same()), false);
      case GlobalAveragePool2D _ ->
          pool(i, new PoolStep.Window(shape.dim(0), shape.dim(1), 1, 1, false), false);
      case Flatten _ -> 1;
      case Dropout d -> elementwise(new DropoutStep(join(i), d.rate(), i));
      case ReLU _ -> elementwise(new ActivationStep(join(i), ActivationStep.Kind.RELU, 0));
      case LeakyReLU r -> elementwise(new ActivationStep(join(i), ActivationStep.Kind.LEAKY_RELU, r.slope()));
      case Tanh _ -> elementwise(new ActivationStep(join(i), ActivationStep.Kind.TANH, 0));
      case Sigmoid _ -> elementwise(new ActivationStep(join(i), ActivationStep.Kind.SIGMOID, 0));
    };
  }

  private int convolution(int i, Conv2D layer, Shape shape) {
    boolean relu = follows(i + 1, ReLU.class);
    Shape full = network.outputShape(i);
    boolean pool =
        relu
            && i + 2 < network.layers().size()
            && network.layers().get(i + 2).equals(MaxPool2D.of(2))
            && full.dim(0) >= 2
            && full.dim(1) >= 2;
    int covered = pool ? 3 : relu ? 2 : 1;
    ConvolutionShape convolution = layer.convolution(shape);
    if (pool) {
      convolution = convolution.cropped(full.dim(0) / 2 * 2, full.dim(1) / 2 * 2);
    }
    Junction junction = join(i + covered - 1);
    long weights = tensor(i, 0);
    long bias = tensor(i, 1);
    order.add(
        pool && !training && convolution.windowsLieInImage()
            ? new PooledConvolutionStep(this, junction, convolution, weights, bias)
            : new ConvolutionStep(this, junction, convolution, weights, bias, relu, pool));
    return covered;
  }

  private int dense(int i, Dense layer, Shape shape) {
    boolean relu = follows(i + 1, ReLU.class);
    Junction junction = join(i + (relu ? 1 : 0));
    order.add(new DenseStep(this, junction, shape.dim(0), layer.units(), tensor(i, 0), tensor(i, 1), relu));
    return relu ? 2 : 1;
  }

  private int pool(int i, PoolStep.Window window, boolean max) {
    Shape in = network.inputShape(i);
    order.add(new PoolStep(this, join(i), in, window, max));
    return 1;
  }

  private int elementwise(Step step) {
    order.add(step);
    return 1;
  }

  private boolean follows(int i, Class<? extends Layer> type) {
    return i < network.layers().size() && type.isInstance(network.layers().get(i));
  }

  private long tensor(int layer, int which) {
    String prefix = layer + ".";
    return network.parameters().stream()
        .filter(p -> p.name().startsWith(prefix))
        .skip(which)
        .findFirst()
        .orElseThrow()
        .offset();
  }

  /** The buffers around a step whose output is that of layer {@code i}. */
  private Junction join(int i) {
    Buffer in = output;
    Buffer inGradient = outputGradient;
    output = reserve(network.outputShape(i).size());
    outputGradient = training ? reserve(network.outputShape(i).size()) : null;
    return new Junction(in, output, inGradient, outputGradient == null ? output : outputGradient);
  }

  /**
   * Buffers around a step.
   *
   * @param inGradient null where nobody needs it: before the first step with parameters
   */
  record Junction(Buffer in, Buffer out, @Nullable Buffer inGradient, Buffer outGradient) {}

  /** Reserves workspace for a group of images of so many floats. */
  Buffer reserve(long floatsPerImage) {
    int pitch = Math.toIntExact(Memory.padded(floatsPerImage));
    Buffer buffer = new Buffer(workspaceFloats, pitch);
    workspaceFloats = Math.addExact(workspaceFloats, Math.multiplyExact((long) group, pitch));
    return buffer;
  }

  /** Reserves workspace that is used for one image after the other. */
  long reserveScratch(long floats) {
    long offset = workspaceFloats;
    workspaceFloats = Math.addExact(workspaceFloats, Memory.padded(floats));
    return offset;
  }

  /** Reserves memory for packed weights. */
  long reservePacked(long floats) {
    long offset = packedFloats;
    packedFloats = Math.addExact(packedFloats, Memory.padded(floats));
    return offset;
  }

  /** Most images in a pass. */
  public int group() {
    return group;
  }

  boolean training() {
    return training;
  }

  /** Outputs of an image. */
  public int outputs() {
    return network.outputShape().size();
  }

  /** Floats of a thread's workspace. */
  public long workspaceFloats() {
    return workspaceFloats;
  }

  /** Floats of the packed weights, which all threads share. */
  public long packedFloats() {
    return packedFloats;
  }

  /** Where a pass reads its images, {@code [group][input]}, padded to 16 floats. */
  public Buffer input() {
    return input;
  }

  /** Where a forward pass leaves its outputs, {@code [group][outputs]}, padded to 16 floats. */
  public Buffer output() {
    return output;
  }

  /**
   * Where a backward pass reads the gradient of the outputs; padding must be 0.
   *
   * @throws IllegalStateException if the plan has no backward pass
   */
  public Buffer outputGradient() {
    if (outputGradient == null) {
      throw new IllegalStateException("planned without a backward pass");
    }
    return outputGradient;
  }

  /** Number of steps. */
  public int steps() {
    return steps.length;
  }

  /** Lays one step's weights out for the kernels, so that several threads may share the work. */
  public void pack(int step, MemorySegment parameters, MemorySegment packed) {
    steps[step].pack(parameters, packed);
  }

  /** Lays the weights out for the kernels; once for every change of the parameters. */
  public void pack(MemorySegment parameters, MemorySegment packed) {
    for (Step step : steps) {
      step.pack(parameters, packed);
    }
  }

  /** Computes the outputs of {@code e}'s images; with {@code training}, dropout is active. */
  public void forward(Execution e, boolean training) {
    e.training = training;
    for (Step step : steps) {
      step.forward(e);
    }
  }

  /** Computes the gradients of all parameters after a forward pass. */
  public void backward(Execution e) {
    for (int i = steps.length - 1; i >= 0; i--) {
      steps[i].backward(e);
    }
  }
}
