package dev.lanewise.engine.io;

import java.util.List;

/**
 * What a safetensors file says of one of its F32 tensors. Immutable and thread-safe.
 *
 * @param name the name, unique in the file
 * @param shape the extents, the last one varying fastest; empty for a scalar; an extent may be 0
 * @param offset the first byte, counted from the start of the data
 * @param elements the number of floats: the product of the extents
 */
public record TensorInfo(String name, List<Long> shape, long offset, long elements) {

  /** Keeps its own copy of the shape. */
  public TensorInfo {
    shape = List.copyOf(shape);
  }

  /**
   * The product of the extents.
   *
   * @throws ArithmeticException if so many floats have more bytes than a {@code long} counts
   */
  static long elements(List<Long> shape) {
    long elements = 1;
    for (long dim : shape) {
      elements = Math.multiplyExact(elements, dim);
    }
    return Math.multiplyExact(elements, (long) Float.BYTES) / Float.BYTES;
  }

  /** The first byte behind the tensor, counted from the start of the data. */
  long end() {
    return offset + elements * Float.BYTES;
  }
}
