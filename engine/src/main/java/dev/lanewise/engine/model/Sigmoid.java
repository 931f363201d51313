package dev.lanewise.engine.model;

import dev.lanewise.engine.memory.Shape;

/** {@code 1 / (1 + exp(-x))}. */
public record Sigmoid() implements Layer {
  @Override
  public String name() {
    return "sigmoid";
  }

  @Override
  public Shape outputShape(Shape input) {
    return input;
  }

  @Override
  public String toString() {
    return "sigmoid";
  }
}
