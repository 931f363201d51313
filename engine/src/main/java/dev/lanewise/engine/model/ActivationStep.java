package dev.lanewise.engine.model;

import dev.lanewise.engine.kernel.Activation;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/** An activation that no step before it took in. */
final class ActivationStep extends Step {
  enum Kind {
    RELU,
    LEAKY_RELU,
    TANH,
    SIGMOID
  }

  private final Kind kind;
  private final float slope;
  private final Buffer in;
  private final Buffer out;
  private final @Nullable Buffer inGradient;
  private final Buffer outGradient;

  ActivationStep(Plan.Junction junction, Kind kind, float slope) {
    this.kind = kind;
    this.slope = slope;
    in = junction.in();
    out = junction.out();
    inGradient = junction.inGradient();
    outGradient = junction.outGradient();
  }

  @Override
  void forward(Execution e) {
    MemorySegment w = e.workspace;
    long floats = (long) e.images * out.pitch();
    switch (kind) {
      case RELU -> Activation.relu(w, in.at(0), w, out.at(0), floats);
      case LEAKY_RELU -> Activation.leakyRelu(slope, w, in.at(0), w, out.at(0), floats);
      case TANH -> Activation.tanh(w, in.at(0), w, out.at(0), floats);
      case SIGMOID -> Activation.sigmoid(w, in.at(0), w, out.at(0), floats);
    }
  }

  @Override
  void backward(Execution e) {
    if (inGradient == null) {
      return;
    }
    MemorySegment w = e.workspace;
    long y = out.at(0);
    long dy = outGradient.at(0);
    long dx = inGradient.at(0);
    long floats = (long) e.images * out.pitch();
    switch (kind) {
      case RELU -> Activation.reluBackward(w, y, w, dy, w, dx, floats);
      case LEAKY_RELU -> Activation.leakyReluBackward(slope, w, y, w, dy, w, dx, floats);
      case TANH -> Activation.tanhBackward(w, y, w, dy, w, dx, floats);
      case SIGMOID -> Activation.sigmoidBackward(w, y, w, dy, w, dx, floats);
    }
  }
}
