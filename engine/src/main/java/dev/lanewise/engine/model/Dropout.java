package dev.lanewise.engine.model;

import dev.lanewise.engine.memory.Shape;

/**
 * Inverted dropout: while training, each element is dropped with probability {@code rate} and kept elements
 * are divided by {@code 1 - rate}; while predicting, nothing happens. The random numbers depend on seed, step
 * and element only.
 */
public record Dropout(float rate) implements Layer {
  public Dropout {
    if (!(rate >= 0) || rate >= 1) {
      throw new IllegalArgumentException("rate must be at least 0 and below 1: " + rate);
    }
  }

  @Override
  public String name() {
    return "dropout";
  }

  @Override
  public Shape outputShape(Shape input) {
    return input;
  }

  @Override
  public String toString() {
    return "dropout rate=" + rate;
  }
}
