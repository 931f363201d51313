package dev.lanewise.engine.io;

import dev.lanewise.engine.memory.Memory;
import dev.lanewise.engine.model.Model;
import dev.lanewise.engine.model.Sequential;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;

/**
 * Reads and writes the parameters of PyTorch modules: a {@code state_dict} as a safetensors file of
 * F32 tensors. Kernels are {@code [out, in, height, width]}, weights of linear layers {@code [out,
 * in]}, and the columns of the first one behind a flatten are in the order channels, height, width.
 *
 * <p>Such a file does not say what network it belongs to. When it is read, each tensor is matched
 * with one of a given network by its shape. Names only matter where several layers have equal
 * shapes: a weight and a bias belong together if their names do ({@code fc1.weight} and {@code
 * fc1.bias}) or, if that does not work out, if they are neighbours in the file; and layers of equal
 * shapes come in the order of the numbers in their names, and in that of the file. Files that
 * safetensors itself writes are sorted by name, and their order says nothing. Where no order is
 * left, or the two disagree, the file is refused.
 *
 * <p>All methods are static and thread-safe. Saving a model that somebody trains at the same time
 * gives a file of a mixture of steps.
 */
public final class PyTorchFile {
  private PyTorchFile() {}

  /**
   * Writes or replaces a file, whole or not at all. The tensors of layer 3 are named {@code
   * 3.weight} and {@code 3.bias}, as in an {@code nn.Sequential} with one module for each of the
   * network's layers. A symbolic link is replaced, not followed.
   *
   * @param model the model to save
   * @param file where to
   * @throws IllegalStateException if the model is closed
   * @throws IOException if the file cannot be written; a file that was there stays as it was
   */
  public static void save(Model model, Path file) throws IOException {
    SafetensorsWriter writer = new SafetensorsWriter().metadata("format", "pt");
    model.retain();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment weights = ChannelsFirst.exported(model, arena);
      for (ChannelsFirst tensor : ChannelsFirst.of(model.network())) {
        writer.tensor(name(tensor), weights, tensor.parameter().offset(), tensor.shape());
      }
      writer.write(file);
    } finally {
      model.release();
    }
  }

  /** The tensor's name in the {@code state_dict} of an {@code nn.Sequential}. */
  static String name(ChannelsFirst tensor) {
    return tensor.layer() + (tensor.bias() ? ".bias" : ".weight");
  }

  /**
   * Reads the parameters of a network.
   *
   * @param file a safetensors file of exactly this network's tensors, whatever they are called
   * @param network the network that they belong to
   * @return the model; the caller closes it
   * @throws ModelFormatException if the file is damaged or has other tensors than F32, if the
   *     tensors are not those of the network, or if it is not clear which is which; also if it is a
   *     file of {@link ModelFile}, which has another layout
   * @throws IOException if it is missing or cannot be read
   */
  public static Model load(Path file, Sequential network) throws IOException {
    try (SafetensorsReader reader = SafetensorsReader.open(file, ModelFile.MAX_HEADER_BYTES)) {
      if (reader.metadata().containsKey(ModelFile.FORMAT)) {
        throw new ModelFormatException(
            file, "metadata " + ModelFile.FORMAT, "the file has the engine's own layout");
      }
      List<ChannelsFirst> wanted = ChannelsFirst.of(network);
      List<TensorInfo> found = TensorMatch.of(file, wanted, reader.tensors());
      return ModelFile.filled(network, parameters -> fill(reader, wanted, found, parameters));
    }
  }

  private static void fill(
      SafetensorsReader reader,
      List<ChannelsFirst> wanted,
      List<TensorInfo> found,
      MemorySegment parameters)
      throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment source = Memory.allocate(arena, parameters.byteSize() / Float.BYTES);
      for (int i = 0; i < wanted.size(); i++) {
        reader.read(found.get(i).name(), source, wanted.get(i).parameter().offset());
        wanted.get(i).restore(source, parameters);
      }
    }
  }
}
