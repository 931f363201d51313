package dev.lanewise.engine.kernel;

import java.math.BigInteger;

/**
 * Which rows of a convolution's output see a row y of its padded image: those with {@code y = row * stride + i * dilation} for
 * a row i of the kernel. Neighbours among them are {@link #apart} apart.
 */
final class SeenBy {
  private final int[] first;
  private final int[] count;
  private final int apart;

  private SeenBy(int[] first, int[] count, int apart) {
    this.first = first;
    this.count = count;
    this.apart = apart;
  }

  static SeenBy of(ConvolutionShape shape, int paddedHeight) {
    int[] first = new int[paddedHeight];
    int[] count = new int[paddedHeight];
    int stride = shape.strideHeight();
    int dilation = shape.dilationHeight();
    for (int row = shape.outputHeight() - 1; row >= 0; row--) {
      for (int i = 0; i < shape.kernelHeight(); i++) {
        int y = row * stride + i * dilation;
        first[y] = row;
        count[y]++;
      }
    }
    int common = BigInteger.valueOf(stride).gcd(BigInteger.valueOf(dilation)).intValue();
    return new SeenBy(first, count, dilation / common);
  }

  /** The first of them; 0 if there is none. */
  int first(int y) {
    return first[y];
  }

  /** How many there are. */
  int count(int y) {
    return count[y];
  }

  /** Output rows from one to the next. */
  int apart() {
    return apart;
  }
}
