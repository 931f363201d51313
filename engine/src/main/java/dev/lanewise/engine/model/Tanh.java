package dev.lanewise.engine.model;

import dev.lanewise.engine.memory.Shape;

/** Hyperbolic tangent. */
public record Tanh() implements Layer {
  @Override
  public String name() {
    return "tanh";
  }

  @Override
  public Shape outputShape(Shape input) {
    return input;
  }

  @Override
  public String toString() {
    return "tanh";
  }
}
