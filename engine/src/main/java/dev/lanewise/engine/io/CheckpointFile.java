package dev.lanewise.engine.io;

import dev.lanewise.engine.train.EpochResult;
import dev.lanewise.engine.train.ResumeException;
import dev.lanewise.engine.train.Trainer;
import dev.lanewise.engine.train.TrainingPosition;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * One checkpoint: a safetensors file with the flat parameter segment {@code parameters [floats]}, the
 * optimizer's {@code slots [slots, floats]} and a {@link Checksum}. Its metadata have {@code
 * lanewise.checkpoint} (version of this layout, "1"), the settings under {@code setting.} and the
 * position in the training; numbers stand there in Java's notation, which gives back every bit.
 */
final class CheckpointFile {
  private static final String FORMAT = "lanewise.checkpoint";
  private static final String VERSION = "1";
  private static final String SETTING = "setting.";
  private static final String PARAMETERS = "parameters";
  private static final String SLOTS = "slots";

  private CheckpointFile() {}

  /** Writes or replaces a checkpoint of a trainer that is between two steps. */
  static void write(Path file, Trainer trainer) throws IOException {
    TrainingPosition position = trainer.position();
    MemorySegment parameters = trainer.model().parameters();
    MemorySegment slots = trainer.optimizerSlots();
    SafetensorsWriter writer =
        new SafetensorsWriter()
            .metadata(FORMAT, VERSION)
            .metadata("steps", Long.toString(position.steps()))
            .metadata("schedule", join(position.schedule().stream()))
            .metadata("epoch", Integer.toString(position.epoch()))
            .metadata("samplesDone", Integer.toString(position.samplesDone()))
            .metadata("lossSum", Double.toString(position.lossSum()))
            .metadata("right", Long.toString(position.right()))
            .metadata("seconds", Double.toString(position.seconds()))
            .metadata(
                "history",
                position.history().stream().map(CheckpointFile::line).collect(Collectors.joining("\n")))
            .tensor(PARAMETERS, parameters, 0, shape(parameters))
            .tensor(SLOTS, slots, 0, shape(slots));
    position.settings().forEach((name, value) -> writer.metadata(SETTING + name, value));
    writer.withChecksum().write(file);
  }

  private static List<Long> shape(MemorySegment segment) {
    return List.of(segment.byteSize() / Float.BYTES);
  }

  private static String line(EpochResult e) {
    return join(
        Stream.of(
            e.epoch(), e.trainLoss(), e.trainAccuracy(), e.validationLoss(), e.validationAccuracy(), e.seconds(),
            e.imagesPerSecond()));
  }

  private static String join(Stream<? extends Number> numbers) {
    return numbers.map(Object::toString).collect(Collectors.joining(" "));
  }

  /**
   * Puts a trainer where the checkpoint's was. Nothing is changed before the whole file was found good
   * and of the same training.
   *
   * @return where that is
   * @throws ModelFormatException if the file is damaged, is no checkpoint or has a newer format
   * @throws ResumeException if it is of another training
   * @throws IOException if it cannot be read
   */
  static TrainingPosition restore(Path file, Trainer trainer) throws IOException {
    try (SafetensorsReader reader = SafetensorsReader.open(file)) {
      Map<String, String> metadata = reader.metadata();
      if (!metadata.containsKey(FORMAT)) {
        throw new ModelFormatException(file, "metadata", FORMAT + " is missing; it is not a checkpoint");
      }
      Checksum.check(file, reader);
      TrainingPosition position = position(file, metadata);
      requireSame(file, trainer, position);
      MemorySegment parameters = trainer.model().parameters();
      MemorySegment slots = trainer.optimizerSlots();
      requireTensor(file, reader, PARAMETERS, parameters);
      requireTensor(file, reader, SLOTS, slots);
      resume(file, trainer, position);
      reader.read(PARAMETERS, parameters, 0);
      reader.read(SLOTS, slots, 0);
      return position;
    }
  }

  private static void resume(Path file, Trainer trainer, TrainingPosition position) throws ModelFormatException {
    try {
      trainer.resume(position);
    } catch (IllegalArgumentException e) {
      throw new ModelFormatException(file, "metadata schedule", String.valueOf(e.getMessage()));
    }
  }

  private static void requireSame(Path file, Trainer trainer, TrainingPosition position) {
    try {
      trainer.requireSameSettings(position);
    } catch (ResumeException e) {
      throw new ResumeException(file + ": " + e.getMessage());
    }
  }

  private static void requireTensor(
      Path file, SafetensorsReader reader, String name, MemorySegment target) throws IOException {
    if (reader.tensors().stream()
        .noneMatch(t -> t.name().equals(name) && t.shape().equals(shape(target)))) {
      throw new ModelFormatException(
          file, "tensor " + name, "there is none of the shape " + shape(target));
    }
  }

  private static TrainingPosition position(Path file, Map<String, String> metadata)
      throws ModelFormatException {
    if (!VERSION.equals(metadata.get(FORMAT))) {
      throw new ModelFormatException(
          file,
          "metadata " + FORMAT,
          "format version %s; this engine reads version %s"
              .formatted(ModelFormatException.quoted(metadata.getOrDefault(FORMAT, "")), VERSION));
    }
    Map<String, String> settings = new LinkedHashMap<>();
    metadata.forEach(
        (name, value) -> {
          if (name.startsWith(SETTING)) {
            settings.put(name.substring(SETTING.length()), value);
          }
        });
    Fields fields = new Fields(file, metadata);
    try {
      return new TrainingPosition(
          settings,
          fields.number("steps", Long::valueOf),
          fields.number("schedule", CheckpointFile::doubles),
          fields.number("epoch", Integer::valueOf),
          fields.number("samplesDone", Integer::valueOf),
          fields.number("lossSum", Double::valueOf),
          fields.number("right", Long::valueOf),
          fields.number("seconds", Double::valueOf),
          fields.number("history", CheckpointFile::history));
    } catch (IllegalArgumentException e) {
      throw new ModelFormatException(file, "metadata", String.valueOf(e.getMessage()));
    }
  }

  private static List<Double> doubles(String text) {
    return Stream.of(text.split(" ", -1)).map(Double::valueOf).toList();
  }

  private static List<EpochResult> history(String text) {
    List<EpochResult> epochs = new ArrayList<>();
    for (String line : text.lines().toList()) {
      List<Double> values = doubles(line);
      if (values.size() != 7) {
        throw new NumberFormatException("an epoch has 7 numbers, not " + values.size());
      }
      epochs.add(
          new EpochResult(
              values.get(0).intValue(), values.get(1), values.get(2), values.get(3), values.get(4),
              values.get(5), values.get(6)));
    }
    return epochs;
  }

  private record Fields(Path file, Map<String, String> metadata) {
    <T> T number(String name, Function<String, T> parser) throws ModelFormatException {
      String text = metadata.get(name);
      if (text == null) {
        throw new ModelFormatException(file, "metadata", name + " is missing");
      }
      try {
        return parser.apply(text);
      } catch (NumberFormatException e) {
        throw new ModelFormatException(
            file, "metadata " + name, "not a number where one belongs: " + ModelFormatException.quoted(text));
      }
    }
  }
}
