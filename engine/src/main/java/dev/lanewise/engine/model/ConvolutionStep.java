package dev.lanewise.engine.model;

import dev.lanewise.engine.kernel.Activation;
import dev.lanewise.engine.kernel.Convolution;
import dev.lanewise.engine.kernel.ConvolutionShape;
import dev.lanewise.engine.kernel.Pooling;
import dev.lanewise.engine.kernel.Reduction;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/** Convolution and bias, with ReLU and a 2x2 max pooling behind it where they follow. */
final class ConvolutionStep extends Step {
  private final Convolution convolution;
  private final int filters;
  private final int width;
  private final int pixels;
  private final int pooledRows;
  private final boolean relu;
  private final boolean pool;
  private final long weights;
  private final long bias;
  private final long packed;
  private final long packedTransposed;
  private final Buffer in;
  private final Buffer out;
  private final @Nullable Buffer inGradient;
  private final Buffer outGradient;
  private final Buffer columns;
  private final Buffer codes;
  /** Before pooling: two rows of outputs, and later the gradients of an image's. */
  private final long full;
  private final long scratch;

  ConvolutionStep(
      Plan plan,
      Plan.Junction junction,
      ConvolutionShape shape,
      long weights,
      long bias,
      boolean relu,
      boolean pool) {
    filters = shape.filters();
    width = shape.outputWidth();
    pixels = shape.outputHeight() * width;
    pooledRows = shape.outputHeight() / 2;
    this.relu = relu;
    this.pool = pool;
    this.weights = weights;
    this.bias = bias;
    in = junction.in();
    out = junction.out();
    inGradient = junction.inGradient();
    outGradient = junction.outGradient();
    convolution =
        new Convolution(shape, plan.group(), pool ? 2 : shape.outputHeight(), relu, gradients(plan, inGradient));
    packed = plan.reservePacked(convolution.packedFloats());
    packedTransposed =
        inGradient == null ? 0 : plan.reservePacked(convolution.packedTransposedFloats());
    codes = pool ? reserve(plan, out.pitch()) : out;
    columns = convolution.inPlace() ? in : reserve(plan, convolution.columnsFloats());
    full = pool ? plan.reserveScratch((plan.training() ? pixels : 2L * width) * filters) : 0;
    scratch = inGradient == null ? 0 : plan.reserveScratch(convolution.scratchFloats());
  }

  private static Convolution.Gradients gradients(Plan plan, @Nullable Buffer inGradient) {
    if (!plan.training()) {
      return Convolution.Gradients.NONE;
    }
    return inGradient == null ? Convolution.Gradients.WEIGHTS : Convolution.Gradients.BOTH;
  }

  /** What a backward pass reads again is kept for every image of the group. */
  private static Buffer reserve(Plan plan, long floats) {
    return plan.training() ? plan.reserve(floats) : new Buffer(plan.reserveScratch(floats), 0);
  }

  @Override
  void pack(MemorySegment parameters, MemorySegment packed) {
    convolution.pack(parameters, weights, packed, this.packed);
    if (inGradient != null) {
      convolution.packTransposed(parameters, weights, packed, packedTransposed);
    }
  }

  @Override
  void forward(Execution e) {
    for (int image = 0; image < e.images; image++) {
      if (!convolution.inPlace()) {
        convolution.lower(e.workspace, in.at(image), e.workspace, columns.at(image));
      }
      if (pool) {
        forwardPooled(e, image);
      } else if (!convolution.joined()) {
        forward(e, image, 0, out.at(image));
      }
    }
    if (convolution.joined()) {
      forward(e, 0, 0, out.at(0));
    }
  }

  private void forwardPooled(Execution e, int image) {
    for (int row = 0; row < pooledRows; row++) {
      forward(e, image, 2 * row, full);
      long pooled = (long) row * (width / 2) * filters;
      Pooling.maxPool2x2Relu(
          e.workspace, full, width, filters, e.workspace, out.at(image) + pooled, e.workspace,
          codes.at(image) + pooled);
    }
  }

  private void forward(Execution e, int image, int row, long target) {
    convolution.forward(
        e.workspace, columns.at(image), row, e.packed, packed, e.parameters, bias, e.workspace, target);
  }

  @Override
  void backward(Execution e) {
    if (pool) {
      for (int image = 0; image < e.images; image++) {
        unpool(e, image);
        gradients(e, image, 1, full, 0, e.accumulate || image > 0);
      }
      return;
    }
    if (relu) {
      Activation.reluBackward(
          e.workspace, out.at(0), e.workspace, outGradient.at(0), e.workspace, outGradient.at(0),
          (long) e.images * out.pitch());
    }
    gradients(e, 0, e.images, outGradient.at(0), outGradient.pitch(), e.accumulate);
  }

  private void unpool(Execution e, int image) {
    int rowFloats = width * filters;
    for (int row = 0; row < pooledRows; row++) {
      long pooled = (long) row * (rowFloats / 2);
      Pooling.unpool2x2Relu(
          e.workspace, outGradient.at(image) + pooled, e.workspace, codes.at(image) + pooled, width / 2,
          filters, e.workspace, full + 2L * row * rowFloats, rowFloats);
    }
  }

  /** Gradients from those of the convolution's own output, {@code images} of them from {@code first}. */
  private void gradients(
      Execution e, int first, int images, long gradient, long pitch, boolean accumulate) {
    for (int i = 0; i < images; i++) {
      Reduction.columnSum(
          e.workspace, gradient + i * pitch, pixels, filters, filters, e.gradients,
          e.gradientOffset + bias, accumulate || i > 0);
    }
    convolution.weightGradient(
        images, e.workspace, columns.at(first), columns.pitch(), e.workspace, gradient, pitch, accumulate,
        e.gradients, e.gradientOffset + weights);
    if (inGradient != null) {
      convolution.dataGradient(
          images, e.workspace, gradient, pitch, e.packed, packedTransposed, e.workspace, scratch, e.workspace,
          inGradient.at(first), inGradient.pitch());
    }
  }
}
