package dev.lanewise.engine.kernel;

/**
 * Sizes of a two-dimensional convolution over one image in NHWC order, with weights {@code
 * [kernelHeight][kernelWidth][channels][filters]}. It is the field's usual cross-correlation: {@code
 * out[y][x][f] = bias[f] + sum of in[y * strideHeight + i * dilationHeight - padTop][..][c] *
 * weights[i][j][c][f]}, taps outside of the image being zeros.
 */
public record ConvolutionShape(
    int height,
    int width,
    int channels,
    int filters,
    int kernelHeight,
    int kernelWidth,
    int strideHeight,
    int strideWidth,
    int dilationHeight,
    int dilationWidth,
    int padTop,
    int padLeft,
    int outputHeight,
    int outputWidth) {
  private static final int MAX_REACH = 1 << 20;

  /**
   * Computes output size and padding.
   *
   * @param same pad with zeros so that the output has {@code ceil(size / stride)} pixels, the odd one of
   *     the padding at the bottom and right (TensorFlow's and Keras's "same"); otherwise "valid"
   * @throws IllegalArgumentException if a size is not positive or the kernel does not fit into the image
   */
  public static ConvolutionShape of(
      int height,
      int width,
      int channels,
      int filters,
      int kernelHeight,
      int kernelWidth,
      int strideHeight,
      int strideWidth,
      int dilationHeight,
      int dilationWidth,
      boolean same) {
    int[] sizes = {
      height, width, channels, filters, kernelHeight, kernelWidth, strideHeight, strideWidth,
      dilationHeight, dilationWidth
    };
    for (int size : sizes) {
      if (size < 1) {
        throw new IllegalArgumentException("every size of a convolution must be positive");
      }
    }
    int reachHeight = reach(kernelHeight, dilationHeight);
    int reachWidth = reach(kernelWidth, dilationWidth);
    int outputHeight = outputSize(height, reachHeight, strideHeight, same);
    int outputWidth = outputSize(width, reachWidth, strideWidth, same);
    if (outputHeight < 1 || outputWidth < 1) {
      throw new IllegalArgumentException(
          "a kernel that reaches over %dx%d pixels does not fit into an image of %dx%d"
              .formatted(reachHeight, reachWidth, height, width));
    }
    return new ConvolutionShape(
        height, width, channels, filters, kernelHeight, kernelWidth, strideHeight, strideWidth,
        dilationHeight, dilationWidth,
        same ? padding(height, reachHeight, strideHeight, outputHeight) / 2 : 0,
        same ? padding(width, reachWidth, strideWidth, outputWidth) / 2 : 0,
        outputHeight, outputWidth);
  }

  private static int reach(int kernel, int dilation) {
    long reach = (kernel - 1L) * dilation + 1;
    if (reach > MAX_REACH) {
      throw new IllegalArgumentException("a kernel that reaches over " + reach + " pixels");
    }
    return (int) reach;
  }

  private static int outputSize(int size, int reach, int stride, boolean same) {
    return same ? Math.ceilDiv(size, stride) : Math.floorDiv(size - reach, stride) + 1;
  }

  private static int padding(int size, int reach, int stride, int output) {
    return (int) Math.max((output - 1L) * stride + reach - size, 0);
  }

  /** Input pixels that one output pixel's column of taps spans. */
  int reachHeight() {
    return reach(kernelHeight, dilationHeight);
  }

  int reachWidth() {
    return reach(kernelWidth, dilationWidth);
  }

  /**
   * Whether every window lies within the image, and each of its rows in one piece: no padding is seen, and there is no
   * dilation along rows. Such windows can be read where they are.
   */
  public boolean windowsLieInImage() {
    return dilationWidth == 1
        && padTop == 0
        && padLeft == 0
        && (outputHeight - 1) * strideHeight + reachHeight() <= height
        && (outputWidth - 1) * strideWidth + reachWidth() <= width;
  }

  /** Length of the sum behind an output element. */
  public int taps() {
    return kernelHeight * kernelWidth * channels;
  }

  /** The same convolution of which only the first rows and columns of the output are wanted. */
  public ConvolutionShape cropped(int rows, int columns) {
    return new ConvolutionShape(
        height, width, channels, filters, kernelHeight, kernelWidth, strideHeight, strideWidth,
        dilationHeight, dilationWidth, padTop, padLeft,
        Math.min(rows, outputHeight), Math.min(columns, outputWidth));
  }
}
