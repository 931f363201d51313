package dev.lanewise.engine.model;

import dev.lanewise.engine.memory.Shape;

/** Mean of each channel over the whole image. */
public record GlobalAveragePool2D() implements Layer {
  @Override
  public String name() {
    return "global_average_pool2d";
  }

  @Override
  public Shape outputShape(Shape input) {
    Layers.requireImage(this, input);
    return Shape.of(input.dim(2));
  }

  @Override
  public String toString() {
    return "global_average_pool2d";
  }
}
