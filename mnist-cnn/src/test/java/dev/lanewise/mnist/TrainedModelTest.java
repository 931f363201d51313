package dev.lanewise.mnist;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.lanewise.engine.infer.Predictor;
import dev.lanewise.engine.io.ModelFile;
import dev.lanewise.engine.io.SafetensorsReader;
import dev.lanewise.engine.io.SafetensorsWriter;
import dev.lanewise.engine.io.TensorInfo;
import dev.lanewise.engine.memory.Shape;
import dev.lanewise.engine.model.Dense;
import dev.lanewise.engine.model.Flatten;
import dev.lanewise.engine.model.Model;
import dev.lanewise.engine.model.Sequential;
import dev.lanewise.mnist.data.ImageData;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The commands that work with a trained model, on one that was trained on MNIST for a moment. */
class TrainedModelTest {
  private static final int BATCH = 100;
  private static final int INPUTS = 28 * 28;
  private static final int CLASSES = 10;

  @TempDir private static Path trained;
  private static Path model;

  @TempDir private Path dir;

  @BeforeAll
  static void train() {
    App.Outcome outcome =
        App.run("--optimizers", "adam", "--epochs", "1", "--limit", "6000", "--output", trained.toString());
    assertThat(outcome.exitCode()).as(outcome.err()).isZero();
    model = trained.resolve("adam-0.safetensors");
  }

  private static App.Outcome done(Object... args) {
    String[] words = new String[args.length];
    for (int i = 0; i < args.length; i++) {
      words[i] = args[i].toString();
    }
    App.Outcome outcome = App.run(words);
    assertThat(outcome.exitCode()).as(outcome.err()).isZero();
    assertThat(outcome.err()).isEmpty();
    return outcome;
  }

  @Test
  void evaluatePrintsWhatTheComparisonMeasured() throws IOException {
    JsonObject results =
        JsonParser.parseString(Files.readString(trained.resolve("results.json"))).getAsJsonObject();
    JsonObject run = results.getAsJsonArray("runs").get(0).getAsJsonObject();

    assertThat(done("evaluate", model).out())
        .isEqualToNormalizingNewlines(
            String.format(
                Locale.ROOT,
                "%s: 93,322 parameters%nMNIST: 10,000 test images, accuracy %.2f %%, loss %.4f%n",
                model,
                100 * run.get("testAccuracy").getAsDouble(),
                run.get("testLoss").getAsDouble()));
  }

  @Test
  void onnxRuntimeGivesTheSameLogitsForEveryTestImage() throws IOException, OrtException {
    Path file = dir.resolve("digits.onnx");
    assertThat(done("export", model, file).out())
        .isEqualToIgnoringNewLines(file + ": 93,322 parameters, for onnx");

    ImageData images = ImageData.bundled();
    float[] input = new float[BATCH * INPUTS];
    float[] expected = new float[BATCH * CLASSES];
    float[] actual = new float[BATCH * CLASSES];
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    try (Model loaded = ModelFile.load(model);
        Predictor predictor = new Predictor(loaded, BATCH);
        OrtSession.SessionOptions options = new OrtSession.SessionOptions();
        OrtSession session = environment.createSession(file.toString(), options)) {
      for (int first = 0; first < images.testCount(); first += BATCH) {
        for (int i = 0; i < input.length; i++) {
          input[i] = (images.testImages()[first * INPUTS + i] & 0xFF) / 255f;
        }
        predictor.predict(input, expected, BATCH);
        try (OnnxTensor tensor =
                OnnxTensor.createTensor(
                    environment, FloatBuffer.wrap(input), new long[] {BATCH, 1, 28, 28});
            OrtSession.Result result = session.run(Map.of("input", tensor))) {
          ((OnnxTensor) result.get("output").orElseThrow()).getFloatBuffer().get(actual);
        }
        for (int i = 0; i < expected.length; i++) {
          // Logits reach 20 and more, where floats are 2e-6 apart.
          double allowed = 1e-5 * Math.max(1, Math.abs(expected[i]));
          assertThat(Math.abs(actual[i] - expected[i]))
              .as("image %s: %s and %s", first + i / CLASSES, actual[i], expected[i])
              .isLessThanOrEqualTo((float) allowed);
        }
      }
    }
  }

  @Test
  void aModelGoesToPyTorchAndComesBackWithEveryBit() throws IOException {
    Path torch = dir.resolve("torch.safetensors");
    Path back = dir.resolve("back.safetensors");
    done("export", model, torch, "--to", "pytorch");
    done("export", torch, back, "--from", "pytorch", "--to", "lanewise");

    assertThat(back).hasSameBinaryContentAs(model);
    assertThat(torch.toFile()).isNotEqualTo(model.toFile());
  }

  @Test
  void evaluateTakesAStateDictUnderTheNamesOfAPyTorchModule() throws IOException {
    Path torch = dir.resolve("torch.safetensors");
    done("export", model, torch, "--to", "pytorch");
    Path renamed = renamed(torch);

    String measured = done("evaluate", model).out().lines().toList().get(1);
    assertThat(done("evaluate", renamed, "--from", "pytorch").out().lines().toList().get(1))
        .isEqualTo(measured);
  }

  /** The same tensors as the usual class with named modules has them, sorted as safetensors does. */
  private Path renamed(Path torch) throws IOException {
    Map<String, String> modules =
        Map.of("0", "features.conv1", "3", "features.conv2", "6", "features.conv3", "9", "classifier.fc1",
            "11", "classifier.fc2");
    SafetensorsWriter writer = new SafetensorsWriter();
    try (SafetensorsReader reader = SafetensorsReader.open(torch)) {
      record Named(String name, TensorInfo tensor) {}
      List<Named> tensors =
          reader.tensors().stream()
              .map(t -> new Named(modules.get(t.name().split("\\.", 2)[0]) + "." + t.name().split("\\.", 2)[1], t))
              .sorted(Comparator.comparing(Named::name))
              .toList();
      for (Named named : tensors) {
        MemorySegment values = MemorySegment.ofArray(new float[(int) named.tensor().elements()]);
        reader.read(named.tensor().name(), values, 0);
        writer.tensor(named.name(), values, 0, named.tensor().shape());
      }
    }
    Path renamed = dir.resolve("renamed.safetensors");
    writer.write(renamed);
    return renamed;
  }

  @Test
  void aFileIsReplacedOnlyByForce() throws IOException {
    Path file = Files.writeString(dir.resolve("digits.onnx"), "old");

    App.Outcome refused = App.run("export", model.toString(), file.toString());
    assertThat(refused.exitCode()).isEqualTo(2);
    assertThat(refused.err()).isEqualToIgnoringNewLines("mnist-cnn: " + file + " exists; --force replaces it");
    assertThat(file).hasContent("old");

    done("export", "--force", model, file);
    assertThat(Files.size(file)).isGreaterThan(93_322 * 4);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "evaluate                                 | 2 | Missing required parameter: 'MODEL'",
        "evaluate DIR/none.safetensors            | 2 | none.safetensors: no such file",
        "evaluate DIR                             | 2 | not a regular file",
        "evaluate MODEL --from keras              | 2 | 'keras' is not one of lanewise, pytorch",
        "evaluate MODEL --from pytorch            | 2 | a model file of this application; leave out --from",
        "evaluate MODEL --data DIR/none           | 2 | no such directory",
        "evaluate MODEL MODEL                     | 2 | unexpected argument",
        "evaluate MODEL --frm pytorch             | 2 | did you mean --from?",
        "--epochs 1 evaluate MODEL                | 2 | options belong behind the command 'evaluate'",
        "evalute MODEL                            | 2 | did you mean evaluate?",
        "export MODEL                             | 2 | Missing required parameter: 'FILE'",
        "export DIR/none DIR/x.onnx               | 2 | none: no such file",
        "export MODEL DIR/x.safetensors           | 2 | Say --to pytorch",
        "export MODEL DIR/x.onnx --to pytorch     | 2 | has the name of an ONNX file, and --to says pytorch",
        "export MODEL DIR/x.onnx --to keras       | 2 | 'keras' is not one of onnx, pytorch, lanewise",
        "export MODEL DIR --to onnx --force       | 2 | is a directory",
        "export MODEL DIR/none/x.onnx             | 1 | there is no folder",
        "export --force                           | 2 | Missing required parameters: 'MODEL', 'FILE'",
      })
  void refusesWithOneLineAndWritesNothing(String args, int exitCode, String message) {
    String[] words =
        args.strip().replace("MODEL", model.toString()).replace("DIR", dir.toString()).split(" ");

    App.Outcome outcome = App.run(words);

    assertThat(outcome.err()).startsWith("mnist-cnn: ").contains(message).hasLineCount(1);
    assertThat(outcome.exitCode()).isEqualTo(exitCode);
    assertThat(outcome.out()).isEmpty();
    assertThat(dir).isEmptyDirectory();
  }

  @Test
  void refusesFilesThatAreNotTheNetworks() throws IOException {
    Path other = dir.resolve("other.safetensors");
    new SafetensorsWriter()
        .tensor("fc.weight", MemorySegment.ofArray(new float[20]), 0, List.of(10L, 2L))
        .write(other);

    assertThat(App.run("evaluate", other.toString()).err())
        .isEqualToIgnoringNewLines(
            "mnist-cnn: " + other + ": not written by this application; if PyTorch wrote it, say --from pytorch");
    assertThat(App.run("evaluate", other.toString(), "--from", "pytorch").err())
        .isEqualToIgnoringNewLines(
            "mnist-cnn: " + other + ": tensor \"fc.weight\": its shape is [10, 2], what the network"
                + " still needs is 0.weight [32, 1, 3, 3], 0.bias [32], 3.weight [64, 32, 3, 3], ...");
  }

  @Test
  void refusesImagesThatTheNetworkDoesNotTake() throws IOException {
    IdxFiles.write(dir.resolve("data"), 20, 5, 18, 18, 3);

    App.Outcome outcome =
        App.run("evaluate", model.toString(), "--data", dir.resolve("data").toString());
    assertThat(outcome.exitCode()).isEqualTo(2);
    assertThat(outcome.err())
        .isEqualToIgnoringNewLines(
            "mnist-cnn: " + model + ": its network makes 10 of 28x28x1, the images need 3 of 18x18x1");
  }

  @Test
  void evaluatesAnyNetworkThatFitsTheImages() throws IOException {
    Path file = dir.resolve("small.safetensors");
    Sequential network = Sequential.of(Shape.of(28, 28, 1), new Flatten(), Dense.of(10));
    try (Model small = Model.zeros(network)) {
      ModelFile.save(small, file);
    }

    assertThat(done("evaluate", file).out()) // ln 10, and the share of zeros
        .contains("7,850 parameters", "10,000 test images, accuracy 9.80 %, loss 2.3026");
  }

  @ParameterizedTest
  @ValueSource(strings = {"evaluate", "export"})
  void helpFitsATerminal(String command) {
    App.Outcome outcome = App.run(command, "--help");

    assertThat(outcome.exitCode()).isZero();
    assertThat(outcome.out()).contains("--from=lanewise|pytorch", "Exit codes:");
    assertThat(outcome.out().lines()).allMatch(line -> line.length() <= 80);
  }
}
