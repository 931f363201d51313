package dev.lanewise.engine.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import dev.lanewise.engine.infer.Predictor;
import dev.lanewise.engine.init.Initializer;
import dev.lanewise.engine.memory.Memory;
import dev.lanewise.engine.memory.Shape;
import dev.lanewise.engine.model.Conv2D;
import dev.lanewise.engine.model.Dense;
import dev.lanewise.engine.model.Flatten;
import dev.lanewise.engine.model.Layer;
import dev.lanewise.engine.model.MaxPool2D;
import dev.lanewise.engine.model.Model;
import dev.lanewise.engine.model.ReLU;
import dev.lanewise.engine.model.Sequential;
import dev.lanewise.engine.model.Tanh;
import dev.lanewise.engine.testing.Networks;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A state_dict of PyTorch becomes the model that PyTorch has, and the other way round. */
@Tag("once")
class PyTorchFileTest {
  /** As many biases of 6 as a file can confuse. */
  private static final Sequential NETWORK =
      Sequential.of(
          Shape.of(9, 10, 2), convolution(3, 2), new ReLU(), MaxPool2D.of(2), convolution(2, 3),
          new Flatten(), Dense.of(6), new Tanh(), Dense.of(3));

  @TempDir private Path folder;

  private static Conv2D convolution(int height, int width) {
    return new Conv2D(
        6, height, width, 1, 1, 1, 1, false, Initializer.glorotUniform(), Initializer.zeros());
  }

  private record Tensor(String name, List<Long> shape, float[] values) {}

  private Path write(List<Tensor> tensors) throws IOException {
    SafetensorsWriter writer = new SafetensorsWriter();
    for (Tensor tensor : tensors) {
      writer.tensor(tensor.name(), MemorySegment.ofArray(tensor.values()), 0, tensor.shape());
    }
    Path file = folder.resolve("torch.safetensors");
    writer.write(file);
    return file;
  }

  private static Tensor random(SplittableRandom random, String name, long... shape) {
    float[] values = new float[(int) Arrays.stream(shape).reduce(1, (a, b) -> a * b)];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextFloat(-0.5f, 0.5f);
    }
    return new Tensor(name, Arrays.stream(shape).boxed().toList(), values);
  }

  /** The parameters of {@link #NETWORK} as PyTorch lays them out. */
  private static List<Tensor> stateDict(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    return List.of(
        random(random, "0.weight", 6, 2, 3, 2),
        random(random, "0.bias", 6),
        random(random, "3.weight", 6, 6, 2, 3),
        random(random, "3.bias", 6),
        random(random, "5.weight", 6, 6 * 2 * 2),
        random(random, "5.bias", 6),
        random(random, "7.weight", 3, 6),
        random(random, "7.bias", 3));
  }

  @Test
  void computesWhatPyTorchComputes() throws IOException {
    List<Tensor> state = stateDict(1);
    SplittableRandom random = new SplittableRandom(2);
    double[][][] image = new double[2][9][10];
    float[] input = new float[9 * 10 * 2];
    for (int y = 0, i = 0; y < 9; y++) {
      for (int x = 0; x < 10; x++) {
        for (int c = 0; c < 2; c++, i++) {
          input[i] = random.nextFloat(-1, 1);
          image[c][y][x] = input[i];
        }
      }
    }

    double[][][] first = convolution(image, state.get(0), state.get(1));
    double[][][] pooled = new double[6][3][4];
    for (int c = 0; c < 6; c++) {
      for (int y = 0; y < 3; y++) {
        for (int x = 0; x < 4; x++) {
          double[] row = first[c][2 * y];
          double[] next = first[c][2 * y + 1];
          double top = Math.max(row[2 * x], row[2 * x + 1]);
          double bottom = Math.max(next[2 * x], next[2 * x + 1]);
          pooled[c][y][x] = Math.max(0, Math.max(top, bottom)); // ReLU, too
        }
      }
    }
    double[][][] second = convolution(pooled, state.get(2), state.get(3));
    double[] flat = Arrays.stream(second).flatMap(Arrays::stream).flatMapToDouble(Arrays::stream).toArray();
    double[] hidden = Arrays.stream(linear(flat, state.get(4), state.get(5))).map(Math::tanh).toArray();
    double[] expected = linear(hidden, state.get(6), state.get(7));

    float[] actual = new float[3];
    try (Model model = PyTorchFile.load(write(state), NETWORK);
        Predictor predictor = new Predictor(model)) {
      predictor.predict(input, actual);
    }
    for (int i = 0; i < 3; i++) {
      assertThat((double) actual[i]).isCloseTo(expected[i], within(1e-5));
    }
  }

  /** Conv2d of PyTorch as its documentation has it, without padding: [C][H][W], [out][in][h][w]. */
  private static double[][][] convolution(double[][][] image, Tensor weight, Tensor bias) {
    int out = weight.shape().get(0).intValue();
    int in = weight.shape().get(1).intValue();
    int height = weight.shape().get(2).intValue();
    int width = weight.shape().get(3).intValue();
    double[][][] result =
        new double[out][image[0].length - height + 1][image[0][0].length - width + 1];
    for (int o = 0; o < out; o++) {
      for (int y = 0; y < result[o].length; y++) {
        for (int x = 0; x < result[o][y].length; x++) {
          double sum = bias.values()[o];
          for (int tap = 0; tap < in * height * width; tap++) {
            int c = tap / (height * width);
            int i = tap / width % height;
            int j = tap % width;
            sum += image[c][y + i][x + j] * weight.values()[o * in * height * width + tap];
          }
          result[o][y][x] = sum;
        }
      }
    }
    return result;
  }

  /** Linear of PyTorch: {@code x W^T + b} with W [out][in]. */
  private static double[] linear(double[] x, Tensor weight, Tensor bias) {
    double[] result = new double[bias.values().length];
    for (int o = 0; o < result.length; o++) {
      result[o] = bias.values()[o];
      for (int i = 0; i < x.length; i++) {
        result[o] += x[i] * weight.values()[o * x.length + i];
      }
    }
    return result;
  }

  @Test
  void savesAStateDictOfASequential() throws IOException {
    Path file = folder.resolve("model.safetensors");
    try (Model model = NETWORK.initialize(1)) {
      PyTorchFile.save(model, file);
    }
    try (SafetensorsReader reader = SafetensorsReader.open(file)) {
      assertThat(reader.metadata()).containsOnly(Map.entry("format", "pt"));
      assertThat(reader.tensors().stream().map(t -> t.name() + t.shape()))
          .containsExactlyElementsOf(
              stateDict(1).stream().map(t -> t.name() + t.shape()).toList());
    }
  }

  @Test
  void returnsEveryBitOfAnyNetwork() throws IOException {
    long seed = 4;
    SplittableRandom random = new SplittableRandom(seed);
    Path file = folder.resolve("model.safetensors");
    for (int i = 0; i < 200; i++) {
      Sequential network = Networks.random(random);
      try (Model saved = network.initialize(i)) {
        PyTorchFile.save(saved, file);
        try (Model loaded = PyTorchFile.load(file, network)) {
          assertThat(loaded.parameters().mismatch(saved.parameters()))
              .as("seed %s, network %s:%n%s", seed, i, network)
              .isEqualTo(-1);
        }
      }
    }
  }

  @Test
  void keepsTheBitsOfNotANumber() throws IOException {
    Sequential network = Sequential.of(Shape.of(2), Dense.of(2));
    Path file = folder.resolve("model.safetensors");
    try (Model saved = network.initialize(0)) {
      saved.parameters().set(Memory.INT, 4, 0x7F80_1234);
      PyTorchFile.save(saved, file);
      try (Model loaded = PyTorchFile.load(file, network)) {
        assertThat(loaded.parameters().mismatch(saved.parameters())).isEqualTo(-1);
      }
    }
  }

  /** Names of the eight tensors; whatever they are, the model is the same. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "0.weight 0.bias 3.weight 3.bias 5.weight 5.bias 7.weight 7.bias",
        "0.weight 0.bias 3.weight 3.bias 50.weight 50.bias 700.weight 700.bias",
        "conv1.weight conv1.bias conv2.weight conv2.bias fc1.weight fc1.bias fc2.weight fc2.bias",
        "f.0.weight f.0.bias f.3.weight f.3.bias c.1.weight c.1.bias c.3.weight c.3.bias",
        "z/kernel z/beta y/kernel y/beta x/kernel x/beta w/kernel w/beta",
        "conv_w conv_b more_w more_b hidden_w hidden_b out_w out_b",
        "w1 b1 w2 b2 w3 b3 w10 b10",
        "w_1 b_1 w_2 b_2 w_3 b_3 w_10 b_10",
      })
  void findsTheTensorsWhateverTheyAreCalled(String names) throws IOException {
    List<Tensor> state = named(names.split(" ", -1));
    try (Model expected = PyTorchFile.load(write(stateDict(1)), NETWORK)) {
      Random random = new Random(6);
      for (int i = 0; i < 20; i++) {
        // As safetensors sorts them at first, then in the network's order.
        List<Tensor> order = new ArrayList<>(state);
        if (i == 0) {
          order.sort((a, b) -> a.name().compareTo(b.name()));
        }
        if (i > 1 && state.get(0).name().endsWith("weight")) {
          Collections.shuffle(order, random); // names alone suffice
        }
        try (Model model = PyTorchFile.load(write(order), NETWORK)) {
          assertThat(model.parametersSha256()).isEqualTo(expected.parametersSha256());
        }
      }
    }
  }

  @Test
  void takesNeighboursForAPairWhereNamesSayNothing() throws IOException {
    for (String names : List.of("a b c d e f g h", "h g f e d c b a", "x p y q z r 7 s")) {
      List<Tensor> state = named(names.split(" ", -1));
      try (Model expected = PyTorchFile.load(write(stateDict(1)), NETWORK);
          Model model = PyTorchFile.load(write(state), NETWORK)) {
        assertThat(model.parametersSha256()).isEqualTo(expected.parametersSha256());
      }
    }
  }

  private static List<Tensor> named(String... names) {
    List<Tensor> state = stateDict(1);
    List<Tensor> named = new ArrayList<>();
    for (int i = 0; i < state.size(); i++) {
      named.add(new Tensor(names[i], state.get(i).shape(), state.get(i).values()));
    }
    return named;
  }

  /** Four equal layers, as the file has them, and which of them is the first, second and so on. */
  @ParameterizedTest
  @CsvSource({
    "1 2 3 10, 0 1 2 3",
    "1 10 2 3, 0 2 3 1",
    "block1.fc block10.fc block2.fc block3.fc, 0 2 3 1",
    "002 010 1 3, 2 0 3 1",
    "2.1 2.2 10.1 10.2, 0 1 2 3",
    "in middle last out, 0 1 2 3",
  })
  void ordersEqualLayersByNumberOrElseAsInTheFile(String names, String order) throws IOException {
    Sequential network = Sequential.of(Shape.of(4), Collections.nCopies(4, (Layer) Dense.of(4)));
    try (Model model = PyTorchFile.load(write(equalLayers(names)), network)) {
      String[] places = order.split(" ", -1);
      for (int i = 0; i < 4; i++) {
        long bias = network.parameters().get(2 * i + 1).offset();
        assertThat(Memory.get(model.parameters(), bias))
            .as("layer %s", i)
            .isEqualTo(Float.parseFloat(places[i]));
      }
    }
  }

  /** Each layer's bias tells its place in the file. */
  private static List<Tensor> equalLayers(String names) {
    List<Tensor> tensors = new ArrayList<>();
    for (String name : names.split(" ", -1)) {
      float[] bias = new float[4];
      Arrays.fill(bias, tensors.size() / 2f);
      tensors.add(new Tensor(name + ".bias", List.of(4L), bias));
      tensors.add(new Tensor(name + ".weight", List.of(4L, 4L), new float[16]));
    }
    return tensors;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "alpha beta delta gamma", // sorted, as safetensors does with any names
        "1 3 2 4", // not sorted, and against the numbers
        "decoder.1 decoder.2 encoder.1 encoder.2",
      })
  void refusesEqualLayersWithoutAnOrder(String names) throws IOException {
    Sequential network = Sequential.of(Shape.of(4), Collections.nCopies(4, (Layer) Dense.of(4)));
    Path file = write(equalLayers(names));

    assertThatExceptionOfType(ModelFormatException.class)
        .isThrownBy(() -> PyTorchFile.load(file, network))
        .withMessage(
            "%s: tensors \"%s\", ...: of equal shapes [[4, 4], [4]], and it is not clear in which"
                + " order; number them in that of the network",
            file, String.join("\", \"", Arrays.copyOf(names.split(" ", -1), 3)));
  }

  /** A change of one tensor's shape, or its removal, and what is said of it. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "5.weight | 6 30 | tensor \"5.weight\": its shape is [6, 30], what the network still needs"
            + " is 5.weight [6, 24]",
        "5.weight | 24 6 | tensor \"5.weight\": its shape is [24, 6], what the network still needs"
            + " is 5.weight [6, 24]",
        "0.weight | 3 3 2 6 | tensor \"0.weight\": its shape is [3, 3, 2, 6], what the network still"
            + " needs is 0.weight [6, 2, 3, 2]",
        "7.bias | 6 | tensor \"7.bias\": its shape is [6], what the network still needs is 7.bias [3]",
        "7.bias | | tensors: there is none left for the network's 7.bias [3]",
        "8.bias | 3 | tensor \"8.bias\": the network has no tensor left of its shape [3]",
        "scale | 1 | tensor \"scale\": the network has no tensor left of its shape [1]",
      })
  void refusesOtherShapes(String name, String shape, String fault) throws IOException {
    List<Tensor> state = new ArrayList<>(stateDict(1));
    state.removeIf(tensor -> tensor.name().equals(name));
    if (shape != null) {
      long[] dims = Arrays.stream(shape.split(" ", -1)).mapToLong(Long::parseLong).toArray();
      state.add(random(new SplittableRandom(1), name, dims));
    }
    Path file = write(state);

    assertThatExceptionOfType(ModelFormatException.class)
        .isThrownBy(() -> PyTorchFile.load(file, NETWORK))
        .withMessage(file + ": " + fault);
  }

  @Test
  void refusesAFileOfTheEnginesOwnLayout() throws IOException {
    Path file = folder.resolve("model.safetensors");
    try (Model model = NETWORK.initialize(1)) {
      ModelFile.save(model, file);
    }
    assertThatExceptionOfType(ModelFormatException.class)
        .isThrownBy(() -> PyTorchFile.load(file, NETWORK))
        .withMessageContaining("the file has the engine's own layout");
  }

  @Test
  void refusesHalfPrecision() throws IOException {
    Path file =
        RawFile.write(
            folder,
            RawFile.of("{\"w\":{\"dtype\":\"F16\",\"shape\":[4],\"data_offsets\":[0,8]}}", 8));

    assertThatExceptionOfType(ModelFormatException.class)
        .isThrownBy(() -> PyTorchFile.load(file, NETWORK))
        .withMessage(file + ": tensor \"w\": its dtype is \"F16\"; only F32 is supported");
  }

  @Test
  void neverLoadsARandomMixtureWithoutSayingSo() throws IOException {
    long seed = 9;
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < 500; i++) {
      List<Tensor> state = new ArrayList<>();
      for (int j = random.nextInt(12); j > 0; j--) {
        Tensor tensor = stateDict(1).get(random.nextInt(8));
        String name = Integer.toString(random.nextInt(30), 30) + (random.nextBoolean() ? ".w" : "");
        if (state.stream().noneMatch(other -> other.name().equals(name))) {
          state.add(new Tensor(name, tensor.shape(), tensor.values()));
        }
      }
      Path file = write(state);
      assertThatExceptionOfType(ModelFormatException.class)
          .as("seed %s, file %s", seed, i)
          .isThrownBy(() -> PyTorchFile.load(file, NETWORK).close());
    }
  }

  @Test
  void leavesTheOldFileIfTheModelIsClosed() throws IOException {
    Path file = Files.writeString(folder.resolve("model.safetensors"), "old");
    Model model = NETWORK.initialize(8);
    model.close();

    assertThatIllegalStateException()
        .isThrownBy(() -> PyTorchFile.save(model, file));
    assertThat(file).hasContent("old");
  }
}
