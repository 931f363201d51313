package dev.lanewise.engine.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.lanewise.engine.memory.Memory;
import dev.lanewise.engine.memory.Shape;
import dev.lanewise.engine.model.Dense;
import dev.lanewise.engine.model.Model;
import dev.lanewise.engine.model.ReLU;
import dev.lanewise.engine.model.Sequential;
import dev.lanewise.engine.optim.Clipping;
import dev.lanewise.engine.optim.Optimizer;
import dev.lanewise.engine.optim.Schedule;
import dev.lanewise.engine.train.Dataset;
import dev.lanewise.engine.train.ResumeException;
import dev.lanewise.engine.train.Trainer;
import dev.lanewise.engine.train.TrainerBuilder;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is kept, what is refused, and what the messages say. */
@Tag("once")
class CheckpointsTest {
  private static final Sequential NET = Sequential.of(Shape.of(2), Dense.of(8), new ReLU(), Dense.of(2));

  @TempDir private Path folder;

  private static Dataset data(int seed) {
    float[] points = new float[80];
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < points.length; i++) {
      points[i] = (float) random.nextDouble();
    }
    int[] labels = new int[40];
    Arrays.setAll(labels, i -> points[2 * i] > points[2 * i + 1] ? 1 : 0);
    return Dataset.of(points, labels, Shape.of(2));
  }

  private static TrainerBuilder builder(Model model, Optimizer optimizer) {
    return Trainer.builder(model, optimizer).batchSize(10).threads(1);
  }

  /** Trains one epoch of four steps with a checkpoint after each. */
  private String train() throws IOException {
    return train(NET, Optimizer.byName("adam"), b -> b, 1, 1);
  }

  private String train(
      Sequential network, Optimizer optimizer, UnaryOperator<TrainerBuilder> change, int dataSeed, int epochs)
      throws IOException {
    try (Dataset data = data(dataSeed);
        Model model = network.initialize(3);
        Checkpoints checkpoints = Checkpoints.open(folder);
        Trainer trainer = change.apply(builder(model, optimizer)).checkpoints(checkpoints::save, 1).build()) {
      checkpoints.resume(trainer);
      trainer.fit(data, null, epochs);
      return model.parametersSha256();
    }
  }

  private List<String> files() throws IOException {
    try (var files = Files.list(folder)) {
      return files.map(f -> f.getFileName().toString()).filter(f -> !f.equals(".lock")).sorted().toList();
    }
  }

  private Path checkpoint(int step) {
    return folder.resolve("checkpoint-" + step + ".safetensors");
  }

  private Checkpoints.Resumption resume() throws IOException {
    try (Model model = NET.initialize(3);
        Checkpoints checkpoints = Checkpoints.open(folder);
        Trainer trainer = builder(model, Optimizer.byName("adam")).build()) {
      return checkpoints.resume(trainer);
    }
  }

  @Test
  @DisplayName("the last two checkpoints are kept, and nothing else")
  void keepsTwo() throws IOException {
    train();

    assertThat(files()).containsExactly("checkpoint-3.safetensors", "checkpoint-4.safetensors");
  }

  @Test
  @DisplayName("a damaged checkpoint is refused wherever a bit is wrong, and the one before it is used")
  void usesThePreviousOne() throws IOException {
    train();
    byte[] good = Files.readAllBytes(checkpoint(4));
    SplittableRandom random = new SplittableRandom(4);
    for (int i = 0; i < 200; i++) {
      byte[] bad = good.clone();
      int at = i < 12 ? i : random.nextInt(good.length);
      bad[at] ^= (byte) (1 << random.nextInt(8));
      Files.write(checkpoint(4), bad);

      Checkpoints.Resumption resumption = resume();

      assertThat(resumption.file()).as("byte %s", at).isEqualTo(checkpoint(3));
      assertThat(resumption.refused()).hasSize(1).first().isInstanceOf(ModelFormatException.class);
      assertThat(resumption.refused().getFirst()).hasMessageStartingWith(checkpoint(4) + ": ");
      assertThat(files()).containsExactly("checkpoint-3.safetensors", "checkpoint-4.safetensors.damaged");
    }
  }

  @Test
  @DisplayName("a checkpoint that ends early or is full of zeros, as after a power cut, is refused")
  void refusesWhatAPowerCutLeaves() throws IOException {
    train();
    byte[] good = Files.readAllBytes(checkpoint(4));
    for (int length = 0; length < good.length; length += 37) {
      Files.write(checkpoint(4), Arrays.copyOf(good, length));
      assertThat(resume().file()).as("%s bytes", length).isEqualTo(checkpoint(3));

      Files.write(checkpoint(4), Arrays.copyOf(Arrays.copyOf(good, length), good.length));
      assertThat(resume().file()).as("%s bytes and zeros", length).isEqualTo(checkpoint(3));
    }
  }

  @Test
  @DisplayName("training on from the previous checkpoint comes to the same bits")
  void sameBitsFromThePreviousOne() throws IOException {
    String expected = train();
    byte[] bytes = Files.readAllBytes(checkpoint(4));
    bytes[bytes.length - 100] ^= 1;
    Files.write(checkpoint(4), bytes);

    assertThat(train()).isEqualTo(expected);
  }

  @Test
  @DisplayName("without any good checkpoint resuming is refused, with the fault and the place of each")
  void noneIsGood() throws IOException {
    train();
    byte[] bytes = Files.readAllBytes(checkpoint(4));
    bytes[bytes.length - 1] ^= 1;
    Files.write(checkpoint(4), bytes);
    Files.write(checkpoint(3), new byte[3]);

    assertThatExceptionOfType(ModelFormatException.class)
        .isThrownBy(this::resume)
        .withMessageStartingWith(checkpoint(4) + ": bytes 0 to " + (bytes.length - 32) + ": the file is damaged")
        .satisfies(e -> assertThat(e.getSuppressed()[0]).hasMessageStartingWith(checkpoint(3) + ": byte 0: "));
    assertThat(files()).hasSize(2);
  }

  @Test
  @DisplayName("other files of the format, and other versions, are refused by name")
  void refusesForeignFiles() throws IOException {
    try (Model model = NET.initialize(0)) {
      ModelFile.save(model, checkpoint(4));
    }
    assertThatExceptionOfType(ModelFormatException.class)
        .isThrownBy(this::resume)
        .withMessageContaining("lanewise.checkpoint is missing; it is not a checkpoint");

    new SafetensorsWriter().metadata("lanewise.checkpoint", "2").withChecksum().write(checkpoint(4));
    assertThatExceptionOfType(ModelFormatException.class)
        .isThrownBy(this::resume)
        .withMessageContaining("format version \"2\"; this engine reads version 1");

    new SafetensorsWriter().metadata("lanewise.checkpoint", "1").write(checkpoint(4));
    assertThatExceptionOfType(ModelFormatException.class)
        .isThrownBy(this::resume)
        .withMessageContaining("is not the checksum");

    new SafetensorsWriter().metadata("lanewise.checkpoint", "1").withChecksum().write(checkpoint(4));
    assertThatExceptionOfType(ModelFormatException.class)
        .isThrownBy(this::resume)
        .withMessageContaining("metadata: steps is missing");
  }

  @Test
  @DisplayName("another training is refused, and the message names the difference")
  void refusesOtherSettings() throws IOException {
    train();
    Optimizer adam = Optimizer.byName("adam");
    Sequential wider = Sequential.of(Shape.of(2), Dense.of(9), new ReLU(), Dense.of(2));

    refused(wider, adam, b -> b, 1, "the network was with \"", "units=8", "units=9");
    refused(NET, Optimizer.byName("sgd"), b -> b, 1, "the optimizer was adam", "now it is sgd");
    refused(NET, adam.withLearningRate(0.5), b -> b, 1, "the optimizer was", "learning_rate=0.5");
    refused(NET, adam.withSchedule(Schedule.cosine(9)), b -> b, 1, "the schedule was ConstantRate", "CosineDecay");
    refused(NET, adam.withClipping(Clipping.byValue(1)), b -> b, 1, "the optimizer was");
    refused(NET, adam, b -> b.batchSize(11), 1, checkpoint(4) + ": it is another training: the batch size was 10, now it is 11");
    refused(NET, adam, b -> b.seed(5), 1, "the seed was 0, now it is 5");
    refused(NET, adam, b -> b.shuffle(false), 1, "the shuffling was true, now it is false");
    refused(NET, adam, b -> b, 2, "the training data was 40 samples of 2, SHA-256 ");
    assertThat(files()).containsExactly("checkpoint-3.safetensors", "checkpoint-4.safetensors");
  }

  @Test
  @DisplayName("a state that the schedule cannot have is refused before a parameter is touched")
  void refusesTheStateOfASchedule() throws IOException {
    train();
    Files.delete(checkpoint(3));
    rewrite(checkpoint(4), "schedule", "1.0 2.0", "");

    try (Model model = NET.initialize(3);
        Checkpoints checkpoints = Checkpoints.open(folder);
        Trainer trainer = builder(model, Optimizer.byName("adam")).build()) {
      String before = model.parametersSha256();

      assertThatExceptionOfType(ModelFormatException.class)
          .isThrownBy(() -> checkpoints.resume(trainer))
          .withMessageStartingWith(checkpoint(4) + ": metadata schedule: ");
      assertThat(model.parametersSha256()).isEqualTo(before);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"parameters", "slots"})
  @DisplayName("a tensor of another size is refused before a parameter is touched")
  void refusesTensorsOfAnotherSize(String tensor) throws IOException {
    train();
    Files.delete(checkpoint(3));
    rewrite(checkpoint(4), "", "", tensor);

    try (Model model = NET.initialize(3);
        Checkpoints checkpoints = Checkpoints.open(folder);
        Trainer trainer = builder(model, Optimizer.byName("adam")).build()) {
      String before = model.parametersSha256();

      assertThatExceptionOfType(ModelFormatException.class)
          .isThrownBy(() -> checkpoints.resume(trainer))
          .withMessageStartingWith(checkpoint(4) + ": tensor " + tensor + ": there is none of the shape [");
      assertThat(model.parametersSha256()).isEqualTo(before);
    }
  }

  /** Writes a checkpoint with one other value or with one tensor shorter by a float, and with the right checksum. */
  private static void rewrite(Path file, String name, String value, String shorter) throws IOException {
    SafetensorsWriter writer = new SafetensorsWriter();
    try (SafetensorsReader reader = SafetensorsReader.open(file);
        Arena arena = Arena.ofConfined()) {
      reader.metadata().forEach((key, old) -> writer.metadata(key, key.equals(name) ? value : old));
      for (String tensor : List.of("parameters", "slots")) {
        TensorInfo info = reader.tensors().stream().filter(t -> t.name().equals(tensor)).findFirst().orElseThrow();
        MemorySegment floats = Memory.allocate(arena, info.elements());
        reader.read(tensor, floats, 0);
        writer.tensor(tensor, floats, 0, List.of(info.elements() - (tensor.equals(shorter) ? 1 : 0)));
      }
      writer.withChecksum().write(file);
    }
  }

  @Test
  @DisplayName("other validation data is refused as well")
  void refusesOtherValidation() throws IOException {
    validated(5);

    assertThatExceptionOfType(ResumeException.class)
        .isThrownBy(() -> validated(6))
        .withMessageContaining("the validation data was 40 samples of 2, SHA-256 ");
    assertThatExceptionOfType(ResumeException.class)
        .isThrownBy(this::train)
        .withMessageContainingAll("the validation data was 40 samples", "now it is none");
  }

  private void validated(int validationSeed) throws IOException {
    try (Dataset data = data(1);
        Dataset validation = data(validationSeed);
        Model model = NET.initialize(3);
        Checkpoints checkpoints = Checkpoints.open(folder);
        Trainer trainer = builder(model, Optimizer.byName("adam")).checkpoints(checkpoints::save, 1).build()) {
      checkpoints.resume(trainer);
      trainer.fit(data, validation, 1);
    }
  }

  private void refused(
      Sequential network, Optimizer optimizer, UnaryOperator<TrainerBuilder> change, int dataSeed, String... words) {
    assertThatExceptionOfType(ResumeException.class)
        .isThrownBy(() -> train(network, optimizer, change, dataSeed, 1))
        .withMessageContainingAll(words);
  }

  @Test
  @DisplayName("fewer epochs than are finished are refused")
  void refusesFewerEpochs() throws IOException {
    train(NET, Optimizer.byName("adam"), b -> b, 1, 2);

    assertThatExceptionOfType(ResumeException.class)
        .isThrownBy(this::train)
        .withMessageContaining("2 epochs are finished already, more than 1");
  }

  @Test
  @DisplayName("the number of threads may change")
  void otherThreads() throws IOException {
    String expected = train();

    assertThat(train(NET, Optimizer.byName("adam"), b -> b.threads(3), 1, 1)).isEqualTo(expected);
  }

  @Test
  @DisplayName("leftovers of a killed process are deleted, and a folder in use is refused")
  void opens() throws IOException {
    Files.writeString(folder.resolve(".lanewise-0.tmp"), "half");
    Files.writeString(folder.resolve("checkpoint-x.safetensors"), "not ours");

    try (Checkpoints checkpoints = Checkpoints.open(folder)) {
      assertThat(checkpoints.isEmpty()).isTrue();
      assertThat(files()).containsExactly("checkpoint-x.safetensors");
      assertThatExceptionOfType(FileSystemException.class)
          .isThrownBy(() -> Checkpoints.open(folder))
          .withMessage(folder + ": another training uses this folder");
    }
    Checkpoints.open(folder).close();
  }
}
