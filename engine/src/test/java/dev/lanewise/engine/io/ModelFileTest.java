package dev.lanewise.engine.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import com.sun.management.ThreadMXBean;
import dev.lanewise.engine.memory.Memory;
import dev.lanewise.engine.memory.Shape;
import dev.lanewise.engine.model.Conv2D;
import dev.lanewise.engine.model.Dense;
import dev.lanewise.engine.model.Dropout;
import dev.lanewise.engine.model.Flatten;
import dev.lanewise.engine.model.Layer;
import dev.lanewise.engine.model.LeakyReLU;
import dev.lanewise.engine.model.MaxPool2D;
import dev.lanewise.engine.model.Model;
import dev.lanewise.engine.model.ReLU;
import dev.lanewise.engine.model.Sequential;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A saved model is the same model when it is loaded; a file that is none is refused. */
@Tag("once")
class ModelFileTest {
  private static final Sequential NETWORK =
      Sequential.of(
          Shape.of(6, 5, 1), Conv2D.of(3, 3), new ReLU(), new Flatten(), Dense.of(4), Dense.of(2));

  @TempDir private Path folder;
  private Path file;

  @BeforeEach
  void aModelFile() throws IOException {
    file = folder.resolve("model.safetensors");
    try (Model model = NETWORK.initialize(7)) {
      ModelFile.save(model, file);
    }
  }

  @Test
  void loadsTheModelThatWasSaved() throws IOException {
    Sequential network =
        Sequential.of(
            Shape.of(28, 28, 3),
            Conv2D.of(5, 3).stride(2, 1).dilation(1, 2).padSame(),
            new LeakyReLU(0.01f),
            MaxPool2D.of(2),
            new Dropout(0.25f),
            new Flatten(),
            Dense.of(7));
    try (Model saved = network.initialize(1)) {
      Memory.set(saved.parameters(), 0, -0.0f);
      Memory.set(saved.parameters(), 1, Float.NEGATIVE_INFINITY);
      saved.parameters().set(Memory.INT, 2 * Float.BYTES, 0x7F80_1234); // a signalling NaN
      ModelFile.save(saved, file);

      try (Model loaded = ModelFile.load(file)) {
        assertThat(loaded.network()).isEqualTo(network);
        // With the padding: a loaded model's is zero, as that of a new one.
        assertThat(loaded.parameters().mismatch(saved.parameters())).isEqualTo(-1);
      }
    }
  }

  @Test
  void namesAndShapesTheTensorsAsTheNetworkDoes() throws IOException {
    try (SafetensorsReader reader = SafetensorsReader.open(file);
        Model model = ModelFile.load(file)) {
      assertThat(reader.tensors())
          .containsExactly(
              new TensorInfo("0.conv2d.weight", List.of(3L, 3L, 1L, 3L), 0, 27),
              new TensorInfo("0.conv2d.bias", List.of(3L), 108, 3),
              new TensorInfo("3.dense.weight", List.of(36L, 4L), 120, 144),
              new TensorInfo("3.dense.bias", List.of(4L), 696, 4),
              new TensorInfo("4.dense.weight", List.of(4L, 2L), 712, 8),
              new TensorInfo("4.dense.bias", List.of(2L), 744, 2));
      // The data is the parameters in order, without padding, little-endian.
      assertThat(RawFile.sha256(RawFile.data(Files.readAllBytes(file))))
          .isEqualTo(model.parametersSha256());
    }
  }

  @Test
  void keepsMetadataOfTheUser() throws IOException {
    try (Model model = NETWORK.initialize(7)) {
      ModelFile.save(model, file, Map.of("optimizer", "adam", "größe", "漢字 😀\n"));
    }

    assertThat(ModelFile.metadata(file))
        .isEqualTo(
            Map.of(
                "optimizer", "adam",
                "größe", "漢字 😀\n",
                "lanewise.format", "1",
                "lanewise.network", NETWORK.describe()));
    ModelFile.load(file).close();
  }

  @Test
  void refusesMetadataThatIsTheEnginesOrTooLong() {
    try (Model model = NETWORK.initialize(7)) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> ModelFile.save(model, file, Map.of("lanewise.format", "2")))
          .withMessageContaining("reserved");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> ModelFile.save(model, file, Map.of("x", "x".repeat(1 << 24))))
          .withMessageContaining("more than the 16777216 allowed");
    }
  }

  @Test
  void replacesAnOlderFile() throws IOException {
    try (Model model = NETWORK.initialize(8)) {
      ModelFile.save(model, file);
      try (Model loaded = ModelFile.load(file)) {
        assertThat(loaded.parametersSha256()).isEqualTo(model.parametersSha256());
      }
    }
    assertThat(folder).isDirectoryNotContaining("glob:**.tmp");
  }

  @Test
  void leavesTheOldFileIfTheModelIsClosed() throws IOException {
    byte[] before = Files.readAllBytes(file);
    Model model = NETWORK.initialize(8);
    model.close();

    assertThatIllegalStateException().isThrownBy(() -> ModelFile.save(model, file));
    assertThat(file).hasBinaryContent(before);
  }

  @Test
  void saysThatAFileIsMissing() {
    assertThatExceptionOfType(NoSuchFileException.class)
        .isThrownBy(() -> ModelFile.load(Path.of("no-such-model.safetensors")))
        .withMessage("no-such-model.safetensors: no such file");
  }

  @Test
  void handlesNetworksOfManyTensors() throws IOException {
    List<Layer> layers = new ArrayList<>();
    for (int i = 0; i < 2_000; i++) {
      layers.add(Dense.of(1 + i % 3));
    }
    Sequential network = Sequential.of(Shape.of(4), layers);
    try (Model saved = network.initialize(3)) {
      ModelFile.save(saved, file);
      try (Model loaded = ModelFile.load(file)) {
        assertThat(loaded.network().parameters()).hasSize(4_000);
        assertThat(loaded.parametersSha256()).isEqualTo(saved.parametersSha256());
      }
    }
  }

  @Test
  void takesHardlyAnyHeapWhateverTheSizeOfTheModel() throws IOException {
    Sequential network = Sequential.of(Shape.of(1_500), Dense.of(1_500)); // 9 MB
    try (Model model = Model.zeros(network)) {
      ModelFile.save(model, file);
      ModelFile.load(file).close(); // so that no class is loaded below

      ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
      long before = threads.getCurrentThreadAllocatedBytes();
      ModelFile.save(model, file);
      ModelFile.load(file).close();

      assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(200_000);
    }
  }

  /** Changes of the header (' stands for "), and what is said of them. */
  @ParameterizedTest(name = "{2}: {3}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'lanewise.format':'1' | 'lanewise.format':'2' | metadata lanewise.format"
            + " | the file has format version 2, this engine reads up to 1;"
            + " a newer engine reads it",
        "'lanewise.format':'1' | 'lanewise.format':'1.0' | metadata lanewise.format"
            + " | \"1.0\" is not a version",
        "'lanewise.format':'1' | 'format':'pt' | metadata"
            + " | lanewise.format is missing; the file was not written by this engine",
        "'lanewise.network' | 'network' | metadata"
            + " | lanewise.network is missing; the file was not written by this engine",
        "0.conv2d.weight | conv1.weight | tensor 0.conv2d.weight | missing, but the network has it",
        "\\nflatten | \\nflat | metadata lanewise.network"
            + " | not a layer: flat",
        "filters=3 | filters=4 | tensor 0.conv2d.weight"
            + " | its shape is [3, 3, 1, 3], the network says [3, 3, 1, 4]",
        "[36,4] | [4,36] | tensor 3.dense.weight"
            + " | its shape is [4, 36], the network says [36, 4]",
        "\\ndense units=2' | ' | tensor \"4.dense.bias\" | the network has no such tensor",
        "units=2' | units=1999999999' | metadata lanewise.network"
            + " | layer 4: dense takes and gives at most 8,388,592 values, not 4 and 1,999,999,999",
        "units=2' | units=7999999' | tensor 4.dense.weight"
            + " | its shape is [4, 2], the network says [4, 7999999]",
        "units=2' | units=99999999999' | metadata lanewise.network"
            + " | not a layer: dense units=99999999999",
      })
  void refusesFilesThatContradictThemselves(String from, String to, String place, String fault)
      throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    String header = RawFile.header(bytes);
    String changed = header.replace(from.replace('\'', '"'), to.replace('\'', '"'));
    assertThat(changed).isNotEqualTo(header);
    RawFile.write(folder, RawFile.withHeader(bytes, changed));

    assertThatExceptionOfType(ModelFormatException.class)
        .isThrownBy(() -> ModelFile.load(file))
        .withMessageStartingWith(file + ": " + place + ": " + fault);
  }

  @Test
  void refusesNetworksWithoutEnd() throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    String header = RawFile.header(bytes).replace("\\nrelu", "\\nrelu".repeat(300_000));
    RawFile.write(folder, RawFile.withHeader(bytes, header));

    assertThatExceptionOfType(ModelFormatException.class)
        .isThrownBy(() -> ModelFile.load(file))
        .withMessageContaining("metadata lanewise.network: 15")
        .withMessageContaining("characters, more than the 1000000 allowed");
  }

  @Test
  void refusesHeadersOfMoreThan16MiBEvenIfTheyAreThere() throws IOException {
    RawFile.write(folder, RawFile.of("{}" + " ".repeat(1 << 24), 0));
    String fault = file + ": byte 0 (header length): 16777218 bytes, more than the 16777216 allowed";

    assertThatExceptionOfType(ModelFormatException.class)
        .isThrownBy(() -> ModelFile.load(file))
        .withMessage(fault);
    assertThatExceptionOfType(ModelFormatException.class)
        .isThrownBy(() -> ModelFile.metadata(file))
        .withMessage(fault);
    assertThatExceptionOfType(ModelFormatException.class)
        .isThrownBy(() -> PyTorchFile.load(file, NETWORK))
        .withMessage(fault);
  }
}
