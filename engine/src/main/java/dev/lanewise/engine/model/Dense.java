package dev.lanewise.engine.model;

import dev.lanewise.engine.init.Initializer;
import dev.lanewise.engine.kernel.Product;
import dev.lanewise.engine.memory.Memory;
import dev.lanewise.engine.memory.Shape;

/**
 * Fully connected layer: {@code y = x W + b} with weights {@code [inputs, units]} and bias {@code [units]}.
 * Takes flat inputs; put {@link Flatten} behind images. Defaults as in Keras: Glorot-uniform weights, zero
 * bias.
 */
public record Dense(int units, Initializer weights, Initializer bias) implements Layer {
  /** Each image's values begin at a multiple of a block. */
  private static final long MOST = Product.MAX_STRIDE / Memory.BLOCK * Memory.BLOCK;

  public Dense {
    Layers.requirePositive("dense", units);
  }

  /** A layer with the defaults. */
  public static Dense of(int units) {
    return new Dense(units, Initializer.glorotUniform(), Initializer.zeros());
  }

  /** The same with other initialisers. */
  public Dense initializers(Initializer weights, Initializer bias) {
    return new Dense(units, weights, bias);
  }

  @Override
  public String name() {
    return "dense";
  }

  @Override
  public Shape outputShape(Shape input) {
    if (input.rank() != 1) {
      throw new IllegalArgumentException("dense takes a flat input, not " + input + "; put flatten before it");
    }
    if (Math.max(input.size(), units) > MOST) {
      throw new IllegalArgumentException(
          "dense takes and gives at most %,d values, not %,d and %,d".formatted(MOST, input.size(), units));
    }
    return Shape.of(units);
  }

  @Override
  public String toString() {
    return "dense units=" + units;
  }
}
