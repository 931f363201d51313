package dev.lanewise.engine.model;

import dev.lanewise.engine.kernel.Activation;
import dev.lanewise.engine.kernel.Packing;
import dev.lanewise.engine.kernel.Product;
import dev.lanewise.engine.kernel.Reduction;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/** {@code y = x W + b}, with ReLU where it follows. */
final class DenseStep extends Step {
  private final int inputs;
  private final int units;
  private final int group;
  private final boolean training;
  private final boolean relu;
  private final long weights;
  private final long bias;
  private final long packed;
  private final long transposed;
  private final Buffer in;
  private final Buffer out;
  private final @Nullable Buffer inGradient;
  private final Buffer outGradient;
  private final Product forward;
  /** Of one image, for smaller groups where only predictions are wanted. */
  private final Product forwardOne;
  private final @Nullable Product weightGradient;
  private final @Nullable Product dataGradient;

  DenseStep(
      Plan plan, Plan.Junction junction, int inputs, int units, long weights, long bias, boolean relu) {
    this.inputs = inputs;
    this.units = units;
    this.relu = relu;
    this.weights = weights;
    this.bias = bias;
    group = plan.group();
    training = plan.training();
    in = junction.in();
    out = junction.out();
    inGradient = junction.inGradient();
    outGradient = junction.outGradient();
    packed = plan.reservePacked(Packing.panelFloats(inputs, units));
    forward = forward(group);
    forwardOne = training || group == 1 ? forward : forward(1);
    weightGradient =
        training
            ? new Product(inputs, units, 1, in.pitch(), out.pitch(), Product.PANEL, units, false)
            : null;
    if (inGradient != null) {
      transposed = plan.reservePacked((long) inputs * units);
      dataGradient =
          new Product(group, inputs, out.pitch(), 1, inputs, Product.PANEL, inGradient.pitch(), false);
    } else {
      transposed = 0;
      dataGradient = null;
    }
  }

  private Product forward(int images) {
    return new Product(
        images, units, in.pitch(), 1, Product.PANEL, (long) inputs * Product.PANEL, out.pitch(), relu);
  }

  @Override
  void pack(MemorySegment parameters, MemorySegment packed) {
    Packing.panels(parameters, weights, inputs, units, units, packed, this.packed);
    if (inGradient != null) {
      Packing.transpose(parameters, weights, inputs, units, packed, transposed);
    }
  }

  /**
   * In training, products of a smaller group, which ends a batch, run over what the rows behind it hold from before, and
   * nobody reads what comes of it: rows of a product do not meet, and kernels for fewer rows would delay every process's start.
   */
  @Override
  void forward(Execution e) {
    if (training || e.images == group) {
      forward(e, forward, 0);
      return;
    }
    for (int image = 0; image < e.images; image++) {
      forward(e, forwardOne, image);
    }
  }

  private void forward(Execution e, Product product, int image) {
    product.runWithBias(
        1, inputs, e.workspace, in.at(image), 0, e.packed, packed, 0, e.parameters, bias, e.workspace,
        out.at(image));
  }

  @Override
  void backward(Execution e) {
    if (weightGradient == null) {
      throw new IllegalStateException("planned without a backward pass");
    }
    if (relu) {
      Activation.reluBackward(
          e.workspace, out.at(0), e.workspace, outGradient.at(0), e.workspace, outGradient.at(0),
          (long) e.images * out.pitch());
    }
    Reduction.columnSum(
        e.workspace, outGradient.at(0), e.images, units, outGradient.pitch(), e.gradients,
        e.gradientOffset + bias, e.accumulate);
    if (e.accumulate) {
      weightGradient.accumulate(
          1, e.images, e.workspace, in.at(0), 0, e.workspace, outGradient.at(0), 0, e.gradients,
          e.gradientOffset + weights);
    } else {
      weightGradient.run(
          1, e.images, e.workspace, in.at(0), 0, e.workspace, outGradient.at(0), 0, e.gradients,
          e.gradientOffset + weights);
    }
    if (inGradient != null && dataGradient != null) {
      dataGradient.run(
          1, units, e.workspace, outGradient.at(0), 0, e.packed, transposed, 0, e.workspace, inGradient.at(0));
    }
  }
}
