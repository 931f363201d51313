package dev.lanewise.engine.model;

import dev.lanewise.engine.kernel.Pooling;
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
    int height = input.dim(0);
    int width = input.dim(1);
    Pooling.check(height, width, input.dim(2), height, width, 1, 1, 0, 0, 1, 1);
    return Shape.of(input.dim(2));
  }

  @Override
  public String toString() {
    return "global_average_pool2d";
  }
}
