package dev.lanewise.engine.io;

import dev.lanewise.engine.memory.Shape;
import dev.lanewise.engine.model.Model;
import dev.lanewise.engine.model.Parameter;
import dev.lanewise.engine.model.Sequential;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Saves models and loads them again, bit for bit. A model file is a safetensors file with the
 * tensors of {@link Sequential#parameters} by name, in that order and without padding, and in its
 * metadata {@code lanewise.format} (version of this layout, "1") and {@code lanewise.network} (the
 * text of {@link Sequential#describe}).
 *
 * <p>A file is written whole or not at all (see {@link SafetensorsWriter}). When it is loaded,
 * network and tensors must agree in every name and shape before memory is taken for the model, so
 * that a model never takes more than its file has, up to 60 bytes of padding a tensor. The header
 * may have up to 16 MiB and the network's text a million characters, which bounds the heap that a
 * hostile file can make a reader use.
 *
 * <p>All methods are static and thread-safe. Saving a model that somebody trains at the same time
 * gives a file of a mixture of steps.
 *
 * <p>Weights are {@code [kernelHeight, kernelWidth, in, out]} or {@code [in, out]}. {@link
 * PyTorchFile} and {@link OnnxFile} write the same model as other programs want it.
 */
public final class ModelFile {
  private static final String RESERVED = "lanewise.";
  static final String FORMAT = RESERVED + "format";
  private static final String NETWORK = RESERVED + "network";
  private static final int VERSION = 1;
  static final int MAX_HEADER_BYTES = 1 << 24;
  private static final int MAX_NETWORK_CHARS = 1_000_000;

  private ModelFile() {}

  /**
   * Writes or replaces a model file.
   *
   * @param model the model to save
   * @param file where to
   * @throws IllegalStateException if the model is closed
   * @throws IOException if the file cannot be written; a file that was there stays as it was
   */
  public static void save(Model model, Path file) throws IOException {
    save(model, file, Map.of());
  }

  /**
   * Writes or replaces a model file with additional metadata.
   *
   * @param model the model to save
   * @param file where to
   * @param metadata texts by name; names that begin with {@code lanewise.} are the engine's
   * @throws IllegalArgumentException if a name is the engine's, if a text has half of a surrogate
   *     pair, or if all of it together takes more than 16 MiB
   * @throws IllegalStateException if the model is closed
   * @throws IOException if the file cannot be written; a file that was there stays as it was
   */
  public static void save(Model model, Path file, Map<String, String> metadata) throws IOException {
    SafetensorsWriter writer = new SafetensorsWriter();
    metadata.forEach(
        (name, value) -> {
          if (name.startsWith(RESERVED)) {
            throw new IllegalArgumentException(
                "metadata names with " + RESERVED + " are reserved: " + name);
          }
          writer.metadata(name, value);
        });
    writer.metadata(FORMAT, Integer.toString(VERSION)).metadata(NETWORK, network(model));
    model.retain();
    try {
      for (Parameter p : model.network().parameters()) {
        writer.tensor(p.name(), model.parameters(), p.offset(), dims(p.shape()));
      }
      writer.write(file, MAX_HEADER_BYTES);
    } finally {
      model.release();
    }
  }

  private static String network(Model model) {
    String text = model.network().describe();
    if (text.length() > MAX_NETWORK_CHARS) {
      throw new IllegalArgumentException(
          "the network's description has %s characters, more than the %s allowed"
              .formatted(text.length(), MAX_NETWORK_CHARS));
    }
    return text;
  }

  /**
   * Loads a model.
   *
   * @param file a model file
   * @return the model; the caller closes it
   * @throws ModelFormatException if the file is damaged, is not a model file of the engine, was
   *     written in a newer format, or if its tensors are not those of its network
   * @throws IOException if it is missing or cannot be read
   */
  public static Model load(Path file) throws IOException {
    try (SafetensorsReader reader = SafetensorsReader.open(file, MAX_HEADER_BYTES)) {
      requireKnownVersion(file, reader.metadata());
      Sequential network = network(file, reader.metadata());
      checkTensors(file, network.parameters(), reader.tensors());
      return filled(
          network,
          parameters -> {
            for (Parameter p : network.parameters()) {
              reader.read(p.name(), parameters, p.offset());
            }
          });
    }
  }

  /** Reads a model's parameters. */
  interface Source {
    void fill(MemorySegment parameters) throws IOException;
  }

  /** A model with parameters from a file; nothing is left of it if they cannot be read. */
  static Model filled(Sequential network, Source source) throws IOException {
    Model model = Model.zeros(network);
    boolean filled = false;
    try {
      source.fill(model.parameters());
      filled = true;
      return model;
    } finally {
      if (!filled) {
        model.close();
      }
    }
  }

  /**
   * The metadata of a model file, the engine's own included, without loading the parameters.
   *
   * @param file a model file
   * @return texts by name; unmodifiable
   * @throws ModelFormatException if the file is damaged or its header longer than 16 MiB
   * @throws IOException if it is missing or cannot be read
   */
  public static Map<String, String> metadata(Path file) throws IOException {
    try (SafetensorsReader reader = SafetensorsReader.open(file, MAX_HEADER_BYTES)) {
      return reader.metadata();
    }
  }

  private static void requireKnownVersion(Path file, Map<String, String> metadata)
      throws ModelFormatException {
    String version = required(file, metadata, FORMAT);
    if (version.equals(Integer.toString(VERSION))) {
      return;
    }
    if (version.matches("[1-9][0-9]{0,8}")) {
      throw new ModelFormatException(
          file,
          "metadata " + FORMAT,
          "the file has format version %s, this engine reads up to %s; a newer engine reads it"
              .formatted(version, VERSION));
    }
    throw new ModelFormatException(
        file, "metadata " + FORMAT, ModelFormatException.quoted(version) + " is not a version");
  }

  private static Sequential network(Path file, Map<String, String> metadata)
      throws ModelFormatException {
    String text = required(file, metadata, NETWORK);
    String place = "metadata " + NETWORK;
    if (text.length() > MAX_NETWORK_CHARS) {
      throw new ModelFormatException(
          file,
          place,
          "%s characters, more than the %s allowed".formatted(text.length(), MAX_NETWORK_CHARS));
    }
    try {
      return Sequential.parse(text);
    } catch (IllegalArgumentException e) {
      // Not as the cause: its message repeats the file's text as it is, however long.
      throw new ModelFormatException(
          file, place, ModelFormatException.printable(String.valueOf(e.getMessage()), 200));
    }
  }

  private static String required(Path file, Map<String, String> metadata, String name)
      throws ModelFormatException {
    String value = metadata.get(name);
    if (value == null) {
      throw new ModelFormatException(
          file, "metadata", name + " is missing; the file was not written by this engine");
    }
    return value;
  }

  private static void checkTensors(Path file, List<Parameter> parameters, List<TensorInfo> tensors)
      throws ModelFormatException {
    Map<String, TensorInfo> rest = new HashMap<>();
    for (TensorInfo tensor : tensors) {
      rest.put(tensor.name(), tensor);
    }
    for (Parameter p : parameters) {
      TensorInfo tensor = rest.remove(p.name());
      if (tensor == null) {
        throw new ModelFormatException(
            file, "tensor " + p.name(), "missing, but the network has it");
      }
      if (!tensor.shape().equals(dims(p.shape()))) {
        throw new ModelFormatException(
            file,
            "tensor " + p.name(),
            "its shape is %s, the network says %s".formatted(tensor.shape(), dims(p.shape())));
      }
    }
    for (String name : rest.keySet()) {
      throw new ModelFormatException(
          file, "tensor " + ModelFormatException.quoted(name), "the network has no such tensor");
    }
  }

  static List<Long> dims(Shape shape) {
    List<Long> dims = new ArrayList<>();
    for (int i = 0; i < shape.rank(); i++) {
      dims.add((long) shape.dim(i));
    }
    return dims;
  }
}
