package dev.lanewise.engine.model;

import dev.lanewise.engine.init.Initializer;
import dev.lanewise.engine.kernel.Convolution;
import dev.lanewise.engine.kernel.ConvolutionShape;
import dev.lanewise.engine.memory.Shape;

/**
 * Two-dimensional convolution with bias over images in NHWC order. Weights {@code [kernelHeight,
 * kernelWidth, channels, filters]}, bias {@code [filters]}. Defaults as in Keras: stride 1, padding
 * "valid", Glorot-uniform weights, zero bias.
 *
 * @param filters output channels
 * @param same whether the padding is "same" (see {@link ConvolutionShape#of}) instead of "valid"
 */
public record Conv2D(
    int filters,
    int kernelHeight,
    int kernelWidth,
    int strideHeight,
    int strideWidth,
    int dilationHeight,
    int dilationWidth,
    boolean same,
    Initializer weights,
    Initializer bias)
    implements Layer {

  public Conv2D {
    Layers.requirePositive(
        "conv2d", filters, kernelHeight, kernelWidth, strideHeight, strideWidth, dilationHeight, dilationWidth);
  }

  /** A convolution with a square kernel and the defaults. */
  public static Conv2D of(int filters, int kernel) {
    return new Conv2D(
        filters, kernel, kernel, 1, 1, 1, 1, false, Initializer.glorotUniform(), Initializer.zeros());
  }

  /** The same with another stride. */
  public Conv2D stride(int height, int width) {
    return new Conv2D(
        filters, kernelHeight, kernelWidth, height, width, dilationHeight, dilationWidth, same, weights, bias);
  }

  /** The same with dilated taps. */
  public Conv2D dilation(int height, int width) {
    return new Conv2D(
        filters, kernelHeight, kernelWidth, strideHeight, strideWidth, height, width, same, weights, bias);
  }

  /** The same with padding "same". */
  public Conv2D padSame() {
    return new Conv2D(
        filters, kernelHeight, kernelWidth, strideHeight, strideWidth, dilationHeight, dilationWidth, true,
        weights, bias);
  }

  /** The same with other initialisers. */
  public Conv2D initializers(Initializer weights, Initializer bias) {
    return new Conv2D(
        filters, kernelHeight, kernelWidth, strideHeight, strideWidth, dilationHeight, dilationWidth, same,
        weights, bias);
  }

  @Override
  public String name() {
    return "conv2d";
  }

  ConvolutionShape convolution(Shape input) {
    Layers.requireImage(this, input);
    ConvolutionShape shape =
        ConvolutionShape.of(
            input.dim(0), input.dim(1), input.dim(2), filters, kernelHeight, kernelWidth, strideHeight,
            strideWidth, dilationHeight, dilationWidth, same);
    Convolution.check(shape);
    return shape;
  }

  @Override
  public Shape outputShape(Shape input) {
    ConvolutionShape shape = convolution(input);
    return Shape.of(shape.outputHeight(), shape.outputWidth(), filters);
  }

  @Override
  public String toString() {
    return "conv2d filters=" + filters + " kernel=" + kernelHeight + "x" + kernelWidth + " stride=" + strideHeight
        + "x" + strideWidth + " dilation=" + dilationHeight + "x" + dilationWidth + " padding="
        + (same ? "same" : "valid");
  }
}
