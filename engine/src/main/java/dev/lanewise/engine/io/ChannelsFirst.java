package dev.lanewise.engine.io;

import dev.lanewise.engine.memory.Memory;
import dev.lanewise.engine.memory.Shape;
import dev.lanewise.engine.model.Conv2D;
import dev.lanewise.engine.model.Dense;
import dev.lanewise.engine.model.Flatten;
import dev.lanewise.engine.model.Layer;
import dev.lanewise.engine.model.Model;
import dev.lanewise.engine.model.Parameter;
import dev.lanewise.engine.model.Sequential;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * One tensor of a network as PyTorch and ONNX have it. They keep an image as channels, height,
 * width and the engine as height, width, channels; their weights begin with the outputs, the
 * engine's end with them. All of that is one rule: the engine's {@code [height, width, in, out]} is
 * their {@code [out, in, height, width]}.
 *
 * <p>For a convolution these are the sizes of its kernel. A dense layer's weights are {@code [1, 1,
 * in, out]}, except those of the first one behind a {@link Flatten} of an image: its inputs are the
 * image's values, in another order on each side, so height, width and in are those of the image.
 *
 * @param parameter the engine's tensor; {@code float} for {@code float} the other one has its size
 * @param layer the index of the tensor's layer in the network
 * @param bias whether it is a bias, which is the same on both sides, instead of a weight
 * @param view the engine's tensor as {@code [height, width, in, out]}
 * @param shape the other side's extents
 */
record ChannelsFirst(
    Parameter parameter, int layer, boolean bias, Shape view, List<Long> shape) {
  private static final Shape VECTOR = Shape.of(1);

  /** All tensors of a network, in the order of {@link Sequential#parameters}. */
  static List<ChannelsFirst> of(Sequential network) {
    List<ChannelsFirst> tensors = new ArrayList<>();
    Iterator<Parameter> parameters = network.parameters().iterator();
    Shape flattened = VECTOR;
    for (int i = 0; i < network.layers().size(); i++) {
      Layer layer = network.layers().get(i);
      Shape input = network.inputShape(i);
      if (layer instanceof Flatten && isImage(input)) {
        flattened = input;
      } else if (layer instanceof Conv2D) {
        Parameter p = parameters.next();
        Shape s = p.shape();
        tensors.add(weight(p, i, s, s.dim(3), s.dim(2), s.dim(0), s.dim(1)));
        tensors.add(bias(parameters.next(), i));
      } else if (layer instanceof Dense dense) {
        Shape image = isImage(flattened) ? flattened : Shape.of(1, 1, input.dim(0));
        Shape view = Shape.of(image.dim(0), image.dim(1), image.dim(2), dense.units());
        tensors.add(weight(parameters.next(), i, view, dense.units(), input.dim(0)));
        tensors.add(bias(parameters.next(), i));
        flattened = VECTOR;
      }
    }
    return tensors;
  }

  private static ChannelsFirst weight(Parameter parameter, int layer, Shape view, int... shape) {
    return new ChannelsFirst(parameter, layer, false, view, ModelFile.dims(Shape.of(shape)));
  }

  private static ChannelsFirst bias(Parameter parameter, int layer) {
    Shape view = Shape.of(1, 1, 1, parameter.shape().size());
    return new ChannelsFirst(parameter, layer, true, view, ModelFile.dims(parameter.shape()));
  }

  /** Whether the two sides keep a sample of this shape differently: height, width, channels. */
  static boolean isImage(Shape shape) {
    return shape.rank() == 3;
  }

  /** All parameters of a model in the other side's order, each at its own offset. */
  static MemorySegment exported(Model model, Arena arena) {
    MemorySegment target = Memory.allocate(arena, model.network().parameterFloats());
    for (ChannelsFirst tensor : of(model.network())) {
      tensor.export(model.parameters(), target);
    }
    return target;
  }

  private void export(MemorySegment parameters, MemorySegment target) {
    permute(parameters, target, true);
  }

  /**
   * Copies the tensor in the engine's order.
   *
   * @param source has the other side's tensor, at the same offset
   * @param parameters the model's parameters
   */
  void restore(MemorySegment source, MemorySegment parameters) {
    permute(source, parameters, false);
  }

  private void permute(MemorySegment from, MemorySegment to, boolean export) {
    int pixels = view.dim(0) * view.dim(1);
    int channels = view.dim(2);
    int outputs = view.dim(3);
    for (int pixel = 0; pixel < pixels; pixel++) {
      for (int channel = 0; channel < channels; channel++) {
        long row = parameter.offset() + ((long) pixel * channels + channel) * outputs;
        long column = parameter.offset() + (long) channel * pixels + pixel;
        for (int output = 0; output < outputs; output++) {
          long here = row + output;
          long there = column + (long) output * channels * pixels;
          // As integers: a copy through float might change the bits of a NaN.
          int bits = from.get(Memory.INT, (export ? here : there) * Float.BYTES);
          to.set(Memory.INT, (export ? there : here) * Float.BYTES, bits);
        }
      }
    }
  }
}
