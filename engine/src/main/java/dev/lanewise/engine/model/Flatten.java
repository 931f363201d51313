package dev.lanewise.engine.model;

import dev.lanewise.engine.memory.Shape;

/** Reads an image as a flat vector in NHWC order; copies nothing. */
public record Flatten() implements Layer {
  @Override
  public String name() {
    return "flatten";
  }

  @Override
  public Shape outputShape(Shape input) {
    return Shape.of(input.size());
  }

  @Override
  public String toString() {
    return "flatten";
  }
}
