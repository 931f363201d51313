package dev.lanewise.engine.model;

import dev.lanewise.engine.kernel.ConvolutionShape;
import dev.lanewise.engine.kernel.PooledConvolution;
import java.lang.foreign.MemorySegment;

/** Convolution, bias, ReLU and a 2x2 max pooling, for predictions. */
final class PooledConvolutionStep extends Step {
  private final PooledConvolution convolution;
  private final long weights;
  private final long bias;
  private final long packed;
  private final Buffer in;
  private final Buffer out;

  PooledConvolutionStep(Plan plan, Plan.Junction junction, ConvolutionShape shape, long weights, long bias) {
    convolution = new PooledConvolution(shape);
    this.weights = weights;
    this.bias = bias;
    in = junction.in();
    out = junction.out();
    packed = plan.reservePacked(convolution.packedFloats());
  }

  @Override
  void pack(MemorySegment parameters, MemorySegment packed) {
    convolution.pack(parameters, weights, packed, this.packed);
  }

  @Override
  void forward(Execution e) {
    for (int image = 0; image < e.images; image++) {
      convolution.forward(
          e.workspace, in.at(image), e.packed, packed, e.parameters, bias, e.workspace, out.at(image));
    }
  }

  @Override
  void backward(Execution e) {
    throw new IllegalStateException("planned without a backward pass");
  }
}
