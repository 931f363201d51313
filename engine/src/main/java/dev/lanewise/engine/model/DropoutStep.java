package dev.lanewise.engine.model;

import dev.lanewise.engine.kernel.Dropout;
import dev.lanewise.engine.memory.Memory;
import org.jspecify.annotations.Nullable;

/** Dropout while training; a copy while predicting. */
final class DropoutStep extends Step {
  private final float rate;
  private final int layer;
  private final Buffer in;
  private final Buffer out;
  private final @Nullable Buffer inGradient;
  private final Buffer outGradient;

  DropoutStep(Plan.Junction junction, float rate, int layer) {
    this.rate = rate;
    this.layer = layer;
    in = junction.in();
    out = junction.out();
    inGradient = junction.inGradient();
    outGradient = junction.outGradient();
  }

  @Override
  void forward(Execution e) {
    long floats = (long) e.images * out.pitch();
    if (e.training) {
      Dropout.apply(
          e.workspace, in.at(0), e.workspace, out.at(0), floats, rate, e.seed, layer, (int) e.step, first(e));
    } else {
      Memory.copy(e.workspace, in.at(0), e.workspace, out.at(0), floats);
    }
  }

  @Override
  void backward(Execution e) {
    if (inGradient != null) {
      Dropout.apply(
          e.workspace, outGradient.at(0), e.workspace, inGradient.at(0), (long) e.images * out.pitch(), rate,
          e.seed, layer, (int) e.step, first(e));
    }
  }

  private long first(Execution e) {
    return e.firstSample * out.pitch();
  }
}
