package dev.lanewise.engine.io;

import dev.lanewise.engine.memory.Shape;
import dev.lanewise.engine.model.AveragePool2D;
import dev.lanewise.engine.model.Conv2D;
import dev.lanewise.engine.model.Dense;
import dev.lanewise.engine.model.Dropout;
import dev.lanewise.engine.model.Flatten;
import dev.lanewise.engine.model.GlobalAveragePool2D;
import dev.lanewise.engine.model.Layer;
import dev.lanewise.engine.model.LeakyReLU;
import dev.lanewise.engine.model.MaxPool2D;
import dev.lanewise.engine.model.ReLU;
import dev.lanewise.engine.model.Sequential;
import dev.lanewise.engine.model.Sigmoid;
import dev.lanewise.engine.model.Tanh;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * A network as an ONNX graph. The numbers of fields and types are those of <a
 * href="https://github.com/onnx/onnx/blob/v1.12.0/onnx/onnx.proto">onnx.proto</a>, the operators
 * those of operator set 17. What layer 3 gives is the value {@code dense_3}, its tensors are {@code
 * dense_3_weight} and {@code dense_3_bias}: ONNX wants names to be identifiers of C.
 */
final class OnnxGraph {
  private static final int IR_VERSION = 8;
  private static final int OPERATOR_SET = 17;
  private static final int TYPE_FLOAT = 1;

  private static final int ATTRIBUTE_FLOAT = 1;
  private static final int ATTRIBUTE_INT = 2;
  private static final int ATTRIBUTE_INTS = 7;

  private final Sequential network;
  private final List<Node> nodes = new ArrayList<>();

  /** What the last node gives, or the input. */
  private String value = OnnxFile.INPUT;

  private record Node(
      String operator, List<String> inputs, String output, List<ProtobufMessage> attributes) {

    ProtobufMessage message() {
      ProtobufMessage node = new ProtobufMessage();
      inputs.forEach(input -> node.text(1, input));
      node.text(2, output).text(3, output + "_node").text(4, operator);
      attributes.forEach(attribute -> node.message(5, attribute));
      return node;
    }
  }

  OnnxGraph(Sequential network) {
    this.network = network;
    for (int i = 0; i < network.layers().size(); i++) {
      append(i);
    }
    if (nodes.isEmpty()) {
      append("Identity", OnnxFile.OUTPUT, List.of());
    }
    Node last = nodes.removeLast();
    nodes.add(new Node(last.operator(), last.inputs(), OnnxFile.OUTPUT, last.attributes()));
  }

  private void append(int i) {
    String name = name(i);
    List<String> parameters = List.of(weight(i), bias(i));
    switch (network.layers().get(i)) {
      case Conv2D c -> {
        int[] kernel = {c.kernelHeight(), c.kernelWidth()};
        int[] stride = {c.strideHeight(), c.strideWidth()};
        int[] dilation = {c.dilationHeight(), c.dilationWidth()};
        List<ProtobufMessage> attributes = window(i, kernel, stride, dilation);
        attributes.add(attribute("dilations", dilation));
        append("Conv", name, parameters, attributes);
      }
      case Dense _ -> append("Gemm", name, parameters, attribute("transB", 1));
      case MaxPool2D p ->
          pool(i, "MaxPool", p.height(), p.width(), p.strideHeight(), p.strideWidth());
      case AveragePool2D p ->
          pool(i, "AveragePool", p.height(), p.width(), p.strideHeight(), p.strideWidth());
      case GlobalAveragePool2D _ -> {
        append("GlobalAveragePool", name + "_mean", List.of());
        append("Flatten", name, List.of(), attribute("axis", 1));
      }
      case Flatten _ -> flatten(i);
      case Dropout _ -> {}
      case ReLU _ -> append("Relu", name, List.of());
      case LeakyReLU r -> append("LeakyRelu", name, List.of(), attribute("alpha", r.slope()));
      case Tanh _ -> append("Tanh", name, List.of());
      case Sigmoid _ -> append("Sigmoid", name, List.of());
    }
  }

  private void pool(int i, String operator, int height, int width, int down, int right) {
    int[] window = {height, width};
    int[] stride = {down, right};
    append(operator, name(i), List.of(), window(i, window, stride, new int[] {1, 1}));
  }

  /** Attributes of a window that goes over the image which layer i takes. */
  private List<ProtobufMessage> window(int i, int[] window, int[] stride, int[] dilation) {
    int[] before = new int[2];
    int[] after = new int[2];
    for (int axis = 0; axis < 2; axis++) {
      // What the windows of the output reach over, more than there is: nothing under "valid".
      int reach = (window[axis] - 1) * dilation[axis] + 1;
      int steps = network.outputShape(i).dim(axis) - 1;
      int padding = Math.max(steps * stride[axis] - network.inputShape(i).dim(axis) + reach, 0);
      before[axis] = padding / 2;
      after[axis] = padding - before[axis];
    }
    return new ArrayList<>(
        List.of(
            attribute("kernel_shape", window),
            attribute("strides", stride),
            attribute("pads", new int[] {before[0], before[1], after[0], after[1]})));
  }

  /**
   * A dense layer has its weights in the order of ONNX. Where none follows, the values have to be
   * in the engine's order themselves.
   */
  private void flatten(int i) {
    List<Layer> layers = network.layers();
    boolean dense = layers.subList(i, layers.size()).stream().anyMatch(Dense.class::isInstance);
    if (!dense && ChannelsFirst.isImage(network.inputShape(i))) {
      append("Transpose", name(i) + "_order", List.of(), attribute("perm", new int[] {0, 2, 3, 1}));
    }
    append("Flatten", name(i), List.of(), attribute("axis", 1));
  }

  private void append(
      String operator, String output, List<String> parameters, ProtobufMessage... attributes) {
    append(operator, output, parameters, List.of(attributes));
  }

  private void append(
      String operator, String output, List<String> parameters, List<ProtobufMessage> attributes) {
    List<String> inputs = new ArrayList<>(List.of(value));
    inputs.addAll(parameters);
    nodes.add(new Node(operator, inputs, output, attributes));
    value = output;
  }

  private static ProtobufMessage attribute(String name, int value) {
    return new ProtobufMessage().text(1, name).integer(3, value).integer(20, ATTRIBUTE_INT);
  }

  private static ProtobufMessage attribute(String name, float value) {
    return new ProtobufMessage().text(1, name).number(2, value).integer(20, ATTRIBUTE_FLOAT);
  }

  private static ProtobufMessage attribute(String name, int[] values) {
    ProtobufMessage attribute = new ProtobufMessage().text(1, name);
    for (int value : values) {
      attribute.integer(8, value);
    }
    return attribute.integer(20, ATTRIBUTE_INTS);
  }

  private String name(int layer) {
    return network.layers().get(layer).name() + "_" + layer;
  }

  private String weight(int layer) {
    return name(layer) + "_weight";
  }

  private String bias(int layer) {
    return name(layer) + "_bias";
  }

  /**
   * The whole file.
   *
   * @param weights the parameters as {@link ChannelsFirst#exported} gives them
   */
  ProtobufMessage file(MemorySegment weights) {
    ProtobufMessage graph = new ProtobufMessage();
    nodes.forEach(node -> graph.message(1, node.message()));
    graph.text(2, "network");
    for (ChannelsFirst tensor : ChannelsFirst.of(network)) {
      graph.message(5, initializer(tensor, weights));
    }
    graph.message(11, value(OnnxFile.INPUT, network.inputShape()));
    graph.message(12, value(OnnxFile.OUTPUT, network.outputShape()));
    return new ProtobufMessage()
        .integer(1, IR_VERSION)
        .text(2, "Lanewise")
        .message(7, graph)
        .message(8, new ProtobufMessage().text(1, "").integer(2, OPERATOR_SET));
  }

  private ProtobufMessage initializer(ChannelsFirst tensor, MemorySegment weights) {
    ProtobufMessage message = new ProtobufMessage();
    tensor.shape().forEach(dim -> message.integer(1, dim));
    return message
        .integer(2, TYPE_FLOAT)
        .text(8, tensor.bias() ? bias(tensor.layer()) : weight(tensor.layer()))
        .floats(9, weights, tensor.parameter().offset(), tensor.parameter().shape().size());
  }

  private static ProtobufMessage value(String name, Shape shape) {
    ProtobufMessage dims =
        new ProtobufMessage().message(1, new ProtobufMessage().text(2, "batch"));
    List<Long> sizes = ModelFile.dims(shape);
    if (ChannelsFirst.isImage(shape)) {
      sizes = List.of(sizes.get(2), sizes.get(0), sizes.get(1));
    }
    sizes.forEach(size -> dims.message(1, new ProtobufMessage().integer(1, size)));
    ProtobufMessage tensor = new ProtobufMessage().integer(1, TYPE_FLOAT).message(2, dims);
    return new ProtobufMessage().text(1, name).message(2, new ProtobufMessage().message(1, tensor));
  }
}
