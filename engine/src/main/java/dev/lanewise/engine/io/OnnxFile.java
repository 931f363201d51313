package dev.lanewise.engine.io;

import dev.lanewise.engine.model.Model;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/**
 * Writes models as <a href="https://onnx.ai">ONNX</a> files (IR version 8, operator set 17), for
 * ONNX Runtime and whatever else reads them.
 *
 * <p>A file has one input {@value #INPUT} and one output {@value #OUTPUT}, both of floats, whose
 * first dimension is the batch, of any size. Images are as ONNX has them: {@code [batch, channels,
 * height, width]}. With one channel that is the engine's order too. Other inputs and outputs are
 * those of the engine behind the batch; flat outputs are in its order whatever comes before them.
 * The output is what {@link dev.lanewise.engine.infer.Predictor#predict} gives: logits, for a
 * classifier. Dropout, which does nothing then, leaves no trace.
 *
 * <p>The results agree with the engine's up to rounding: ONNX Runtime adds in another order.
 *
 * <p>All methods are static and thread-safe. Saving a model that somebody trains at the same time
 * gives a file of a mixture of steps.
 */
public final class OnnxFile {
  /** Name of the network's input. */
  public static final String INPUT = "input";

  /** Name of the network's output. */
  public static final String OUTPUT = "output";

  private OnnxFile() {}

  /**
   * Writes or replaces a file, whole or not at all. A symbolic link is replaced, not followed.
   *
   * @param model the model to save
   * @param file where to
   * @throws IllegalArgumentException if the file would take more than 2,147,483,647 bytes, where
   *     Protocol Buffers end
   * @throws IllegalStateException if the model is closed
   * @throws IOException if the file cannot be written; a file that was there stays as it was
   */
  public static void save(Model model, Path file) throws IOException {
    save(model, file, Integer.MAX_VALUE);
  }

  static void save(Model model, Path file, int maxBytes) throws IOException {
    model.retain();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment weights = ChannelsFirst.exported(model, arena);
      ProtobufMessage message = new OnnxGraph(model.network()).file(weights);
      if (message.size() > maxBytes) {
        throw new IllegalArgumentException(
            "the ONNX file would have %s bytes, more than the %s allowed"
                .formatted(message.size(), maxBytes));
      }
      AtomicFile.write(
          file,
          channel -> {
            try (ChannelOutput output = new ChannelOutput(channel)) {
              message.writeTo(output);
            }
          });
    } finally {
      model.release();
    }
  }
}
