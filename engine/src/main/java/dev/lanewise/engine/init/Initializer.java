package dev.lanewise.engine.init;

import dev.lanewise.engine.memory.Memory;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * How the values of a parameter tensor begin. The rules and their defaults are those of Keras 3
 * ({@code keras.initializers}); the random numbers are the engine's own, so that the values are a
 * function of (seed, tensor number, shape) alone: the same bits on every machine, at every vector
 * width, in any order of tensors.
 *
 * <p>A tensor is seen as a matrix: the columns are its last dimension, the rows all others. For a
 * dense layer the fans are its inputs and outputs; for a convolution {@code kh * kw * in} and {@code kh
 * * kw * out}.
 *
 * <p>Immutable and thread-safe.
 */
public abstract class Initializer {
  private static final List<String> NAMES =
      List.of(
          "glorot-uniform",
          "glorot-normal",
          "he-uniform",
          "he-normal",
          "lecun-uniform",
          "lecun-normal",
          "orthogonal",
          "zeros",
          "ones");

  private final String name;

  Initializer(String name) {
    this.name = name;
  }

  /** Uniform in ±sqrt(6 / (fanIn + fanOut)); Glorot and Bengio 2010. Keras's default for weights. */
  public static Initializer glorotUniform() {
    return new VarianceScaling("glorot-uniform", 1, VarianceScaling.Fan.AVERAGE, false);
  }

  /** Truncated normal with variance 2 / (fanIn + fanOut); Glorot and Bengio 2010. */
  public static Initializer glorotNormal() {
    return new VarianceScaling("glorot-normal", 1, VarianceScaling.Fan.AVERAGE, true);
  }

  /** Uniform in ±sqrt(6 / fanIn); He et al. 2015. For ReLU. */
  public static Initializer heUniform() {
    return new VarianceScaling("he-uniform", 2, VarianceScaling.Fan.IN, false);
  }

  /** Truncated normal with variance 2 / fanIn; He et al. 2015. For ReLU. */
  public static Initializer heNormal() {
    return new VarianceScaling("he-normal", 2, VarianceScaling.Fan.IN, true);
  }

  /** Uniform in ±sqrt(3 / fanIn); LeCun et al. 1998. */
  public static Initializer lecunUniform() {
    return new VarianceScaling("lecun-uniform", 1, VarianceScaling.Fan.IN, false);
  }

  /** Truncated normal with variance 1 / fanIn; LeCun et al. 1998. */
  public static Initializer lecunNormal() {
    return new VarianceScaling("lecun-normal", 1, VarianceScaling.Fan.IN, true);
  }

  /**
   * A matrix with orthonormal columns (or rows, if there are fewer of them), times a factor; Saxe et
   * al. 2014.
   *
   * @param gain the factor, finite
   */
  public static Initializer orthogonal(double gain) {
    return new Orthogonal(gain);
  }

  /** All values +0. Keras's default for biases. */
  public static Initializer zeros() {
    return new Constant("zeros", 0f);
  }

  /**
   * All values alike.
   *
   * @param value the value
   */
  public static Initializer constant(float value) {
    return new Constant(value == 1f ? "ones" : "constant(" + value + ")", value);
  }

  /**
   * The initializer of a name, as a command line gives it; {@code orthogonal} has gain 1.
   *
   * @param name one of {@link #names()}
   * @throws IllegalArgumentException if there is no such initializer; the message lists all names
   */
  public static Initializer byName(String name) {
    return switch (name) {
      case "glorot-uniform" -> glorotUniform();
      case "glorot-normal" -> glorotNormal();
      case "he-uniform" -> heUniform();
      case "he-normal" -> heNormal();
      case "lecun-uniform" -> lecunUniform();
      case "lecun-normal" -> lecunNormal();
      case "orthogonal" -> orthogonal(1);
      case "zeros" -> zeros();
      case "ones" -> constant(1f);
      default ->
          throw new IllegalArgumentException(
              "no initializer is called '" + name + "'; there are " + String.join(", ", NAMES));
    };
  }

  /** The names that {@link #byName} knows. */
  public static List<String> names() {
    return NAMES;
  }

  /** Name for reports, for example {@code glorot-uniform}. */
  public final String name() {
    return name;
  }

  @Override
  public final String toString() {
    return name;
  }

  /**
   * Writes the initial values of one tensor.
   *
   * @param target receives the values; what a row has beyond its columns is left alone
   * @param offset first element, in floats
   * @param rows product of all dimensions but the last, at least 1
   * @param columns last dimension, at least 1
   * @param rowPitch floats from one row to the next, at least {@code columns}
   * @param fanIn inputs that one output depends on, at least 1
   * @param fanOut outputs that one input reaches, at least 1
   * @param seed any value
   * @param tensor number of the tensor within its model, 0 to 65535: tensors of different numbers get
   *     independent values
   * @throws IndexOutOfBoundsException if the values do not lie within the segment
   * @throws IllegalArgumentException if a size is out of range
   */
  public final void fill(
      MemorySegment target,
      long offset,
      int rows,
      int columns,
      int rowPitch,
      long fanIn,
      long fanOut,
      long seed,
      int tensor) {
    if (rows < 1 || columns < 1 || rowPitch < columns || fanIn < 1 || fanOut < 1) {
      throw new IllegalArgumentException(
          "rows " + rows + ", columns " + columns + ", row pitch " + rowPitch + ", fans " + fanIn
              + " and " + fanOut);
    }
    if (tensor < 0 || tensor > 0xFFFF) {
      throw new IllegalArgumentException("tensor number " + tensor);
    }
    Memory.check(target, offset, (rows - 1L) * rowPitch + columns);
    write(target, offset, rows, columns, rowPitch, fanIn, fanOut, new Draw(seed, tensor));
  }

  /** Writes checked values. */
  abstract void write(
      MemorySegment target,
      long offset,
      int rows,
      int columns,
      int rowPitch,
      long fanIn,
      long fanOut,
      Draw draw);
}
