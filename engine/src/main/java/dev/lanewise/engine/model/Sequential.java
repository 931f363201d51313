package dev.lanewise.engine.model;

import dev.lanewise.engine.init.Initializer;
import dev.lanewise.engine.memory.Memory;
import dev.lanewise.engine.memory.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * A network as a description: an input shape and layers, one after the other. Immutable and thread-safe.
 *
 * <p>All parameters lie in one flat segment, each tensor padded to 16 floats; {@link #parameters} tells
 * where.
 */
public final class Sequential {
  private final Shape inputShape;
  private final List<Layer> layers;
  private final List<Shape> shapes = new ArrayList<>();
  private final List<Parameter> parameters = new ArrayList<>();
  private final long parameterFloats;
  private final long parameterCount;

  private Sequential(Shape inputShape, List<Layer> layers) {
    this.inputShape = inputShape;
    this.layers = List.copyOf(layers);
    if (layers.isEmpty()) {
      throw new IllegalArgumentException("a network needs a layer");
    }
    Shape shape = inputShape;
    long offset = 0;
    long count = 0;
    for (int i = 0; i < layers.size(); i++) {
      Layer layer = layers.get(i);
      Shape output = output(i, layer, shape);
      List<Parameter> tensors = tensors(i, layer, shape, offset);
      for (Parameter tensor : tensors) {
        offset = tensor.offset() + Memory.padded(tensor.shape().size());
        count += tensor.shape().size();
      }
      parameters.addAll(tensors);
      shapes.add(output);
      shape = output;
    }
    parameterFloats = offset;
    parameterCount = count;
  }

  /**
   * A network of layers.
   *
   * @param inputShape shape of one input, for example {@code Shape.of(28, 28, 1)}
   * @throws IllegalArgumentException if a layer cannot take what the one before it gives
   */
  public static Sequential of(Shape inputShape, Layer... layers) {
    return new Sequential(inputShape, List.of(layers));
  }

  /** A network of layers; see {@link #of(Shape, Layer...)}. */
  public static Sequential of(Shape inputShape, List<Layer> layers) {
    return new Sequential(inputShape, layers);
  }

  private static Shape output(int index, Layer layer, Shape input) {
    try {
      return layer.outputShape(input);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("layer " + index + ": " + e.getMessage(), e);
    }
  }

  private static List<Parameter> tensors(int index, Layer layer, Shape input, long offset) {
    return switch (layer) {
      case Conv2D c -> {
        int area = c.kernelHeight() * c.kernelWidth();
        yield pair(
            index, c, Shape.of(c.kernelHeight(), c.kernelWidth(), input.dim(2), c.filters()), c.filters(),
            offset, area * input.dim(2), area * c.filters(), c.weights(), c.bias());
      }
      case Dense d ->
          pair(
              index, d, Shape.of(input.dim(0), d.units()), d.units(), offset, input.dim(0), d.units(),
              d.weights(), d.bias());
      default -> List.of();
    };
  }

  private static List<Parameter> pair(
      int index,
      Layer layer,
      Shape weight,
      int outputs,
      long offset,
      int fanIn,
      int fanOut,
      Initializer weights,
      Initializer bias) {
    String prefix = index + "." + layer.name();
    long biasOffset = offset + Memory.padded(weight.size());
    return List.of(
        new Parameter(prefix + ".weight", weight, offset, fanIn, fanOut, weights),
        new Parameter(prefix + ".bias", Shape.of(outputs), biasOffset, fanIn, fanOut, bias));
  }

  /** Shape of one input. */
  public Shape inputShape() {
    return inputShape;
  }

  /** Shape of one output. */
  public Shape outputShape() {
    return shapes.getLast();
  }

  /** The layers, first to last. */
  public List<Layer> layers() {
    return layers;
  }

  /**
   * Shape that a layer takes.
   *
   * @param index the layer's place in {@link #layers}
   * @throws IndexOutOfBoundsException if there is no such layer
   */
  public Shape inputShape(int index) {
    return index == 0 ? inputShape : shapes.get(index - 1);
  }

  /**
   * Shape that a layer gives.
   *
   * @param index the layer's place in {@link #layers}
   * @throws IndexOutOfBoundsException if there is no such layer
   */
  public Shape outputShape(int index) {
    return shapes.get(index);
  }

  /** The trainable tensors in the order of the layers, weight before bias. */
  public List<Parameter> parameters() {
    return List.copyOf(parameters);
  }

  /** Length of the flat parameter segment, padding included. */
  public long parameterFloats() {
    return parameterFloats;
  }

  /** Number of trainable values, without padding. */
  public long parameterCount() {
    return parameterCount;
  }

  /**
   * A model of this network with fresh parameters.
   *
   * @param seed the same seed gives the same bits on every machine
   */
  public Model initialize(long seed) {
    return Model.initialized(this, seed);
  }

  /** The text form: a line {@code input 28x28x1}, then a line for each layer. */
  public String describe() {
    StringBuilder text = new StringBuilder("input ").append(inputShape);
    for (Layer layer : layers) {
      text.append('\n').append(layer);
    }
    return text.toString();
  }

  /**
   * Reads the text form back.
   *
   * @throws IllegalArgumentException if it is not one
   */
  public static Sequential parse(String text) {
    List<String> lines = text.lines().toList();
    if (lines.isEmpty() || !lines.getFirst().startsWith("input ")) {
      throw new IllegalArgumentException("not a network: it must begin with its input shape");
    }
    List<Layer> layers = new ArrayList<>();
    for (String line : lines.subList(1, lines.size())) {
      layers.add(Layers.parse(line));
    }
    return of(Shape.parse(lines.getFirst().substring("input ".length())), layers);
  }

  @Override
  public boolean equals(Object other) {
    return this == other || (other instanceof Sequential that && describe().equals(that.describe()));
  }

  @Override
  public int hashCode() {
    return describe().hashCode();
  }

  @Override
  public String toString() {
    return describe();
  }
}
