package dev.lanewise.bench.peers;

import ai.onnx.proto.OnnxMl;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** ONNX Runtime, which only predicts, with the network as an ONNX graph. */
final class OnnxRuntime implements Peer {
  private static final String IMAGES = "images";
  private static final String LOGITS = "logits";
  private static final int IR_VERSION = 8;
  private static final int OPERATORS = 17;

  @Override
  public Job prediction(float[] pixels, int batch, Weights weights, int threads) {
    try {
      return new Prediction(pixels, batch, weights, threads);
    } catch (OrtException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Input and output lie in memory that is handed over once; a run copies the arrays in and out of it. */
  private static final class Prediction implements Job {
    private final OrtSession session;
    private final float[] pixels;
    private final float[] logits;
    private final FloatBuffer input;
    private final FloatBuffer output;
    private final Map<String, OnnxTensor> inputs;
    private final Map<String, OnnxTensor> outputs;

    Prediction(float[] pixels, int batch, Weights weights, int threads) throws OrtException {
      OrtEnvironment environment = OrtEnvironment.getEnvironment();
      OrtSession.SessionOptions options = new OrtSession.SessionOptions();
      options.setIntraOpNumThreads(threads);
      options.setInterOpNumThreads(1);
      options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
      session = environment.createSession(graph(weights), options);
      this.pixels = pixels;
      logits = new float[batch * Digits.CLASSES];
      input = buffer(pixels.length);
      output = buffer(logits.length);
      inputs =
          Map.of(
              IMAGES,
              OnnxTensor.createTensor(environment, input, new long[] {batch, 1, Digits.SIDE, Digits.SIDE}));
      outputs =
          Map.of(LOGITS, OnnxTensor.createTensor(environment, output, new long[] {batch, Digits.CLASSES}));
    }

    private static FloatBuffer buffer(int floats) {
      return ByteBuffer.allocateDirect(floats * Float.BYTES).order(ByteOrder.nativeOrder()).asFloatBuffer();
    }

    @Override
    public void run() {
      input.put(0, pixels);
      try {
        session.run(inputs, Set.of(), outputs).close();
      } catch (OrtException e) {
        throw new IllegalStateException(e);
      }
      output.get(0, logits);
    }

    @Override
    public float[] result() {
      return logits;
    }

    @Override
    public void close() {
      try {
        inputs.values().forEach(OnnxTensor::close);
        outputs.values().forEach(OnnxTensor::close);
        session.close();
      } catch (OrtException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  /** The network as the bytes of an ONNX file. */
  private static byte[] graph(Weights weights) {
    OnnxMl.GraphProto.Builder graph = OnnxMl.GraphProto.newBuilder().setName("network");
    graph.addInput(value(IMAGES, 1, Digits.SIDE, Digits.SIDE));
    graph.addOutput(value(LOGITS, Digits.CLASSES));
    String x = IMAGES;
    for (int layer = 0; layer < 3; layer++) {
      String weight =
          tensor(graph, "w" + layer, weights.filtersFirst(layer), Weights.OUTPUTS[layer], Weights.INPUTS[layer], 3, 3);
      String bias = tensor(graph, "b" + layer, weights.bias(layer), Weights.OUTPUTS[layer]);
      x = node(graph, "Conv", "c" + layer, List.of(x, weight, bias));
      x = node(graph, "Relu", "r" + layer, List.of(x));
      if (layer < 2) {
        x = node(graph, "MaxPool", "p" + layer, List.of(x), ints("kernel_shape"), ints("strides"));
      }
    }
    x = node(graph, "Flatten", "flat", List.of(x));
    x = node(graph, "Gemm", "d3", dense(graph, x, 3, weights));
    x = node(graph, "Relu", "r3", List.of(x));
    node(graph, "Gemm", LOGITS, dense(graph, x, 4, weights));
    return OnnxMl.ModelProto.newBuilder()
        .setIrVersion(IR_VERSION)
        .addOpsetImport(OnnxMl.OperatorSetIdProto.newBuilder().setVersion(OPERATORS))
        .setGraph(graph)
        .build()
        .toByteArray();
  }

  private static List<String> dense(OnnxMl.GraphProto.Builder graph, String x, int layer, Weights weights) {
    return List.of(
        x,
        tensor(graph, "w" + layer, weights.channelsFirst(layer), Weights.INPUTS[layer], Weights.OUTPUTS[layer]),
        tensor(graph, "b" + layer, weights.bias(layer), Weights.OUTPUTS[layer]));
  }

  private static OnnxMl.AttributeProto ints(String name) {
    return OnnxMl.AttributeProto.newBuilder()
        .setName(name)
        .setType(OnnxMl.AttributeProto.AttributeType.INTS)
        .addInts(2)
        .addInts(2)
        .build();
  }

  private static String node(
      OnnxMl.GraphProto.Builder graph,
      String operator,
      String output,
      List<String> inputs,
      OnnxMl.AttributeProto... attributes) {
    graph.addNode(
        OnnxMl.NodeProto.newBuilder()
            .setOpType(operator)
            .setName(output)
            .addAllInput(inputs)
            .addOutput(output)
            .addAllAttribute(List.of(attributes)));
    return output;
  }

  private static String tensor(OnnxMl.GraphProto.Builder graph, String name, float[] values, long... sizes) {
    OnnxMl.TensorProto.Builder tensor =
        OnnxMl.TensorProto.newBuilder().setName(name).setDataType(OnnxMl.TensorProto.DataType.FLOAT_VALUE);
    for (long size : sizes) {
      tensor.addDims(size);
    }
    for (float value : values) {
      tensor.addFloatData(value);
    }
    graph.addInitializer(tensor);
    return name;
  }

  private static OnnxMl.ValueInfoProto value(String name, long... sizes) {
    OnnxMl.TensorShapeProto.Builder shape = OnnxMl.TensorShapeProto.newBuilder();
    shape.addDim(OnnxMl.TensorShapeProto.Dimension.newBuilder().setDimParam("batch"));
    for (long size : sizes) {
      shape.addDim(OnnxMl.TensorShapeProto.Dimension.newBuilder().setDimValue(size));
    }
    return OnnxMl.ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            OnnxMl.TypeProto.newBuilder()
                .setTensorType(
                    OnnxMl.TypeProto.Tensor.newBuilder()
                        .setElemType(OnnxMl.TensorProto.DataType.FLOAT_VALUE)
                        .setShape(shape)))
        .build();
  }
}
