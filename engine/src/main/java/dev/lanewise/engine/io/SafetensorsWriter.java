package dev.lanewise.engine.io;

import dev.lanewise.engine.memory.Memory;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Writes F32 tensors as a <a
 * href="https://github.com/huggingface/safetensors#format">safetensors</a> file. The data lies in
 * the order in which tensors were added, without gaps; the header is padded with spaces so that the
 * data begins at a multiple of 64 bytes, which lets a reader map it as it is. The same tensors and
 * metadata give the same bytes on every machine.
 *
 * <p>The file appears whole or not at all: it is written under a temporary name ({@code
 * .lanewise-*.tmp}) in the same folder, forced to disk and renamed. If anything fails, a file that
 * was there before stays as it was. A symbolic link is replaced, not followed.
 *
 * <p>Not thread-safe. Nobody may write to the tensors while {@link #write} runs, or the file holds
 * a mixture.
 */
public final class SafetensorsWriter {
  private static final int DATA_ALIGNMENT = 64;

  private final Map<String, String> metadata = new TreeMap<>();
  private final Map<String, Source> sources = new LinkedHashMap<>();
  private @Nullable MessageDigest checksum;
  private long dataBytes;

  private record Source(TensorInfo info, MemorySegment segment, long offset) {}

  /** A file without tensors or metadata so far. */
  public SafetensorsWriter() {}

  /**
   * Adds a string of metadata, or replaces the one of that name. They are written sorted by name.
   *
   * @param name any text
   * @param value any text
   * @return this
   * @throws IllegalArgumentException if the text has half of a surrogate pair
   */
  public SafetensorsWriter metadata(String name, String value) {
    requireText(name);
    requireText(value);
    metadata.put(name, value);
    return this;
  }

  /**
   * Adds a tensor. Its floats are copied when the file is written, not now.
   *
   * @param name a name that no tensor has yet
   * @param segment floats in native byte order
   * @param offset the first float in the segment
   * @param shape the extents, the last one varying fastest; none for a scalar
   * @return this
   * @throws IllegalArgumentException if the name is taken, reserved or has half of a surrogate
   *     pair, or if an extent is negative
   * @throws ArithmeticException if the shape has more elements than can be counted
   * @throws IndexOutOfBoundsException if the segment is too small
   */
  public SafetensorsWriter tensor(
      String name, MemorySegment segment, long offset, List<Long> shape) {
    requireText(name);
    if (name.equals(SafetensorsHeader.METADATA) || sources.containsKey(name)) {
      throw new IllegalArgumentException("the name of a tensor is taken: " + name);
    }
    if (shape.stream().anyMatch(dim -> dim < 0)) {
      throw new IllegalArgumentException("tensor " + name + " has a negative extent: " + shape);
    }
    long elements = TensorInfo.elements(shape);
    Memory.checkExtent(segment, offset, elements);
    TensorInfo info = new TensorInfo(name, shape, dataBytes, elements);
    sources.put(name, new Source(info, segment, offset));
    dataBytes += elements * Float.BYTES;
    return this;
  }

  private static void requireText(String text) {
    try {
      // An encoder of its own reports what cannot be encoded; getBytes would write a question mark.
      StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("not text: " + ModelFormatException.quoted(text), e);
    }
  }

  /**
   * Ends the file with a tensor {@value Checksum#TENSOR} whose bytes are the SHA-256 of all bytes before
   * them. To be called last, once.
   */
  SafetensorsWriter withChecksum() {
    tensor(Checksum.TENSOR, MemorySegment.ofArray(new float[Checksum.FLOATS]), 0, List.of((long) Checksum.FLOATS));
    checksum = Checksum.sha256();
    return this;
  }

  /**
   * Writes or replaces the file.
   *
   * @param file where to
   * @throws IllegalArgumentException if the header would take more than 100,000,000 bytes
   * @throws IllegalStateException if a tensor's memory was freed
   * @throws IOException if the file cannot be written; a file that was there stays as it was
   */
  public void write(Path file) throws IOException {
    write(file, SafetensorsHeader.MAX_BYTES);
  }

  void write(Path file, int maxHeaderBytes) throws IOException {
    byte[] header = header().getBytes(StandardCharsets.UTF_8);
    int padding = -(SafetensorsHeader.LENGTH_BYTES + header.length) & (DATA_ALIGNMENT - 1);
    int length = header.length + padding;
    if (length > maxHeaderBytes) {
      throw new IllegalArgumentException(
          "names, shapes and metadata take %s bytes, more than the %s allowed"
              .formatted(length, maxHeaderBytes));
    }
    ByteBuffer start = ByteBuffer.allocate(SafetensorsHeader.LENGTH_BYTES + length);
    start.order(ByteOrder.LITTLE_ENDIAN).putLong(length).put(header);
    while (start.hasRemaining()) {
      start.put((byte) ' ');
    }
    AtomicFile.write(
        file,
        channel -> {
          try (ChannelOutput output = new ChannelOutput(channel, checksum)) {
            output.bytes(start.array());
            for (Source source : sources.values()) {
              if (checksum != null && source.info().name().equals(Checksum.TENSOR)) {
                output.flush();
                output.bytes(checksum.digest());
              } else {
                output.floats(source.segment(), source.offset(), source.info().elements());
              }
            }
            output.flush();
          }
        });
  }

  private String header() {
    StringBuilder json = new StringBuilder("{");
    if (!metadata.isEmpty()) {
      appendString(json, SafetensorsHeader.METADATA).append(":{");
      metadata.forEach(
          (name, value) -> {
            separate(json);
            appendString(json, name).append(':');
            appendString(json, value);
          });
      json.append('}');
    }
    for (Source source : sources.values()) {
      TensorInfo tensor = source.info();
      separate(json);
      appendString(json, tensor.name()).append(":{\"dtype\":\"F32\",\"shape\":[");
      for (long dim : tensor.shape()) {
        separate(json);
        json.append(dim);
      }
      json.append("],\"data_offsets\":[").append(tensor.offset()).append(',').append(tensor.end());
      json.append("]}");
    }
    return json.append('}').toString();
  }

  private static void separate(StringBuilder json) {
    char last = json.charAt(json.length() - 1);
    if (last != '{' && last != '[') {
      json.append(',');
    }
  }

  private static StringBuilder appendString(StringBuilder json, String text) {
    json.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"', '\\' -> json.append('\\').append(c);
        case '\n' -> json.append("\\n");
        default -> {
          if (c < ' ') {
            json.append("\\u00").append(Character.forDigit(c >> 4, 16));
            json.append(Character.forDigit(c & 0xF, 16));
          } else {
            json.append(c);
          }
        }
      }
    }
    return json.append('"');
  }
}
