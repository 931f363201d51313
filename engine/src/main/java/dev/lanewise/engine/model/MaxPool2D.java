package dev.lanewise.engine.model;

import dev.lanewise.engine.memory.Shape;

/**
 * Largest value of each window, channel by channel. The gradient goes to the first of equal maxima.
 *
 * @param same whether the padding is "same" instead of "valid"; padded elements never count
 */
public record MaxPool2D(int height, int width, int strideHeight, int strideWidth, boolean same)
    implements Layer {

  public MaxPool2D {
    Layers.requirePositive("max_pool2d", height, width, strideHeight, strideWidth);
  }

  /** Square windows that do not overlap. */
  public static MaxPool2D of(int size) {
    return new MaxPool2D(size, size, size, size, false);
  }

  /** The same with another stride. */
  public MaxPool2D stride(int height, int width) {
    return new MaxPool2D(this.height, this.width, height, width, same);
  }

  /** The same with padding "same". */
  public MaxPool2D padSame() {
    return new MaxPool2D(height, width, strideHeight, strideWidth, true);
  }

  @Override
  public String name() {
    return "max_pool2d";
  }

  @Override
  public Shape outputShape(Shape input) {
    return Layers.window(this, input, height, width, strideHeight, strideWidth, same);
  }

  @Override
  public String toString() {
    return "max_pool2d " + Layers.windowText(height, width, strideHeight, strideWidth, same);
  }
}
