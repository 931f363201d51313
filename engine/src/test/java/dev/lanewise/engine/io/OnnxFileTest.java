package dev.lanewise.engine.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.tuple;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto.Dimension;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.lanewise.engine.infer.Predictor;
import dev.lanewise.engine.memory.Shape;
import dev.lanewise.engine.model.Conv2D;
import dev.lanewise.engine.model.Dense;
import dev.lanewise.engine.model.Dropout;
import dev.lanewise.engine.model.Flatten;
import dev.lanewise.engine.model.Layer;
import dev.lanewise.engine.model.Model;
import dev.lanewise.engine.model.Sequential;
import dev.lanewise.engine.testing.Networks;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What ONNX Runtime computes from an exported file is what the engine computes. */
@Tag("once")
class OnnxFileTest {
  private static final double TOLERANCE = 1e-5;

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "8x7x3 | conv2d filters=5 kernel=3x3 stride=1x1 dilation=1x1 padding=valid",
        "8x7x3 | conv2d filters=5 kernel=3x3 stride=1x1 dilation=1x1 padding=same",
        "8x7x3 | conv2d filters=4 kernel=2x4 stride=1x1 dilation=1x1 padding=same",
        "9x8x2 | conv2d filters=4 kernel=2x3 stride=2x3 dilation=1x1 padding=valid",
        "9x8x2 | conv2d filters=4 kernel=4x3 stride=3x2 dilation=1x1 padding=same",
        "9x8x2 | conv2d filters=4 kernel=1x1 stride=3x2 dilation=1x1 padding=same",
        "9x8x2 | conv2d filters=4 kernel=3x2 stride=1x1 dilation=2x3 padding=valid",
        "9x8x2 | conv2d filters=4 kernel=3x2 stride=2x1 dilation=2x3 padding=same",
        "8x7x3 | max_pool2d window=2x2 stride=2x2 padding=valid",
        "8x7x3 | max_pool2d window=2x2 stride=2x2 padding=same",
        "8x7x3 | max_pool2d window=3x2 stride=1x3 padding=same",
        "8x7x3 | average_pool2d window=2x2 stride=2x2 padding=valid",
        "8x7x3 | average_pool2d window=3x4 stride=2x1 padding=same",
        "8x7x3 | global_average_pool2d",
        "8x7x3 | flatten",
        "2x3x4x5 | flatten",
        "6x4 | flatten | dense units=3",
        "24 | dense units=5",
        "24 | flatten | dense units=5",
        "8x7x3 | flatten | dense units=5 | dense units=4",
        "8x7x3 | flatten | dropout rate=0.5 | relu | dense units=5",
        "8x7x3 | relu",
        "8x7x3 | leaky_relu slope=0.01",
        "8x7x3 | tanh",
        "24 | sigmoid",
        "8x7x3 | dropout rate=0.5",
        "8x7x1 | conv2d filters=4 kernel=3x3 stride=1x1 dilation=1x1 padding=valid | relu"
            + " | max_pool2d window=2x2 stride=2x2 padding=valid | flatten | dense units=3",
      })
  void agreesLayerByLayer(String layers) throws Exception {
    compare(Sequential.parse("input " + layers.replace(" | ", "\n")), 3);
  }

  @Test
  void agreesForNetworksOfAnyLayers() throws Exception {
    long seed = 17;
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < 150; i++) {
      Sequential network = Networks.random(random);
      try {
        compare(network, random.nextInt(1, 4));
      } catch (AssertionError | OrtException e) {
        throw new AssertionError("seed " + seed + ", network " + i + ":\n" + network, e);
      }
    }
  }

  @Test
  void agreesForTheMnistNetwork() throws Exception {
    compare(Networks.mnistCnn(), 20);
  }

  private void compare(Sequential network, int batch) throws Exception {
    Path file = folder.resolve("model.onnx");
    SplittableRandom random = new SplittableRandom(5);
    int inputs = network.inputShape().size();
    int outputs = network.outputShape().size();
    float[] input = new float[batch * inputs];
    for (int i = 0; i < input.length; i++) {
      input[i] = random.nextFloat(-1, 1);
    }
    float[] expected = new float[batch * outputs];
    try (Model model = network.initialize(3);
        Predictor predictor = new Predictor(model, batch)) {
      predictor.predict(input, expected, batch);
      OnnxFile.save(model, file);
    }
    float[] actual = run(file, channelsFirst(input, network.inputShape()), batch, network);
    assertThat(actual)
        .usingComparatorWithPrecision((float) TOLERANCE)
        .containsExactly(channelsFirst(expected, network.outputShape()));
  }

  private static float[] run(Path file, float[] input, int batch, Sequential network)
      throws OrtException {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    long[] shape =
        LongStream.concat(LongStream.of(batch), dims(network.inputShape()).stream().mapToLong(d -> d))
            .toArray();
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions();
        OrtSession session = environment.createSession(file.toString(), options);
        OnnxTensor tensor = OnnxTensor.createTensor(environment, FloatBuffer.wrap(input), shape);
        OrtSession.Result result = session.run(Map.of(OnnxFile.INPUT, tensor))) {
      OnnxTensor output = (OnnxTensor) result.get(OnnxFile.OUTPUT).orElseThrow();
      List<Long> dims = new ArrayList<>(List.of((long) batch));
      dims.addAll(dims(network.outputShape()));
      assertThat(output.getInfo().getShape()).containsExactly(dims.toArray(Long[]::new));
      float[] values = new float[batch * network.outputShape().size()];
      output.getFloatBuffer().get(values);
      return values;
    }
  }

  /** Extents of a sample as the file has them. */
  private static List<Long> dims(Shape shape) {
    List<Long> dims = new ArrayList<>();
    for (int i = 0; i < shape.rank(); i++) {
      dims.add((long) shape.dim(i));
    }
    if (dims.size() == 3) {
      dims.addFirst(dims.removeLast());
    }
    return dims;
  }

  /** Samples as the file has them. */
  private static float[] channelsFirst(float[] samples, Shape shape) {
    if (shape.rank() != 3) {
      return samples;
    }
    int pixels = shape.dim(0) * shape.dim(1);
    int channels = shape.dim(2);
    float[] result = new float[samples.length];
    for (int i = 0; i < samples.length; i++) {
      int sample = i / (pixels * channels);
      int pixel = i / channels % pixels;
      int channel = i % channels;
      result[(sample * channels + channel) * pixels + pixel] = samples[i];
    }
    return result;
  }

  @Test
  void isReadByAnotherParserToTheLastByte() throws IOException {
    SplittableRandom random = new SplittableRandom(2);
    for (int i = 0; i < 50; i++) {
      Sequential network = i == 0 ? Networks.mnistCnn() : Networks.random(random);
      check(parsed(network), network);
    }
  }

  private ModelProto parsed(Sequential network) throws IOException {
    Path file = folder.resolve("model.onnx");
    try (Model model = network.initialize(3)) {
      OnnxFile.save(model, file);
    }
    byte[] bytes = Files.readAllBytes(file);
    ModelProto parsed = ModelProto.parseFrom(bytes);
    assertThat(parsed.getUnknownFields().asMap()).isEmpty();
    assertThat(parsed.toByteArray()).isEqualTo(bytes);
    return parsed;
  }

  /** What onnx.checker asks of a file: versions, identifiers, single assignment, sizes. */
  private static void check(ModelProto file, Sequential network) {
    assertThat(file.getIrVersion()).isEqualTo(8);
    assertThat(file.getOpsetImportList())
        .singleElement()
        .satisfies(opset -> assertThat(opset.getVersion()).isEqualTo(17));
    GraphProto graph = file.getGraph();
    Set<String> known = new HashSet<>(Set.of(OnnxFile.INPUT));
    long values = 0;
    for (TensorProto tensor : graph.getInitializerList()) {
      assertThat(known.add(tensor.getName())).as(tensor.getName()).isTrue();
      assertThat(tensor.getDataType()).isEqualTo(TensorProto.DataType.FLOAT.getNumber());
      long size = tensor.getDimsList().stream().reduce(1L, Math::multiplyExact);
      assertThat(tensor.getRawData().size()).isEqualTo(4 * size);
      values += size;
    }
    assertThat(values).isEqualTo(network.parameterCount());
    for (NodeProto node : graph.getNodeList()) {
      assertThat(known).containsAll(node.getInputList());
      assertThat(known.add(node.getOutput(0))).as(node.getOutput(0)).isTrue();
      assertThat(node.getAttributeList())
          .extracting(AttributeProto::getType)
          .doesNotContain(AttributeProto.AttributeType.UNDEFINED);
    }
    assertThat(known).contains(OnnxFile.OUTPUT).allMatch(name -> name.matches("[a-z][a-z0-9_]*"));
    assertThat(graph.getInputList()).singleElement().satisfies(v -> check(v, network.inputShape()));
    assertThat(graph.getOutputList())
        .singleElement()
        .satisfies(v -> check(v, network.outputShape()));
  }

  private static void check(ValueInfoProto value, Shape shape) {
    List<Dimension> dims = value.getType().getTensorType().getShape().getDimList();
    assertThat(dims.getFirst().getDimParam()).isEqualTo("batch");
    assertThat(dims.stream().skip(1).map(Dimension::getDimValue)).isEqualTo(dims(shape));
  }

  @Test
  void namesWhatItWrites() throws IOException {
    GraphProto graph =
        parsed(Sequential.of(Shape.of(6, 5, 2), Conv2D.of(3, 3), new Flatten(), Dense.of(4)))
            .getGraph();

    assertThat(graph.getNodeList()).extracting(NodeProto::getOpType)
        .containsExactly("Conv", "Flatten", "Gemm");
    assertThat(graph.getInitializerList())
        .extracting(TensorProto::getName, TensorProto::getDimsList)
        .containsExactly(
            tuple("conv2d_0_weight", List.of(3L, 2L, 3L, 3L)),
            tuple("conv2d_0_bias", List.of(3L)),
            tuple("dense_2_weight", List.of(4L, 36L)),
            tuple("dense_2_bias", List.of(4L)));
  }

  @Test
  void leavesNothingOfDropout() throws IOException {
    List<Layer> layers = List.of(new Dropout(0.5f), Dense.of(2), new Dropout(0.5f));

    assertThat(parsed(Sequential.of(Shape.of(3), layers)).getGraph().getNodeList())
        .extracting(NodeProto::getOpType)
        .containsExactly("Gemm");
  }

  @Test
  void refusesWhatProtocolBuffersCannotHold() {
    Path file = folder.resolve("model.onnx");
    try (Model model = Networks.mnistCnn().initialize(3)) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> OnnxFile.save(model, file, 373_288))
          .withMessageMatching("the ONNX file would have 3\\d{5} bytes, more than the 373288 .*");
    }
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void leavesTheOldFileIfTheModelIsClosed() throws IOException {
    Path file = Files.writeString(folder.resolve("model.onnx"), "old");
    Model model = Networks.small().initialize(8);
    model.close();

    assertThatIllegalStateException().isThrownBy(() -> OnnxFile.save(model, file));
    assertThat(file).hasContent("old");
  }
}
