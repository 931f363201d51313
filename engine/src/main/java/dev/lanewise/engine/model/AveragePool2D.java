package dev.lanewise.engine.model;

import dev.lanewise.engine.memory.Shape;

/**
 * Mean of each window, channel by channel, over the elements that lie inside of the image.
 *
 * @param same whether the padding is "same" instead of "valid"; padded elements never count
 */
public record AveragePool2D(int height, int width, int strideHeight, int strideWidth, boolean same)
    implements Layer {

  public AveragePool2D {
    Layers.requirePositive("average_pool2d", height, width, strideHeight, strideWidth);
  }

  /** Square windows that do not overlap. */
  public static AveragePool2D of(int size) {
    return new AveragePool2D(size, size, size, size, false);
  }

  /** The same with another stride. */
  public AveragePool2D stride(int height, int width) {
    return new AveragePool2D(this.height, this.width, height, width, same);
  }

  /** The same with padding "same". */
  public AveragePool2D padSame() {
    return new AveragePool2D(height, width, strideHeight, strideWidth, true);
  }

  @Override
  public String name() {
    return "average_pool2d";
  }

  @Override
  public Shape outputShape(Shape input) {
    return Layers.window(this, input, height, width, strideHeight, strideWidth, same);
  }

  @Override
  public String toString() {
    return "average_pool2d " + Layers.windowText(height, width, strideHeight, strideWidth, same);
  }
}
