package dev.lanewise.engine.memory;

import java.util.Arrays;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The extent of one sample in one to four dimensions, in the order height, width, channels and
 * without the batch: {@code Shape.of(28, 28, 1)} is a grey picture, {@code Shape.of(10)} a vector.
 *
 * <p>Immutable, and safe for use by any number of threads.
 */
public final class Shape {
  private static final int MAX_RANK = 4;

  private final int[] dims;
  private final int size;

  private Shape(int[] dims, int size) {
    this.dims = dims;
    this.size = size;
  }

  /**
   * A shape of these dimensions.
   *
   * @param dims one to four positive numbers
   * @return the shape
   * @throws IllegalArgumentException if there are none or more than four, if one is not positive,
   *     or if their product does not fit into an {@code int}
   */
  public static Shape of(int... dims) {
    if (dims.length < 1 || dims.length > MAX_RANK) {
      throw new IllegalArgumentException(
          "a shape has 1 to " + MAX_RANK + " dimensions, not " + dims.length);
    }
    int[] own = dims.clone();
    long size = 1;
    for (int dim : own) {
      if (dim <= 0) {
        throw new IllegalArgumentException("dimensions must be positive: " + join(own));
      }
      size *= dim; // at most 2^31 * 2^31: no overflow of the long before the check
      if (size > Integer.MAX_VALUE) {
        throw new IllegalArgumentException("too many elements: " + join(own));
      }
    }
    return new Shape(own, (int) size);
  }

  /**
   * The number of dimensions.
   *
   * @return 1 to 4
   */
  public int rank() {
    return dims.length;
  }

  /**
   * One dimension.
   *
   * @param index from 0 to {@code rank() - 1}
   * @return its extent
   * @throws IndexOutOfBoundsException if there is no such dimension
   */
  public int dim(int index) {
    return dims[index];
  }

  /**
   * The number of elements, which is the product of all dimensions.
   *
   * @return a positive number
   */
  public int size() {
    return size;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Shape shape && Arrays.equals(dims, shape.dims);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(dims);
  }

  /**
   * Reads the text form, for example {@code 28x28x1}.
   *
   * @throws IllegalArgumentException if it is not one
   */
  public static Shape parse(String text) {
    String[] parts = text.strip().split("x", -1);
    int[] dims = new int[parts.length];
    for (int i = 0; i < parts.length; i++) {
      dims[i] = Integer.parseInt(parts[i]);
    }
    return of(dims);
  }

  /** The dimensions with an x between them, such as {@code 28x28x1}. */
  @Override
  public String toString() {
    return join(dims);
  }

  private static String join(int[] dims) {
    return Arrays.stream(dims).mapToObj(Integer::toString).collect(Collectors.joining("x"));
  }
}

