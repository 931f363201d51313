package dev.lanewise.engine.model;

import dev.lanewise.engine.memory.Shape;

/**
 * A layer as a description: immutable, without memory, thread-safe. What it computes is laid out by the
 * planner when a model is trained or served.
 *
 * <p>{@link Object#toString} gives a layer's text form, for example {@code conv2d filters=32 kernel=3x3
 * stride=1x1 dilation=1x1 padding=valid}, which {@link Sequential#parse} reads back. Initialisers are not
 * part of it: they matter before training only.
 */
public sealed interface Layer
    permits Conv2D, Dense, MaxPool2D, AveragePool2D, GlobalAveragePool2D, Flatten, Dropout, ReLU, LeakyReLU,
        Tanh, Sigmoid {

  /** The field's name of the layer in lower case, for example {@code conv2d}. */
  String name();

  /**
   * Shape of the output for one image.
   *
   * @param input shape of the input for one image
   * @throws IllegalArgumentException if the layer cannot take such an input
   */
  Shape outputShape(Shape input);
}
