package dev.lanewise.engine.model;

import dev.lanewise.engine.memory.Shape;

/** {@code x > 0 ? x : slope * x}. Keras's default slope is 0.3, PyTorch's 0.01. */
public record LeakyReLU(float slope) implements Layer {
  public LeakyReLU {
    if (!(slope > 0) || slope >= 1) {
      throw new IllegalArgumentException("slope must lie between 0 and 1, exclusive: " + slope);
    }
  }

  @Override
  public String name() {
    return "leaky_relu";
  }

  @Override
  public Shape outputShape(Shape input) {
    return input;
  }

  @Override
  public String toString() {
    return "leaky_relu slope=" + slope;
  }
}
