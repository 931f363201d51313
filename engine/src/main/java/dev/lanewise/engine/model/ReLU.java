package dev.lanewise.engine.model;

import dev.lanewise.engine.memory.Shape;

/** {@code max(x, 0)}; NaN stays NaN. */
public record ReLU() implements Layer {
  @Override
  public String name() {
    return "relu";
  }

  @Override
  public Shape outputShape(Shape input) {
    return input;
  }

  @Override
  public String toString() {
    return "relu";
  }
}
