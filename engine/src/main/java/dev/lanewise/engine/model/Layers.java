package dev.lanewise.engine.model;

import dev.lanewise.engine.kernel.Pooling;
import dev.lanewise.engine.memory.Shape;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** What several layers share: checks, window arithmetic and the text form. */
final class Layers {
  private Layers() {}

  static void requirePositive(String layer, int... sizes) {
    for (int size : sizes) {
      if (size < 1) {
        throw new IllegalArgumentException(layer + ": every size must be positive");
      }
    }
  }

  static void requireImage(Layer layer, Shape input) {
    if (input.rank() != 3) {
      throw new IllegalArgumentException(
          layer.name() + " takes images (height x width x channels), not " + input);
    }
  }

  static Shape window(
      Layer layer, Shape input, int height, int width, int strideHeight, int strideWidth, boolean same) {
    requireImage(layer, input);
    int outputHeight = outputSize(input.dim(0), height, strideHeight, same);
    int outputWidth = outputSize(input.dim(1), width, strideWidth, same);
    if (outputHeight < 1 || outputWidth < 1) {
      throw new IllegalArgumentException(
          "%s: a window of %dx%d does not fit into %s".formatted(layer.name(), height, width, input));
    }
    Shape output = Shape.of(outputHeight, outputWidth, input.dim(2));
    Pooling.check(
        input.dim(0), input.dim(1), input.dim(2), height, width, strideHeight, strideWidth,
        padding(input.dim(0), height, strideHeight, same), padding(input.dim(1), width, strideWidth, same),
        outputHeight, outputWidth);
    return output;
  }

  static int outputSize(int size, int window, int stride, boolean same) {
    return same ? Math.ceilDiv(size, stride) : Math.floorDiv(size - window, stride) + 1;
  }

  /** Padding before the first element under "same"; the odd one goes to the end. */
  static int padding(int size, int window, int stride, boolean same) {
    int output = outputSize(size, window, stride, same);
    return same ? (int) (Math.max((output - 1L) * stride + window - size, 0) / 2) : 0;
  }

  static String windowText(int height, int width, int strideHeight, int strideWidth, boolean same) {
    return "window=" + height + "x" + width + " stride=" + strideHeight + "x" + strideWidth + " padding="
        + (same ? "same" : "valid");
  }

  /**
   * Reads a layer's text form.
   *
   * @throws IllegalArgumentException if it is not one
   */
  static Layer parse(String text) {
    String[] words = text.strip().split("\\s+", -1);
    Map<String, String> values = new HashMap<>();
    for (int i = 1; i < words.length; i++) {
      int equals = words[i].indexOf('=');
      if (equals < 1 || values.put(words[i].substring(0, equals), words[i].substring(equals + 1)) != null) {
        throw new IllegalArgumentException("not a layer: " + text);
      }
    }
    try {
      Layer layer = parse(words[0], values);
      if (!values.isEmpty()) {
        throw new IllegalArgumentException("unknown setting " + values.keySet());
      }
      return layer;
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("not a layer: " + text + " (" + e.getMessage() + ")", e);
    }
  }

  private static Layer parse(String name, Map<String, String> values) {
    return switch (name) {
      case "conv2d" -> {
        Conv2D layer = Conv2D.of(number(values, "filters"), 1);
        int[] kernel = pair(values, "kernel");
        int[] stride = pair(values, "stride");
        int[] dilation = pair(values, "dilation");
        yield new Conv2D(
            layer.filters(), kernel[0], kernel[1], stride[0], stride[1], dilation[0], dilation[1], same(values),
            layer.weights(), layer.bias());
      }
      case "dense" -> Dense.of(number(values, "units"));
      case "max_pool2d" -> {
        int[] window = pair(values, "window");
        int[] stride = pair(values, "stride");
        yield new MaxPool2D(window[0], window[1], stride[0], stride[1], same(values));
      }
      case "average_pool2d" -> {
        int[] window = pair(values, "window");
        int[] stride = pair(values, "stride");
        yield new AveragePool2D(window[0], window[1], stride[0], stride[1], same(values));
      }
      case "global_average_pool2d" -> new GlobalAveragePool2D();
      case "flatten" -> new Flatten();
      case "dropout" -> new Dropout(Float.parseFloat(take(values, "rate")));
      case "relu" -> new ReLU();
      case "leaky_relu" -> new LeakyReLU(Float.parseFloat(take(values, "slope")));
      case "tanh" -> new Tanh();
      case "sigmoid" -> new Sigmoid();
      default -> throw new IllegalArgumentException("no layer is called " + name);
    };
  }

  private static String take(Map<String, String> values, String key) {
    String value = values.remove(key);
    if (value == null) {
      throw new IllegalArgumentException(key + " is missing");
    }
    return value;
  }

  private static int number(Map<String, String> values, String key) {
    return Integer.parseInt(take(values, key));
  }

  private static int[] pair(Map<String, String> values, String key) {
    String[] parts = take(values, key).split("x", -1);
    if (parts.length != 2) {
      throw new IllegalArgumentException(key + " must be like 3x3");
    }
    return new int[] {Integer.parseInt(parts[0]), Integer.parseInt(parts[1])};
  }

  private static boolean same(Map<String, String> values) {
    String padding = take(values, "padding");
    if (!Set.of("same", "valid").contains(padding)) {
      throw new IllegalArgumentException("padding must be same or valid");
    }
    return padding.equals("same");
  }
}
